//! Asking the network system for permits of the inquiries that have none: no permit, no inquiry.

use access::Caller;
use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use ledger::{Act, Record, Seen};
use protocol::Signed;
use protocol::messages::inquiries::{Inquiry, Permit, PermitRequest};
use protocol::messages::network::{LIST_CHANGED, PERMIT_REQUESTS, PermitAnswer};
use protocol::signed::{Expected, Head, VerifyingKeys};
use seal::hpke::Suite;
use serde::Serialize;
use store::Tx;
use vocabulary::{Id128, Party, Purpose};
use wire::Problem;
use work::outbox::{Made, Message, NewMessage, Refused, Sent, Taken, key_of};

use crate::table::{id128, inquiry, permission_list, person, state};
use crate::{Relay, RelayError, codes, list};

const ASK: Act = Act::new("relay:permits.ask");
/// How long a signed request may be on its way.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

/// A permit is wanted for an inquiry, which is stored by its name.
pub(crate) struct WantedPermit(pub(crate) Relay);

/// `PermitAsk`, and what the permit must be for.
#[derive(Serialize)]
pub(crate) struct Asking {
    request: Signed<PermitRequest>,
    #[serde(skip)]
    asked: PermitRequest,
    #[serde(skip)]
    keys: VerifyingKeys,
}

/// Enqueues the asking for an inquiry whose person's code is here.
pub(crate) fn ask(tx: &mut Tx, relay: &Relay, id: Id128, unified: &str) -> Result<(), RelayError> {
    let message = NewMessage::to(&relay.network, id).about(unified).under(key_of("permit request", [id.as_bytes()]));
    Ok(relay.outbox.enqueue::<WantedPermit>(tx, [message])?)
}

/// Enqueues the asking for every inquiry that waited for the code of this processing number.
pub(crate) fn ask_waiting(tx: &mut Tx, relay: &Relay, processing_number: &[u8]) -> Result<(), RelayError> {
    let waiting = inquiry::table.inner_join(person::table.on(person::unified.eq(inquiry::unified)));
    let waiting = waiting.filter(inquiry::state.eq(state::ASKED).and(person::processing_number.eq(processing_number)));
    let waiting: Vec<(Vec<u8>, String)> = waiting.order(inquiry::asked_at).select((inquiry::id, inquiry::unified)).load(tx)?;
    waiting.iter().try_for_each(|(id, unified)| ask(tx, relay, id128(id)?, unified))
}

impl Message for WantedPermit {
    type Stored = Id128;
    type Body = Asking;
    type Answer = PermitAnswer;
    type Error = RelayError;
    const KIND: &'static str = "permit-requests";
    const TO: &'static [&'static str] = &["network"];
    const PATH: &'static str = PERMIT_REQUESTS;
    const ACT: Act = ASK;
    const PURPOSE: Purpose = Purpose::Provision;

    /// Signed at each try under the inquiry's one processing number: when the answer is lost, the same permit comes again (D2).
    async fn make(&self, to: &Party, _: Id128, ids: Vec<Id128>) -> Result<Made<Asking>, RelayError> {
        let Self(relay) = self;
        let Some(id) = ids.into_iter().next() else { return Ok(Made::Nothing) };
        let caller = Caller::peer(&relay.party, Purpose::Provision, relay.entropy.id128());
        list::refresh(relay, &caller).await?;
        let keys = relay.client.verifying_keys::<Permit>(to, []).await?;
        let Some((request, asked)) = sign(relay, &caller, id).await? else { return Ok(Made::Nothing) };
        Ok(Made::Request(relay.entropy.id128(), Asking { request, asked, keys }))
    }

    fn taken(&self, tx: &mut Tx, record: &mut Record<'_>, sent: Sent<'_, Self>, answer: PermitAnswer) -> Result<Taken, RelayError> {
        let Self(relay) = self;
        let Asking { asked, keys, .. } = sent.body;
        let expected = Expected { sender: sent.to, receiver: &relay.party, keys };
        if answer.permit.names_other_key(keys) {
            // It has made a new one since: the next try knows it.
            relay.client.forget_keys(sent.to);
        }
        let permit = answer.permit.open(&expected, relay.room.clock().now())?.body;
        let fits = permit.receiving_key == asked.receiving_key
            && permit.processing_number == asked.processing_number
            && permit.inquiry == asked.inquiry;
        for id in sent.stored {
            if fits {
                advance(tx, record, id, state::SENT, None, Some(permit.permit))?;
            } else {
                let reason = "the permit is for another inquiry, or names another receiving key";
                advance(tx, record, id, state::REFUSED, Some(reason), None)?;
            }
        }
        Ok(Taken::All)
    }

    fn refused(&self, tx: &mut Tx, record: &mut Record<'_>, id: Id128, why: &Problem) -> Result<Refused, RelayError> {
        if why.code() == LIST_CHANGED {
            // The list that is here holds no longer: the next try fetches another.
            record.note("the permission list has changed");
            diesel::update(permission_list::table.find(1)).set(permission_list::expires_at.eq(0)).execute(tx)?;
            return Ok(Refused::Again);
        }
        advance(tx, record, id, state::REFUSED, Some(why.detail.as_deref().unwrap_or(&why.title)), None)?;
        Ok(Refused::Settled)
    }
}

