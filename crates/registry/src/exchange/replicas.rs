//! 副本: signed by the registry for the relay, through atena, and held to be stored unchanged.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use jiff::SignedDuration;
use ledger::{Record, Seen};
use protocol::messages::Nothing;
use protocol::messages::atena::{ReplicaRow, ReplicasAnswer};
use protocol::messages::inquiries::Replica;
use protocol::messages::registry::MadeReplicas;
use protocol::messages::relay::NOT_YET;
use protocol::{Digest, Signed};
use seal::Signer;
use serde::Serialize;
use store::Tx;
use vocabulary::{Purpose, ResidentNumber};
use work::jobs::JobRun;

use super::content::{Contents, contents};
use super::mark::{self, digest};
use super::table::{replica_sent, state};
use super::tell::NewReplica;
use crate::person::person_id;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// How long a signed replica claims to be fresh; it is kept and answered with long after.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How long the job waits for the relay to hear of people; what is left goes on without it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A replica on its way.
pub(super) struct Going {
    resident: i64,
    information: String,
    content: [u8; 16],
    digest: Digest,
}

/// `ReplicasRequest`, and what of it is settled with the answer.
#[derive(Serialize)]
pub(super) struct Replicas {
    pub(super) rows: Vec<ReplicaRow>,
    #[serde(skip)]
    going: Vec<Going>,
}

/// Makes what is new or tells something else than before, and waits until it was sent.
pub(super) async fn make(registry: Registry, run: JobRun, _: Nothing) -> Result<MadeReplicas, RegistryError> {
    let (task, attempt) = (registry.clone(), run.clone());
    crate::work(move || mark::mark(&task, &attempt)).await?;
    run.progress("sending", 0, None);
    registry.wait_for::<NewReplica>(PATIENCE).await?;
    let counts = registry.room.count(|tx| {
        let mut of = |word: &str| replica_sent::table.filter(replica_sent::state.eq(word)).count().get_result::<i64>(tx);
        Ok::<_, RegistryError>([of(state::ACCEPTED)?, of(state::REFUSED)?, of(state::PENDING)?])
    });
    let [accepted, refused, pending] = counts.await?.map(|count| u64::try_from(count).unwrap_or(0));
    Ok(MadeReplicas { replicas: accepted + refused + pending, accepted, refused })
}

/// Makes what is wanted as it is today; those whom it is about are recorded. Of whom something is damaged nothing is sent.
pub(super) fn compose(registry: &Registry, signer: &Signer, wanted: Vec<(i64, String)>) -> Result<Replicas, RegistryError> {
    let today = registry.clock.today();
    let caller = Caller::peer(&registry.party, Purpose::Provision, registry.entropy.id128());
    let (replicas, damaged) = registry.room.see_blocking(&caller, super::MAKE, |tx, record| {
        let residents: Vec<i64> = wanted.iter().map(|(resident, _)| *resident).collect();
        let numbers: Vec<(i64, String)> =
            resident::table.filter(resident::id.eq_any(&residents)).select((resident::id, resident::number)).load(tx)?;
        let numbers: HashMap<i64, String> = numbers.into_iter().collect();
        let Contents { mut told, damaged } = contents(tx, (registry.room.vault(), &registry.catalogue()), &residents, &wanted, today)?;
        let mut replicas = Replicas { rows: Vec::with_capacity(wanted.len()), going: Vec::with_capacity(wanted.len()) };
        for key in wanted {
            let (Some(replica), Some(number)) = (told.remove(&key), numbers.get(&key.0)) else { continue };
            let envelope = sign(registry, signer, &replica)?;
            let (content, signed) = (digest(registry.room.vault(), &replica)?, envelope.digest());
            replicas.going.push(Going { resident: key.0, information: key.1, content, digest: signed });
            let resident_number = ResidentNumber::parse(number).map_err(|_| wire::Damaged("a resident number"))?;
            replicas.rows.push(ReplicaRow { resident_number, business: replica.business, information: replica.information, envelope });
        }
        record.note(format!("{} replicas to the relay", replicas.rows.len()));
        let mut people = registry.room.people();
        people.extend(numbers.values().map(|number| person_id(number)));
        Ok::<_, RegistryError>(Seen::many(people, (replicas, damaged)))
    })?;
    if !damaged.is_empty() {
        registry.room.change_blocking(&caller, super::MAKE, |tx, record| {
            record.note("replicas of damaged records");
            mark::refuse_damaged(tx, registry, &damaged)
        })?;
    }
    Ok(replicas)
}

fn sign(registry: &Registry, signer: &Signer, replica: &Replica) -> Result<Signed<Replica>, RegistryError> {
    Ok(Signed::seal(&super::head_to_relay(registry, LIFE), replica, signer)?)
}

/// Writes down what became of each → those that wait for the relay.
pub(super) fn settle(
    tx: &mut Tx,
    record: &mut Record<'_>,
    now: i64,
    sent: &Replicas,
    answer: ReplicasAnswer,
) -> Result<HashSet<(i64, String)>, RegistryError> {
    if answer.rows.len() != sent.rows.len() {
        return Err(wire::BadAnswer("atena's answer has another number of rows").into());
    }
    let (mut done, mut waiting) = (Vec::with_capacity(sent.rows.len()), HashSet::new());
    for (going, answer) in sent.going.iter().zip(answer.rows) {
        let (state, reason, stored) = match (answer.digest, answer.problem) {
            (Some(stored), _) if stored == going.digest => (state::ACCEPTED, String::new(), Some(stored.0.to_vec())),
            (Some(_), _) => (state::REFUSED, "digest: the relay stored other bytes than were signed".to_owned(), None),
            (None, Some(problem)) if problem.code == NOT_YET => {
                waiting.insert((going.resident, going.information.clone()));
                continue;
            }
            (None, problem) => (state::REFUSED, problem.map_or_else(String::new, |problem| problem.code), None),
        };
        done.push((
            replica_sent::resident.eq(going.resident),
            replica_sent::information.eq(going.information.clone()),
            replica_sent::content.eq(going.content.to_vec()),
            replica_sent::state.eq(state),
            replica_sent::reason.eq(reason),
            replica_sent::digest.eq(stored),
            replica_sent::at.eq(now),
        ));
    }
    record.note(format!("{} replicas settled, {} wait for the relay", done.len(), waiting.len()));
    let mut done = done.into_iter().peekable();
    while done.peek().is_some() {
        let rows: Vec<_> = done.by_ref().take(200).collect();
        let changes = (
            replica_sent::content.eq(store::excluded(replica_sent::content)),
            replica_sent::state.eq(store::excluded(replica_sent::state)),
            replica_sent::reason.eq(store::excluded(replica_sent::reason)),
            replica_sent::digest.eq(store::excluded(replica_sent::digest)),
            replica_sent::at.eq(store::excluded(replica_sent::at)),
        );
        store::upsert!(tx, replica_sent::table, rows, (replica_sent::resident, replica_sent::information), changes)?;
    }
    Ok(waiting)
}
