//! Provision (情報提供): this municipality answers another, under a permit, automatically unless a flag stands against it.

pub(crate) mod send;

use axum::extract::State;
use diesel::prelude::*;
use ledger::{PersonId, Seen};
use protocol::messages::Outcome;
use protocol::messages::inquiries::{Permit, ProvidedAnswer};
use protocol::messages::relay::PermitDelivery;
use protocol::signed::{Expected, Head};
use store::Tx;
use vocabulary::{Id128, Party};
use wire::replay;
use wire::{Json, Once, Problem, RequestCaller};
use work::outbox::NewMessage;

use self::send::{Answer, DecidedAnswer};
use crate::replicas::{self, MayAnswer};
use crate::table::{provision, replica, state};
use crate::{Relay, RelayError, codes, inquiries, list};

/// Verifies the permit and the list, decides and seals in one transaction, in which the flags are read too.
pub(crate) async fn take(
    State(relay): State<Relay>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(delivery): Json<PermitDelivery>,
) -> Result<Json<Outcome>, Problem> {
    list::refresh(&relay, &caller).await?;
    let keys = relay.client.verifying_keys(&relay.network, [&delivery.permit]).await?;
    let (room, clock, outbox, behind) = (relay.room.clone(), relay.room.clock().clone(), relay.outbox.clone(), relay.clone());
    let answer = room.change(&caller, crate::routes::PERMITS, move |tx, _| {
        // Nobody when the stored answer is given again, which says nothing of the person.
        let mut named = None;
        let answer = once.run(tx, clock.as_ref(), |tx| {
            let expected = Expected { sender: &relay.network, receiver: &relay.party, keys: &keys };
            let opened = replay::open_once(tx, &delivery.permit, &expected, clock.as_ref())?;
            let permit = opened.body;
            let me = relay.party.municipality().ok_or(wire::Defect("the relay's name"))?;
            let list = list::current(tx, clock.now_ms())?;
            let inquiry = &permit.inquiry;
            if list.version < permit.list_version {
                return Err(RelayError::ListBehind);
            }
            if inquiry.provider != me || !list.allows(permit.asker, me, &inquiry.business, &inquiry.information) {
                return Err(wire::Forbidden("our permission list does not allow what the permit says").into());
            }
            let unified = codes::whose(tx, relay.room.vault(), &permit.code)?;
            named = Some(whose(&relay, unified.as_deref(), &permit).into_owned());
            // A permit is one use: sent again, signed anew because our answer was lost, it finds what was decided.
            if let Some(outcome) = decided_before(tx, permit.permit)? {
                return Ok(outcome);
            }
            let decided = decide(tx, &relay, &permit, unified.as_deref())?;
            keep(tx, &relay, &permit, unified.as_deref(), &decided, &opened.head)?;
            Ok::<_, RelayError>(decided.outcome())
        })?;
        Ok::<_, RelayError>(Seen::people(named, answer))
    });
    let answer = answer.await;
    if matches!(answer, Err(RelayError::ListBehind)) {
        // The permit comes again, and is decided by the list that it was given under.
        list::fetch(&behind, &caller).await?;
    }
    outbox.ring();
    Ok(Json(answer?))
}

/// Whom a permit is about, as the record of use names them.
fn whose<'a>(relay: &Relay, unified: Option<&'a str>, permit: &Permit) -> PersonId<'a> {
    unified.map_or_else(|| crate::person_of_code(&codes::index(relay.room.vault(), &permit.code)), crate::person_id)
}

