//! Answers: asked for until they settle, believed only when the provider's registry signed them, kept sealed with their digest.

use std::time::Duration;

use diesel::prelude::*;
use ledger::Seen;
use protocol::Signed;
use protocol::messages::inquiries::{InquiryState, InquiryStatus, Replica};
use protocol::messages::registry::FetchedAnswers;
use protocol::messages::{Nothing, atena};
use protocol::signed::Expected;
use tokio::time::Instant;
use vault::Cell;
use vocabulary::{Id128, MunicipalityCode, Party, day};
use work::jobs::JobRun;

use super::table::{inquiry, received_replica, state};
use super::tell::NewInquiry;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// How long the job looks for answers that are on their way.
const PATIENCE: Duration = Duration::from_secs(30);

/// An inquiry that atena has.
#[derive(Queryable)]
struct Open {
    id: Vec<u8>,
    resident: i64,
    number: String,
    provider: String,
    information: String,
    remote: Vec<u8>,
}

/// What one look at an inquiry came to.
enum Settled {
    Answered {
        replica: Replica,
        envelope: Vec<u8>,
        digest: [u8; 32],
    },
    Refused(String),
    /// Nobody answered in time: it may be asked again.
    Expired,
    /// A person at the provider decides: no use to wait for it now.
    Person,
    Underway,
}

/// Looks at open inquiries until all are settled or patience ends; counts all there ever were.
pub(super) async fn fetch(registry: Registry, run: JobRun, _: Nothing) -> Result<FetchedAnswers, RegistryError> {
    let until = Instant::now() + PATIENCE;
    registry.wait_for::<NewInquiry>(PATIENCE).await?;
    crate::look_until(until, || look(&registry, &run)).await?;
    let counts = registry.room.count(|tx| {
        let mut of = |words: &[&str]| inquiry::table.filter(inquiry::state.eq_any(words)).count().get_result::<i64>(tx);
        Ok::<_, RegistryError>([of(&[state::ANSWERED])?, of(&[state::REFUSED, state::EXPIRED])?, of(&[state::PENDING, state::ASKED])?])
    });
    let [answered, refused, pending] = counts.await?.map(|count| u64::try_from(count).unwrap_or(0));
    Ok(FetchedAnswers { answered, refused, pending })
}

/// Asks for every answer that is open → how many are under way. One that atena cannot tell of holds up no other.
async fn look(registry: &Registry, run: &JobRun) -> Result<u64, RegistryError> {
    let open = registry.room.seek(run.caller(), super::FETCH, |tx, record| {
        let columns =
            (inquiry::id, inquiry::resident, resident::number, inquiry::provider, inquiry::information, inquiry::remote.assume_not_null());
        let asked = inquiry::table.inner_join(resident::table.on(resident::id.eq(inquiry::resident)));
        let asked = asked.filter(inquiry::state.eq(state::ASKED).and(inquiry::remote.is_not_null())).order(inquiry::at);
        let open: Vec<Open> = asked.select(columns).load(tx)?;
        record.note(format!("{} inquiries without an answer", open.len()));
        let people: Vec<_> = open.iter().map(|open| person_id(&open.number).into_owned()).collect();
        Ok::<_, RegistryError>(Seen::people(people, open))
    });
    let (mut under_way, mut asked) = (0, 0);
    for row in open.await? {
        asked += 1;
        run.progress("asking", asked, None);
        match settle(registry, &row).await {
            Ok(Settled::Underway) => under_way += 1,
            Ok(Settled::Person) => {}
            Ok(settled) => keep(registry, run, row, settled).await?,
            Err(RegistryError::Cause(wire::Cause::Peer(error))) if error.is_final() => {
                tracing::warn!(%error, "atena tells nothing of an inquiry")
            }
            Err(error) => return Err(error),
        }
    }
    Ok(under_way)
}

