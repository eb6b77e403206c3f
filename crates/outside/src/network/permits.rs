//! `POST` from the asking relay: a permit (情報提供許可証), or no inquiry.

use axum::extract::State;
use diesel::prelude::*;
use jiff::SignedDuration;
use protocol::Signed;
use protocol::messages::inquiries::{Permit, PermitRequest};
use protocol::messages::network::{PermitAnswer, PermitAsk};
use protocol::signed::{Expected, Head};
use store::Tx;
use vocabulary::{Id128, Party};
use wire::replay;
use wire::{Asked, Json, Once, Peer, Problem};

use super::table::{linked_person, permit, state};
use super::{Network, codes, list};
use crate::RefusedError;

/// How long a permit lives: minutes (protocol 2-3).
const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// Checks signature, list and parties, translates the code, signs a copy for each side.
pub(super) async fn give(
    State(network): State<Network>,
    Asked(caller): Asked,
    peer: Peer,
    once: Once,
    Json(ask): Json<PermitAsk>,
) -> Result<Json<PermitAnswer>, Problem> {
    let asker = peer.party.clone();
    let key = network.client.keys(&asker).await?.verifying_key().ok_or(RefusedError::Malformed("the asker's verifying key"))?;
    let (room, bell) = (network.room.clone(), network.bell.clone());
    let answer = room.write(&caller, super::PERMITS, move |tx, record| {
        let clock = network.room.clock().clone();
        once.run(tx, clock.as_ref(), |tx| {
            let expected = Expected { sender: &asker, receiver: &network.party, key: &key };
            let request = replay::open_once(tx, &ask.request, &expected, clock.as_ref())?.body;
            record.subject(&request.processing_number.to_string());
            permitted(tx, &network, &asker, &request)
        })
    });
    let answer = answer.await?;
    bell.ring();
    Ok(Json(answer))
}

fn permitted(tx: &mut Tx, network: &Network, asker: &Party, request: &PermitRequest) -> Result<PermitAnswer, RefusedError> {
    let asking = asker.municipality().ok_or(RefusedError::Forbidden("only a municipality's relay may ask"))?;
    let inquiry = &request.inquiry;
    let now = network.room.clock().now();
    let list = list::current(network, now);
    if request.list_version != list.version {
        return Err(RefusedError::ListChanged);
    }
    if !list::allows(&list, asking.as_str(), inquiry.provider.as_str(), &inquiry.business, &inquiry.information) {
        return Err(RefusedError::Forbidden("the permission list does not allow this inquiry"));
    }
    if asking == inquiry.provider {
        return Err(RefusedError::Forbidden("nobody needs a permit for one's own data"));
    }
    let used = permit::table.filter(permit::asker.eq(asker.to_string()));
    let used = used.filter(permit::processing_number.eq(request.processing_number.as_bytes().as_slice())).select(permit::id);
    if used.first::<Vec<u8>>(tx).optional()?.is_some() {
        return Err(RefusedError::Used);
    }
    let provider = Party::of("relay", inquiry.provider).map_err(|_| RefusedError::Malformed("the provider"))?;
    let vault = network.room.vault();
    let link = codes::link(vault, asker, &request.code)?;
    let person: Option<i64> = linked_person::table
        .filter(linked_person::link_id.eq(link.as_bytes().as_slice()))
        .select(linked_person::id)
        .first(tx)
        .optional()?;
    let person = person.ok_or(RefusedError::Unknown("the code"))?;
    let id = network.entropy.id128();
    let copy = |receiver: &Party| -> Result<Signed<Permit>, RefusedError> {
        let head = Head {
            sender: network.party.clone(),
            receiver: receiver.clone(),
            number: network.entropy.id128(),
            issued: now,
            expires: now + LIFE,
        };
        let body = Permit {
            permit: id,
            processing_number: request.processing_number,
            asker: asking,
            inquiry: inquiry.clone(),
            code: codes::code(vault, receiver, link)?,
            receiving_key: request.receiving_key.clone(),
            list_version: list.version,
        };
        Ok(Signed::seal(&head, &body, &network.signer)?)
    };
    let (for_asker, for_provider) = (copy(asker)?, copy(&provider)?);
    keep(tx, id, request, asker, &provider, person, (&for_asker, &for_provider), now.as_millisecond())?;
    Ok(PermitAnswer { permit: for_asker })
}

#[expect(clippy::too_many_arguments, reason = "one row, written once")]
fn keep(
    tx: &mut Tx,
    id: Id128,
    request: &PermitRequest,
    asker: &Party,
    provider: &Party,
    person: i64,
    (for_asker, for_provider): (&Signed<Permit>, &Signed<Permit>),
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
        permit::provider_copy.eq(for_provider.as_bytes()),
        permit::asker_copy.eq(for_asker.as_bytes()),
        permit::state.eq(state::PERMITTED),
        permit::asked_at.eq(now),
    );
    diesel::insert_into(permit::table).values(values).execute(tx)?;
    Ok(())
}