/// As signed, and what it says.
type Request = (Signed<PermitRequest>, PermitRequest);

/// `None` when there is nothing to ask for any more, or when the list does not allow it, which refuses the inquiry.
async fn sign(relay: &Relay, caller: &Caller, id: Id128) -> Result<Option<Request>, RelayError> {
    let (relay, id) = (relay.clone(), id.as_bytes().to_vec());
    let room = relay.room.clone();
    let write = room.change(caller, ASK, move |tx, _| {
        let open = inquiry::table.inner_join(person::table.on(person::unified.eq(inquiry::unified)));
        let open = open.filter(inquiry::id.eq(id.clone()).and(inquiry::state.eq(state::ASKED)).and(person::sealed_code.is_not_null()));
        let columns = (inquiry::unified, inquiry::body, inquiry::processing_number, person::sealed_code.assume_not_null());
        let open: Option<(String, Vec<u8>, Vec<u8>, Vec<u8>)> = open.select(columns).first(tx).optional()?;
        let Some((unified, body, processing_number, sealed_code)) = open else { return Ok(Seen::nothing()) };
        let whose = crate::person_id(&unified);
        let asked: Inquiry = serde_json::from_slice(&body).map_err(|_| wire::Damaged("an inquiry"))?;
        let issued = relay.room.clock().now();
        let list = list::current(tx, issued.as_millisecond())?;
        let me = relay.party.municipality().ok_or(wire::Defect("the relay's name"))?;
        if !list.allows(me, asked.provider, &asked.business, &asked.information) {
            let change = (inquiry::state.eq(state::REFUSED), inquiry::reason.eq("the permission list does not allow this inquiry"));
            diesel::update(inquiry::table.find(id)).set(change).execute(tx)?;
            return Ok(Seen::person(whose, None));
        }
        let expires = issued + LIFE;
        let head = Head { sender: relay.party.clone(), receiver: relay.network.clone(), number: relay.entropy.id128(), issued, expires };
        let vault = relay.room.vault();
        let code = codes::open(vault, &unified, &sealed_code)?;
        let body = PermitRequest {
            processing_number: id128(&processing_number)?,
            code,
            inquiry: asked,
            receiving_key: vault.receiver_blocking(wire::RING, Suite::XWing)?.public().clone(),
            list_version: list.version,
        };
        let signed = Signed::seal(&head, &body, &vault.signer_blocking(wire::RING)?)?;
        Ok::<_, RelayError>(Seen::person(whose, Some((signed, body))))
    });
    write.await
}

/// Only from `asked`: an answer that came before its permit's response is not undone.
fn advance(
    tx: &mut Tx,
    record: &mut Record<'_>,
    id: Id128,
    to: &'static str,
    reason: Option<&str>,
    permit: Option<Id128>,
) -> Result<(), RelayError> {
    record.note(to);
    let those = inquiry::table.filter(inquiry::id.eq(id.as_bytes().to_vec()).and(inquiry::state.eq(state::ASKED)));
    let permit = permit.map(|permit| permit.as_bytes().to_vec());
    diesel::update(those).set((inquiry::state.eq(to), inquiry::reason.eq(reason), inquiry::permit.eq(permit))).execute(tx)?;
    Ok(())
}

/// Inquiries that nobody permitted or answered for so long are over; fetched answers go after their time.
pub(crate) async fn expire(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let now = relay.room.clock().now();
    let (unanswered, old) = (before(now, UNANSWERED), before(now, KEPT));
    let waiting = move || inquiry::state.eq_any([state::ASKED, state::SENT]).and(inquiry::asked_at.lt(unanswered));
    let done = move || inquiry::state.eq_any([state::FETCHED, state::ANSWERED]).and(inquiry::answered_at.lt(old));
    // A round that changes nothing leaves no entry.
    let due = relay.room.count(move |tx| {
        let first: Option<Vec<u8>> = inquiry::table.filter(waiting().or(done())).select(inquiry::id).first(tx).optional()?;
        Ok::<_, RelayError>(first.is_some())
    });
    if !due.await? {
        return Ok(());
    }
    let write = relay.room.change(caller, ASK, move |tx, record| {
        record.note("inquiries past their time");
        let people: Vec<String> = inquiry::table.filter(waiting().or(done())).select(inquiry::unified).distinct().load(tx)?;
        let expired = diesel::update(inquiry::table.filter(waiting()))
            .set((inquiry::state.eq(state::EXPIRED), inquiry::reason.eq("nobody answered in time")))
            .execute(tx)?;
        let change = (inquiry::state.eq(state::ERASED), inquiry::answer.eq(None::<Vec<u8>>));
        let erased = diesel::update(inquiry::table.filter(done())).set(change).execute(tx)?;
        Ok::<_, RelayError>(Seen::people(people.iter().map(|unified| crate::person_id(unified)), [expired, erased]))
    });
    let [expired, erased] = write.await?;
    tracing::info!(expired, erased, "inquiries past their time");
    Ok(())
}

/// How long an inquiry waits for its answer: a person at the provider may take days to decide.
pub(crate) const UNANSWERED: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long an answer is kept for fetching (R-RLY-2).
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

fn before(now: Timestamp, ago: SignedDuration) -> i64 {
    (now - ago).as_millisecond()
}
