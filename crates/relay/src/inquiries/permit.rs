//! Asking the network system for permits of the inquiries that have none: no permit, no inquiry.

use access::Caller;
use diesel::prelude::*;
use jiff::{SignedDuration, Timestamp};
use ledger::Act;
use line::WireError;
use protocol::Signed;
use protocol::messages::Code;
use protocol::messages::inquiries::{Inquiry, Permit, PermitRequest};
use protocol::messages::network::{LIST_CHANGED, PERMIT_REQUESTS, PermitAnswer, PermitAsk};
use protocol::signed::{Expected, Head};
use vocabulary::Id128;

use crate::table::{inquiry, person, state};
use crate::{Relay, RelayError, list};

const ASK: Act = Act::new("relay:permits.ask");
const BATCH: i64 = 500;
/// How long a signed request may be on its way.
const LIFE: SignedDuration = SignedDuration::from_mins(5);

#[derive(Queryable)]
struct Waiting {
    id: Vec<u8>,
    unified: String,
    body: Vec<u8>,
    processing_number: Vec<u8>,
    permit_request: Option<Vec<u8>>,
    request_expires_at: i64,
    code: Vec<u8>,
}

/// Asks for every inquiry whose person's code is here; those without a code wait for it.
pub(crate) async fn pending(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let waiting = relay.room.waiting(caller, ASK, |tx, record| {
        let query = inquiry::table
            .inner_join(person::table.on(person::unified.eq(inquiry::unified)))
            .filter(inquiry::state.eq(state::ASKED).and(person::code.is_not_null()))
            .order(inquiry::asked_at)
            .limit(BATCH);
        let columns = (
            inquiry::id,
            inquiry::unified,
            inquiry::body,
            inquiry::processing_number,
            inquiry::permit_request,
            inquiry::request_expires_at,
            person::code.assume_not_null(),
        );
        let waiting: Vec<Waiting> = query.select(columns).load(tx)?;
        waiting.iter().for_each(|row| record.subject(&row.unified));
        Ok::<_, RelayError>(waiting)
    });
    let waiting = waiting.await?;
    if waiting.is_empty() {
        return Ok(());
    }
    list::refresh(relay, caller).await?;
    let mut problem = Ok(());
    for row in waiting {
        match ask(relay, caller, row).await {
            Ok(()) => {}
            Err(RelayError::Wire(error)) if error.is_passing() => return Err(error.into()),
            // One that cannot be asked for does not hold up the others.
            Err(error) => problem = Err(error),
        }
    }
    problem
}

/// What a permit must be for.
struct Wanted {
    id: Vec<u8>,
    processing_number: Vec<u8>,
    inquiry: Inquiry,
}

async fn ask(relay: &Relay, caller: &Caller, row: Waiting) -> Result<(), RelayError> {
    let now = relay.room.clock().now_ms();
    let asked: Inquiry = serde_json::from_slice(&row.body).map_err(|_| RelayError::Malformed("a stored inquiry"))?;
    let mut wanted = Wanted { id: row.id.clone(), processing_number: row.processing_number.clone(), inquiry: asked };
    let request = match row.permit_request.clone() {
        Some(request) if row.request_expires_at > now => Signed::from_bytes(request),
        _ => match sign(relay, caller, &row, &wanted.inquiry).await? {
            Some((request, number)) => {
                wanted.processing_number = number.as_bytes().to_vec();
                request
            }
            None => return Ok(()),
        },
    };
    // The key is of the signed bytes: the same request sent again is the same, a new one another.
    let mut key = [0; 16];
    key.iter_mut().zip(request.digest().0).for_each(|(to, from)| *to = from);
    let asked: Result<PermitAnswer, WireError> =
        relay.client.post(&relay.network, PERMIT_REQUESTS, Id128::from_bytes(key), &PermitAsk { request }).await;
    match asked {
        Ok(answer) => permitted(relay, caller, wanted, &answer.permit).await,
        Err(WireError::Refused { problem, .. }) if problem.code() == LIST_CHANGED => {
            list::fetch(relay, caller).await?;
            unsigned(relay, caller, wanted.id).await?;
            Err(RelayError::Forbidden("the permission list has changed: asking again by the new one"))
        }
        Err(error) => match error.refusal() {
            Some(problem) if crate::is_final(&error) => {
                let reason = problem.detail.clone().unwrap_or_else(|| problem.title.clone());
                advance(relay, caller, wanted.id, state::REFUSED, Some(reason), None).await
            }
            _ => Err(error.into()),
        },
    }
}

/// The signed request is void; the next round signs another.
async fn unsigned(relay: &Relay, caller: &Caller, id: Vec<u8>) -> Result<(), RelayError> {
    let write = relay.room.write(caller, ASK, move |tx, record| {
        record.note("the permission list has changed");
        diesel::update(inquiry::table.find(id)).set(inquiry::request_expires_at.eq(0)).execute(tx)?;
        Ok::<_, RelayError>(())
    });
    write.await
}

/// As signed, and its processing number.
type Request = (Signed<PermitRequest>, Id128);

