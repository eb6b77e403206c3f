//! `POST` from the asking relay: a permit (情報提供許可証), or no inquiry.

use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::inquiries::{Permit, PermitRequest};
use protocol::messages::network::{PermitAnswer, PermitAsk};
use protocol::signed::Expected;
use store::Tx;
use vocabulary::{Id128, MunicipalityCode, Party};
use wire::replay;
use wire::{Json, Once, Peer, Problem, RequestCaller};
use work::outbox::NewMessage;

use super::table::{former_permit, linked_person, permit, person_id, state};
use super::tell::{self, GivenPermit};
use super::{Network, codes, list};
use crate::RefusedError;

/// Checks signature, list and parties, translates the code, and signs a copy for the asker; the provider gets its own from the outbox.
pub(super) async fn give(
    State(network): State<Network>,
    RequestCaller(caller): RequestCaller,
    peer: Peer,
    once: Once,
    Json(ask): Json<PermitAsk>,
) -> Result<Json<PermitAnswer>, Problem> {
    let asker = peer.party.clone();
    let keys = network.client.verifying_keys(&asker, [&ask.request]).await?;
    let (room, outbox) = (network.room.clone(), network.outbox.clone());
    let answer = room.change(&caller, super::PERMITS, move |tx, _| {
        let clock = network.room.clock().clone();
        // Nobody when the stored answer is given again: that it was given stands in the entry of the first time.
        let mut whose = None;
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let expected = Expected { sender: &asker, receiver: &network.party, keys: &keys };
            let request = replay::open_once(tx, &ask.request, &expected, clock.as_ref())?.body;
            whose = Some(codes::link(network.room.vault(), &asker, &request.code)?);
            permitted(tx, &network, &asker, &request)
        })?;
        Ok::<_, RefusedError>(Seen::people(whose.iter().map(person_id), answer))
    });
    let answer = answer.await?;
    outbox.ring();
    Ok(Json(answer))
}

fn permitted(tx: &mut Tx, network: &Network, asker: &Party, request: &PermitRequest) -> Result<PermitAnswer, RefusedError> {
    let asking = asker.municipality().ok_or(wire::Forbidden("only a municipality's relay may ask"))?;
    let inquiry = &request.inquiry;
    let now = network.room.clock().now();
    let list = list::current(network, now);
    if request.list_version != list.version {
        return Err(RefusedError::ListChanged);
    }
    if !list.allows(asking, inquiry.provider, &inquiry.business, &inquiry.information) {
        return Err(wire::Forbidden("the permission list does not allow this inquiry").into());
    }
    if asking == inquiry.provider {
        return Err(wire::Forbidden("nobody needs a permit for one's own data").into());
    }
    let provider = Party::of("relay", inquiry.provider)
        .map_err(|_| wire::Malformed::field("provider", "is no municipality with a relay: name another"))?;
    let vault = network.room.vault();
    let link = codes::link(vault, asker, &request.code)?;
    let person: Option<i64> = linked_person::table
        .filter(linked_person::link_id.eq(link.as_bytes().as_slice()))
        .select(linked_person::id)
        .first(tx)
        .optional()?;
    let person = person.ok_or(wire::Unknown("the code"))?;
    let asked = asked(network, person, request)?;
    let used = permit::table.filter(permit::asker.eq(asker.to_string()));
    let used = used.filter(permit::processing_number.eq(request.processing_number.as_bytes().as_slice()));
    let receiving_key = key_digest(network, request);
    let columns = (permit::id, permit::asked, permit::receiving_key);
    let used: Option<(Vec<u8>, Vec<u8>, Vec<u8>)> = used.select(columns).first(tx).optional()?;
    let id = match used {
        // Asked again because the answer was lost: it is the same permit, for both sides.
        Some((id, before, key)) if before == asked && key == receiving_key => crate::id128(&id).ok_or(wire::Damaged("a permit"))?,
        Some((_, before, _)) if before != asked => return Err(RefusedError::Used),
        // The asker has another key since: what is sealed to the former nobody opens. A successor takes the former's place, on both sides.
        Some((former, ..)) => {
            let id = network.entropy.id128();
            let change = (
                permit::id.eq(id.as_bytes().to_vec()),
                permit::receiving_key.eq(receiving_key.to_vec()),
                permit::answer_digest.eq(None::<Vec<u8>>),
                permit::state.eq(state::PERMITTED),
                permit::answered_at.eq(None::<i64>),
            );
            diesel::update(permit::table.find(&former)).set(change).execute(tx)?;
            let stands = former_permit::permit.eq(id.as_bytes().to_vec());
            diesel::update(former_permit::table.filter(former_permit::permit.eq(&former))).set(stands.clone()).execute(tx)?;
            diesel::insert_into(former_permit::table).values((former_permit::id.eq(&former), stands)).execute(tx)?;
            give_provider(tx, network, of(network, id, asking, &provider, link, request)?, &provider, &link)?;
            id
        }
        None => {
            let id = network.entropy.id128();
            keep(tx, id, request, asker, &provider, person, (&asked, &receiving_key), now.as_millisecond())?;
            give_provider(tx, network, of(network, id, asking, &provider, link, request)?, &provider, &link)?;
            id
        }
    };
    Ok(PermitAnswer { permit: tell::signed(network, asker, &of(network, id, asking, asker, link, request)?)? })
}

