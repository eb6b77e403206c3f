//! What the network system has to tell: codes to organisations, permits to providers, sealed answers to askers.

use diesel::prelude::*;
use jiff::SignedDuration;
use ledger::{Act, Record};
use protocol::Signed;
use protocol::messages::inquiries::Permit;
use protocol::messages::relay::{self, AnswerDelivery, CodeRow, Codes, PermitDelivery, PermitRefusal};
use protocol::messages::{Accepted, Outcome, portal};
use protocol::signed::Head;
use store::Tx;
use vocabulary::{Id128, Party, Purpose};
use wire::Problem;
use work::outbox::{Made, Message, NewMessage, Refused, Sent, Taken, key_of};

use super::Network;
use super::table::{linked_person, permit, person_id, state};
use crate::RefusedError;

const TELL: Act = Act::new("network:others.tell");
/// How long a permit lives: minutes (protocol 2-3), from each time it sets out.
pub(super) const LIFE: SignedDuration = SignedDuration::from_mins(10);

/// An organisation's code of a person: to a relay, or to the portal.
pub(super) struct NewCode<const PORTAL: bool>;

impl<const PORTAL: bool> Message for NewCode<PORTAL> {
    type Stored = CodeRow;
    type Body = Codes;
    type Answer = Accepted;
    type Error = RefusedError;
    const KIND: &'static str = if PORTAL { "portal-codes" } else { "codes" };
    const TO: &'static [&'static str] = if PORTAL { &["portal"] } else { &["relay"] };
    const PATH: &'static str = if PORTAL { portal::CODES } else { relay::CODES };
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Provision;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, rows: Vec<CodeRow>) -> Result<Made<Codes>, RefusedError> {
        Ok(Made::Request(key, Codes { rows }))
    }

    fn taken(&self, _: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, answer: Accepted) -> Result<Taken, RefusedError> {
        let all = answer.accepted >= sent.stored.len() as u64;
        Ok(if all { Taken::All } else { Taken::NotAll("the organisation took fewer codes than it was sent") })
    }
}

/// A permit, to the provider.
pub(super) struct GivenPermit(pub(super) Network);

impl Message for GivenPermit {
    type Stored = Permit;
    type Body = PermitDelivery;
    type Answer = Outcome;
    type Error = RefusedError;
    const KIND: &'static str = "permits";
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = relay::PERMITS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Provision;

    /// Signed when it sets out, so that a provider who was away gets one that still lives; the provider knows it by its name.
    async fn make(&self, to: &Party, _: Id128, permits: Vec<Permit>) -> Result<Made<PermitDelivery>, RefusedError> {
        let Self(network) = self;
        let Some(permit) = permits.into_iter().next() else { return Ok(Made::Nothing) };
        let id = permit.permit.as_bytes().to_vec();
        let stands = network.room.count(move |tx| {
            let stands = permit::table.find(id).filter(permit::state.eq(state::PERMITTED));
            Ok::<bool, RefusedError>(stands.count().get_result::<i64>(tx)? > 0)
        });
        // What was answered needs no permit any more.
        if !stands.await? {
            return Ok(Made::Nothing);
        }
        let delivery = PermitDelivery { permit: signed(network, to, &permit)? };
        Ok(Made::Request(network.entropy.id128(), delivery))
    }

    fn taken(&self, tx: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, _: Outcome) -> Result<Taken, RefusedError> {
        sent.stored.iter().try_for_each(|permit| advance(tx, permit.permit, state::PERMITTED, state::SENT).map(|_| ()))?;
        Ok(Taken::All)
    }

    fn refused(&self, tx: &mut Tx, _: &mut Record<'_>, permit: Permit, why: &Problem) -> Result<Refused, RefusedError> {
        tracing::error!(%why, "a provider does not take a permit");
        if advance(tx, permit.permit, state::PERMITTED, state::REFUSED)? {
            tell_asker(tx, &self.0, permit.permit, "the provider does not take the permit", why)?;
        }
        Ok(Refused::Settled)
    }
}