/// Signs a request under a new processing number and keeps it, so that a retry sends the same; a list that does not allow it refuses.
async fn sign(relay: &Relay, caller: &Caller, row: &Waiting, asked: &Inquiry) -> Result<Option<Request>, RelayError> {
    let (id, unified, code, asked) = (row.id.clone(), row.unified.clone(), Code::from(row.code.clone()), asked.clone());
    let relay = relay.clone();
    let (room, caller) = (relay.room.clone(), caller.clone());
    let write = room.write(&caller, ASK, move |tx, record| {
        record.subject(&unified);
        let issued = relay.room.clock().now();
        let list = list::current(tx, issued.as_millisecond())?;
        let me = relay.party.municipality().ok_or(RelayError::Malformed("the relay's name"))?;
        let those = inquiry::table.find(id.clone());
        if !list::allows(&list, me.as_str(), asked.provider.as_str(), &asked.business, &asked.information) {
            let change = (inquiry::state.eq(state::REFUSED), inquiry::reason.eq("the permission list does not allow this inquiry"));
            diesel::update(those).set(change).execute(tx)?;
            return Ok(None);
        }
        let processing_number = relay.entropy.id128();
        let expires = issued + LIFE;
        let head = Head { sender: relay.party.clone(), receiver: relay.network.clone(), number: relay.entropy.id128(), issued, expires };
        let body = PermitRequest {
            processing_number,
            code,
            inquiry: asked,
            receiving_key: relay.receiver.public().clone(),
            list_version: list.version,
        };
        let signed = Signed::seal(&head, &body, &relay.signer)?;
        let change = (
            inquiry::processing_number.eq(processing_number.as_bytes().to_vec()),
            inquiry::permit_request.eq(signed.as_bytes()),
            inquiry::request_expires_at.eq(expires.as_millisecond()),
        );
        diesel::update(those).set(change).execute(tx)?;
        Ok::<_, RelayError>(Some((signed, processing_number)))
    });
    write.await
}

async fn permitted(relay: &Relay, caller: &Caller, wanted: Wanted, permit: &Signed<Permit>) -> Result<(), RelayError> {
    let key =
        relay.client.keys(&relay.network).await?.verifying_key().ok_or(RelayError::Malformed("the network system's verifying key"))?;
    let expected = Expected { sender: &relay.network, receiver: &relay.party, key: &key };
    let permit = permit.open(&expected, relay.room.clock().now())?.body;
    let fits = permit.receiving_key == *relay.receiver.public()
        && permit.processing_number.as_bytes().as_slice() == wanted.processing_number
        && permit.inquiry == wanted.inquiry;
    if !fits {
        let reason = "the permit is for another inquiry, or names another receiving key".to_owned();
        return advance(relay, caller, wanted.id, state::REFUSED, Some(reason), None).await;
    }
    advance(relay, caller, wanted.id, state::SENT, None, Some(permit.permit.as_bytes().to_vec())).await
}

/// Only from `asked`: an answer that came before its permit's response is not undone.
async fn advance(
    relay: &Relay,
    caller: &Caller,
    id: Vec<u8>,
    to: &'static str,
    reason: Option<String>,
    permit: Option<Vec<u8>>,
) -> Result<(), RelayError> {
    let write = relay.room.write(caller, ASK, move |tx, record| {
        record.note(to);
        let those = inquiry::table.filter(inquiry::id.eq(id).and(inquiry::state.eq(state::ASKED)));
        diesel::update(those).set((inquiry::state.eq(to), inquiry::reason.eq(reason), inquiry::permit.eq(permit))).execute(tx)?;
        Ok::<_, RelayError>(())
    });
    write.await
}

/// Inquiries that nobody answered while their permit lived are over; fetched answers go after their time.
pub(crate) async fn expire(relay: &Relay, caller: &Caller) -> Result<(), RelayError> {
    let now = relay.room.clock().now();
    let (unanswered, old) = (before(now, UNANSWERED), before(now, KEPT));
    // A round that changes nothing leaves no entry.
    let due = relay.room.waiting(caller, ASK, move |tx, record| {
        record.note("inquiries past their time");
        let waiting = inquiry::state.eq(state::SENT).and(inquiry::asked_at.lt(unanswered));
        let done = inquiry::state.eq_any([state::FETCHED, state::ANSWERED]).and(inquiry::answered_at.lt(old));
        let due: Vec<Vec<u8>> = inquiry::table.filter(waiting).or_filter(done).limit(1).select(inquiry::id).load(tx)?;
        Ok::<_, RelayError>(due)
    });
    if due.await?.is_empty() {
        return Ok(());
    }
    let write = relay.room.write(caller, ASK, move |tx, _| {
        let waiting = inquiry::table.filter(inquiry::state.eq(state::SENT).and(inquiry::asked_at.lt(unanswered)));
        let expired = diesel::update(waiting).set(inquiry::state.eq(state::EXPIRED)).execute(tx)?;
        let done = inquiry::state.eq_any([state::FETCHED, state::ANSWERED]).and(inquiry::answered_at.lt(old));
        let erased = diesel::update(inquiry::table.filter(done))
            .set((inquiry::state.eq(state::ERASED), inquiry::answer.eq(None::<Vec<u8>>)))
            .execute(tx)?;
        Ok::<_, RelayError>((expired, erased))
    });
    let (expired, erased) = write.await?;
    if expired + erased > 0 {
        tracing::info!(expired, erased, "inquiries past their time");
    }
    Ok(())
}

/// A person at the provider may take days to decide.
const UNANSWERED: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long an answer is kept for fetching (R-RLY-2).
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

fn before(now: Timestamp, ago: SignedDuration) -> i64 {
    (now - ago).as_millisecond()
}