/// Enqueues the provider's copy.
fn give_provider(tx: &mut Tx, network: &Network, copy: Permit, provider: &Party, link: &Id128) -> Result<(), RefusedError> {
    Ok(network.outbox.enqueue::<GivenPermit>(tx, [NewMessage::to(provider, copy).about(person_id(link))])?)
}

/// The permit with the code that this side has of the person.
fn of(
    network: &Network,
    id: Id128,
    asking: MunicipalityCode,
    side: &Party,
    link: Id128,
    request: &PermitRequest,
) -> Result<Permit, RefusedError> {
    Ok(Permit {
        permit: id,
        processing_number: request.processing_number,
        asker: asking,
        inquiry: request.inquiry.clone(),
        code: codes::code(network.room.vault(), side, link)?,
        receiving_key: request.receiving_key.clone(),
        list_version: request.list_version,
    })
}

/// What a processing number was used for: a keyed digest of person and inquiry.
fn asked(network: &Network, person: i64, request: &PermitRequest) -> Result<[u8; 16], RefusedError> {
    let text = serde_json::to_vec(&(person, &request.inquiry));
    Ok(network.room.vault().blind("permit request", &text.map_err(|_| wire::Defect("a request that cannot be written"))?))
}

/// A keyed digest of the key that answers are to be sealed to.
fn key_digest(network: &Network, request: &PermitRequest) -> [u8; 16] {
    network.room.vault().blind("permit receiving key", request.receiving_key.thumbprint().as_bytes())
}

#[expect(clippy::too_many_arguments, reason = "one row, written once")]
fn keep(
    tx: &mut Tx,
    id: Id128,
    request: &PermitRequest,
    asker: &Party,
    provider: &Party,
    person: i64,
    (asked, receiving_key): (&[u8; 16], &[u8; 16]),
    now: i64,
) -> Result<(), RefusedError> {
    let values = (
        permit::id.eq(id.as_bytes().to_vec()),
        permit::processing_number.eq(request.processing_number.as_bytes().to_vec()),
        permit::asker.eq(asker.to_string()),
        permit::provider.eq(provider.to_string()),
        permit::person.eq(person),
        permit::business.eq(&request.inquiry.business),
        permit::information.eq(&request.inquiry.information),
        permit::asked.eq(asked.to_vec()),
        permit::receiving_key.eq(receiving_key.to_vec()),
        permit::state.eq(state::PERMITTED),
        permit::asked_at.eq(now),
    );
    diesel::insert_into(permit::table).values(values).execute(tx)?;
    Ok(())
}