async fn settle(registry: &Registry, row: &Open) -> Result<Settled, RegistryError> {
    let remote = Id128::from_bytes(row.remote.clone().try_into().map_err(|_| wire::Damaged("an inquiry"))?);
    let status: InquiryStatus = registry.client.get(&registry.atena, &atena::inquiry(remote)).await?;
    let refused = |word: &str| Ok(Settled::Refused(status.reason.clone().unwrap_or_else(|| word.to_owned())));
    match (status.state, &status.answer) {
        (InquiryState::Answered | InquiryState::Fetched, Some(answer)) => {
            let digest = answer.digest();
            if status.digest.is_some_and(|told| told != digest) {
                return Ok(Settled::Refused("digest: what came is not what the relay had".to_owned()));
            }
            match open(registry, row, answer.as_slice()).await {
                Ok(replica) => Ok(Settled::Answered { replica, envelope: answer.as_slice().to_vec(), digest: digest.0 }),
                Err(RegistryError::Cause(wire::Cause::Signed(error))) => Ok(Settled::Refused(format!("signature: {error}"))),
                Err(RegistryError::Cause(wire::Cause::BadAnswer(what))) => Ok(Settled::Refused(what.0.to_owned())),
                Err(error) => Err(error),
            }
        }
        (InquiryState::Answered | InquiryState::Fetched, None) => refused("noReplica"),
        (InquiryState::Refused, _) => refused("refused"),
        (InquiryState::Erased, _) => refused("erased"),
        (InquiryState::Cancelled, _) => refused("cancelled"),
        (InquiryState::Expired, _) => Ok(Settled::Expired),
        (InquiryState::AwaitingPerson, _) => Ok(Settled::Person),
        (InquiryState::Asked | InquiryState::Permitted | InquiryState::Sent, _) => Ok(Settled::Underway),
    }
}

/// Whoever forwarded it: the provider's registry signed it for the provider's relay, and it is about what was asked.
async fn open(registry: &Registry, row: &Open, bytes: &[u8]) -> Result<Replica, RegistryError> {
    let provider = MunicipalityCode::parse(&row.provider).map_err(|_| wire::Damaged("a municipality"))?;
    let party = |system| Party::of(system, provider).map_err(|_| wire::Damaged("a municipality"));
    let (sender, receiver) = (party("registry")?, party("relay")?);
    let signed = Signed::<Replica>::from_bytes(bytes.to_vec());
    let keys = registry.client.verifying_keys(&sender, [&signed]).await?;
    let replica = signed.open_archived(&Expected { sender: &sender, receiver: &receiver, keys: &keys })?.body;
    if replica.information != row.information || replica.business != registry.catalogue().permission_list().business.id {
        return Err(wire::BadAnswer("the answer is about something else than was asked").into());
    }
    Ok(replica)
}

async fn keep(registry: &Registry, run: &JobRun, row: Open, settled: Settled) -> Result<(), RegistryError> {
    let (vault, now) = (registry.room.vault().clone(), registry.clock.now_ms());
    let write = run.portion(super::FETCH, move |tx, record, _| {
        let (now_in, reason) = match settled {
            Settled::Answered { replica, envelope, digest } => {
                let sealed = vault.seal(&Cell::new("received_replica", &row.id, "envelope"), &envelope)?;
                let values = (
                    received_replica::inquiry.eq(&row.id),
                    received_replica::resident.eq(row.resident),
                    received_replica::provider.eq(&row.provider),
                    received_replica::information.eq(&row.information),
                    received_replica::made_on.eq(day::to_number(replica.made_on)),
                    received_replica::records.eq(i32::try_from(replica.records.len()).unwrap_or(i32::MAX)),
                    received_replica::envelope.eq(sealed),
                    received_replica::digest.eq(digest.to_vec()),
                    received_replica::at.eq(now),
                );
                store::insert_ignore!(tx, received_replica::table, values)?;
                (state::ANSWERED, String::new())
            }
            Settled::Refused(reason) => (state::REFUSED, reason),
            Settled::Expired => (state::EXPIRED, String::new()),
            Settled::Person | Settled::Underway => return Ok(Seen::nobody(())),
        };
        record.note(format!("inquiry {now_in}"));
        diesel::update(inquiry::table.find(&row.id)).set((inquiry::state.eq(now_in), inquiry::reason.eq(reason))).execute(tx)?;
        Ok::<_, RegistryError>(Seen::person(person_id(&row.number), ()))
    });
    write.await
}