/// Signs a permit for one side, for some minutes from now.
pub(super) fn signed(network: &Network, receiver: &Party, permit: &Permit) -> Result<Signed<Permit>, RefusedError> {
    let now = network.room.clock().now();
    let head = Head {
        sender: network.party.clone(),
        receiver: receiver.clone(),
        number: network.entropy.id128(),
        issued: now,
        expires: now + LIFE,
    };
    Ok(Signed::seal(&head, permit, &network.room.vault().signer_blocking(wire::RING)?)?)
}

/// A provider's answer, to the asker.
pub(super) struct PassedAnswer(pub(super) Network);

/// An answer and the permit it is for.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct Passing {
    pub(super) permit: Id128,
    pub(super) delivery: AnswerDelivery,
}

impl Message for PassedAnswer {
    type Stored = Passing;
    type Body = AnswerDelivery;
    type Answer = Outcome;
    type Error = RefusedError;
    const KIND: &'static str = "answers";
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = relay::ANSWERS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Provision;

    async fn make(&self, _: &Party, key: Id128, answers: Vec<Passing>) -> Result<Made<AnswerDelivery>, RefusedError> {
        Ok(Made::of_one(key, answers.into_iter().map(|answer| answer.delivery)))
    }

    fn taken(&self, tx: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, _: Outcome) -> Result<Taken, RefusedError> {
        sent.stored.iter().try_for_each(|answer| advance(tx, answer.permit, state::ANSWERED, state::PASSED).map(|_| ()))?;
        Ok(Taken::All)
    }

    fn refused(&self, tx: &mut Tx, _: &mut Record<'_>, answer: Passing, why: &Problem) -> Result<Refused, RefusedError> {
        tracing::error!(%why, "an asker does not take an answer");
        if advance(tx, answer.permit, state::ANSWERED, state::REFUSED)? {
            tell_asker(tx, &self.0, answer.permit, "the answer was not taken", why)?;
        }
        Ok(Refused::Settled)
    }
}

/// That nothing will come under a permit, to the asker, whose inquiry would wait for it.
pub(super) struct RefusedPermit;

impl Message for RefusedPermit {
    type Stored = PermitRefusal;
    type Body = PermitRefusal;
    type Answer = Outcome;
    type Error = RefusedError;
    const KIND: &'static str = "permit-refusals";
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = relay::PERMIT_REFUSALS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Inquiry;

    async fn make(&self, _: &Party, key: Id128, refusals: Vec<PermitRefusal>) -> Result<Made<PermitRefusal>, RefusedError> {
        Ok(Made::of_one(key, refusals))
    }
}

/// Enqueues it: what was refused, and the status and the code of the refusal, whose own words may be about a person.
fn tell_asker(tx: &mut Tx, network: &Network, id: Id128, what: &str, why: &Problem) -> Result<(), RefusedError> {
    let permits = permit::table.inner_join(linked_person::table.on(linked_person::id.eq(permit::person)));
    let columns = (permit::asker, permit::processing_number, linked_person::link_id);
    let row: (String, Vec<u8>, Vec<u8>) = permits.filter(permit::id.eq(id.as_bytes().to_vec())).select(columns).first(tx)?;
    let (asker, number, link) = row;
    let asker: Party = asker.parse().map_err(|_| wire::Damaged("an asker's name"))?;
    let stored = |bytes: &[u8]| crate::id128(bytes).ok_or(wire::Damaged("a permit"));
    let refusal = PermitRefusal { processing_number: stored(&number)?, reason: format!("{what}: {} {}", why.status, why.code()) };
    let message = NewMessage::to(&asker, refusal).about(person_id(&stored(&link)?)).under(key_of("permit refusal", [id.as_bytes()]));
    Ok(network.outbox.enqueue::<RefusedPermit>(tx, [message])?)
}

/// Only from this state: an answer that came meanwhile is not overwritten → whether it was in it.
fn advance(tx: &mut Tx, id: Id128, from: &'static str, to: &'static str) -> Result<bool, RefusedError> {
    let mine = permit::table.filter(permit::id.eq(id.as_bytes().to_vec()).and(permit::state.eq(from)));
    Ok(diesel::update(mine).set(permit::state.eq(to)).execute(tx)? > 0)
}