/// What becomes of a permit.
enum Decided {
    /// The registry's bytes.
    Answer(Vec<u8>),
    /// There is nothing, or nothing that may go.
    Refused(&'static str),
    /// 自動応答不可: a person confirms.
    AwaitingPerson,
}

impl Decided {
    fn outcome(&self) -> Outcome {
        match self {
            Decided::Answer(_) => Outcome::of("accepted"),
            Decided::Refused(reason) => Outcome::because("refused", *reason),
            Decided::AwaitingPerson => Outcome::because(state::AWAITING_PERSON, "noAutomaticAnswer"),
        }
    }
}

fn decided_before(tx: &mut Tx, permit: Id128) -> Result<Option<Outcome>, RelayError> {
    let known = provision::table.find(permit.as_bytes().to_vec()).select((provision::state, provision::reason));
    let known: Option<(String, Option<String>)> = known.first(tx).optional()?;
    Ok(known.map(|(stands, reason)| match reason {
        Some(reason) => Outcome::because(&stands, reason),
        None => Outcome::of("accepted"),
    }))
}

fn decide(tx: &mut Tx, relay: &Relay, permit: &Permit, unified: Option<&str>) -> Result<Decided, RelayError> {
    let Some(unified) = unified else { return Ok(Decided::Refused("noReplica")) };
    let (business, information) = (&permit.inquiry.business, &permit.inquiry.information);
    let row = replica::table.find((unified, business, information)).select(replica::kept);
    let Some(sealed) = row.first::<Vec<u8>>(tx).optional()? else { return Ok(Decided::Refused("noReplica")) };
    Ok(match replicas::open(relay.room.vault(), (unified, business, information), &sealed)? {
        (MayAnswer::Yes, envelope) => Decided::Answer(envelope),
        (MayAnswer::ByHand, _) => Decided::AwaitingPerson,
        (MayAnswer::No, _) => Decided::Refused("notDisclosed"),
    })
}

fn keep(tx: &mut Tx, relay: &Relay, permit: &Permit, unified: Option<&str>, decided: &Decided, head: &Head) -> Result<(), RelayError> {
    let now = relay.room.clock().now();
    let (answer, in_state, reason) = match decided {
        Decided::Answer(envelope) => (Some(provided(relay, permit, Some(envelope), None)?), state::ANSWERED, None),
        Decided::Refused(reason) => (Some(provided(relay, permit, None, Some(reason))?), state::REFUSED, Some(*reason)),
        Decided::AwaitingPerson => (None, state::AWAITING_PERSON, Some("noAutomaticAnswer")),
    };
    let answered_at = answer.is_some().then(|| now.as_millisecond());
    let values = (
        provision::permit.eq(permit.permit.as_bytes().to_vec()),
        provision::processing_number.eq(permit.processing_number.as_bytes().to_vec()),
        provision::asker.eq(permit.asker.as_str()),
        provision::code_index.eq(codes::index(relay.room.vault(), &permit.code).to_vec()),
        provision::unified.eq(unified.unwrap_or_default()),
        provision::business.eq(&permit.inquiry.business),
        provision::information.eq(&permit.inquiry.information),
        provision::state.eq(in_state),
        provision::reason.eq(reason),
        provision::asked_at.eq(head.issued.as_millisecond()),
        provision::answered_at.eq(answered_at),
    );
    // One answer a permit: its name is the key of the table.
    diesel::insert_into(provision::table).values(values).execute(tx)?;
    if let Some(answer) = answer {
        let decided = DecidedAnswer { processing_number: permit.processing_number, asker: asker(permit)?, answer };
        relay
            .outbox
            .enqueue::<Answer>(tx, [NewMessage::to(&relay.network, decided).about(whose(relay, unified, permit)).under(permit.permit)])?;
    }
    Ok(())
}

/// What was decided, sealed to the key in the permit and bound to the permit's name. The replica goes as the registry signed it, whole: the
/// period of the inquiry is for the asking registry to apply. It is signed when it sets out.
fn provided(relay: &Relay, permit: &Permit, envelope: Option<&[u8]>, reason: Option<&str>) -> Result<ProvidedAnswer, RelayError> {
    let info = inquiries::answer::info(&relay.party, &asker(permit)?);
    let aad = permit.permit.to_string();
    let sealed = envelope
        .map(|envelope| seal::hpke::seal(&permit.receiving_key, &info, aad.as_bytes(), envelope, relay.entropy.as_ref()))
        .transpose()?;
    Ok(ProvidedAnswer { permit: permit.permit, sealed, reason: reason.map(str::to_owned) })
}

fn asker(permit: &Permit) -> Result<Party, wire::Malformed> {
    Party::of("relay", permit.asker).map_err(|_| wire::Malformed::field("permit", "names an asker that is no municipality"))
}
