//! Sending pending replicas: signed by the registry for the relay, through atena, and held to be stored unchanged.

use std::collections::HashMap;
use std::time::Duration;

use access::Caller;
use diesel::prelude::*;
use jiff::SignedDuration;
use protocol::messages::atena::{REPLICAS, ReplicaRow, ReplicasAnswer, ReplicasRequest};
use protocol::messages::inquiries::Replica;
use protocol::signed::Head;
use protocol::{Digest, Signed};
use seal::Signer;
use sha2::{Digest as _, Sha256};
use vocabulary::ResidentNumber;

use super::content::contents;
use super::mark::digest;
use super::table::{replica_sent, state};
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// Replicas of one request.
const BATCH: i64 = 500;
/// The relay's word for a person it has not heard of yet; it will.
const NOT_YET: &str = "unknown";
/// How long a signed replica claims to be fresh; it is kept and answered with long after.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// How often the job looks whether the relay has heard of people, and how long between two looks: a minute.
const LOOKS: u32 = 240;
const PAUSE: Duration = Duration::from_millis(250);

/// A replica on its way.
struct Going {
    resident: i64,
    information: String,
    content: [u8; 16],
    digest: Digest,
}

/// Sends until nothing is pending, or until patience ends: the background goes on.
pub(super) async fn all(registry: &Registry, caller: &Caller) -> Result<(), RegistryError> {
    for _ in 0..LOOKS {
        if round(registry, caller).await? == 0 {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// Sends everything pending once → how many must wait for the relay.
pub(super) async fn round(registry: &Registry, caller: &Caller) -> Result<u64, RegistryError> {
    let signer = registry.room.vault().signer(wire::RING).await?;
    let (mut after, mut waiting) = ((0, String::new()), 0);
    loop {
        let (task, asker, signer, from) = (registry.clone(), caller.clone(), signer.clone(), after.clone());
        let (rows, going, last) = crate::work(move || portion(&task, &asker, &signer, from)).await?;
        let Some(last) = last else { return Ok(waiting) };
        after = last;
        if !rows.is_empty() {
            waiting += post(registry, caller, rows, going).await?;
        }
    }
}

type Portion = (Vec<ReplicaRow>, Vec<Going>, Option<(i64, String)>);

fn portion(registry: &Registry, caller: &Caller, signer: &Signer, after: (i64, String)) -> Result<Portion, RegistryError> {
    let today = registry.clock.today();
    registry.room.read_blocking(caller, super::MAKE, |tx, record| {
        let later = replica_sent::resident.gt(after.0).or(replica_sent::resident.eq(after.0).and(replica_sent::information.gt(&after.1)));
        let wanted: Vec<(i64, String)> = replica_sent::table
            .filter(replica_sent::state.eq(state::PENDING).and(later))
            .order((replica_sent::resident, replica_sent::information))
            .limit(BATCH)
            .select((replica_sent::resident, replica_sent::information))
            .load(tx)?;
        let last = wanted.last().cloned();
        let residents: Vec<i64> = wanted.iter().map(|(resident, _)| *resident).collect();
        let numbers: Vec<(i64, String)> =
            resident::table.filter(resident::id.eq_any(&residents)).select((resident::id, resident::number)).load(tx)?;
        let numbers: HashMap<i64, String> = numbers.into_iter().collect();
        let mut told = contents(tx, registry, &residents, &wanted, today)?;
        let (mut rows, mut going) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
        for key in wanted {
            let (Some(replica), Some(number)) = (told.remove(&key), numbers.get(&key.0)) else { continue };
            let envelope = sign(registry, signer, &replica)?;
            record.subject(number);
            going.push(Going {
                resident: key.0,
                information: key.1,
                content: digest(registry.room.vault(), &replica)?,
                digest: envelope.digest(),
            });
            let resident_number = ResidentNumber::parse(number).map_err(|_| RegistryError::Malformed("a stored resident number"))?;
            rows.push(ReplicaRow { resident_number, business: replica.business, information: replica.information, envelope });
        }
        record.note(format!("{} replicas to the relay", rows.len()));
        Ok((rows, going, last))
    })
}

fn sign(registry: &Registry, signer: &Signer, replica: &Replica) -> Result<Signed<Replica>, RegistryError> {
    let issued = registry.clock.now();
    let head = Head {
        sender: registry.party.clone(),
        receiver: registry.relay.clone(),
        number: registry.entropy.id128(),
        issued,
        expires: issued.checked_add(LIFE).unwrap_or(issued),
    };
    Ok(Signed::seal(&head, replica, signer)?)
}

async fn post(registry: &Registry, caller: &Caller, rows: Vec<ReplicaRow>, going: Vec<Going>) -> Result<u64, RegistryError> {
    let sent = rows.len();
    let answer: ReplicasAnswer =
        registry.client.post(&registry.atena, REPLICAS, registry.entropy.id128(), &ReplicasRequest { rows }).await?;
    if answer.rows.len() != sent {
        return Err(RegistryError::Malformed("atena's answer has another number of rows"));
    }
    let now = registry.clock.now_ms();
    let write = registry.room.write(caller, super::MAKE, move |tx, record| {
        let mut people = Sha256::new();
        let (mut done, mut waiting) = (Vec::with_capacity(sent), 0_u64);
        for (going, answer) in going.into_iter().zip(answer.rows) {
            let (state, reason, stored) = match (answer.digest, answer.problem) {
                (Some(stored), _) if stored == going.digest => (state::ACCEPTED, String::new(), Some(stored.0.to_vec())),
                (Some(_), _) => (state::REFUSED, "digest: the relay stored other bytes than were signed".to_owned(), None),
                (None, Some(problem)) if problem.code == NOT_YET => {
                    waiting += 1;
                    continue;
                }
                (None, problem) => (state::REFUSED, problem.map_or_else(String::new, |problem| problem.code), None),
            };
            people.update(going.resident.to_le_bytes());
            done.push((
                replica_sent::resident.eq(going.resident),
                replica_sent::information.eq(going.information),
                replica_sent::content.eq(going.content.to_vec()),
                replica_sent::state.eq(state),
                replica_sent::reason.eq(reason),
                replica_sent::digest.eq(stored),
                replica_sent::at.eq(now),
            ));
        }
        record.subjects(done.len() as u64, people.finalize().into());
        record.note(format!("{} replicas settled, {waiting} wait for the relay", done.len()));
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
        Ok::<_, RegistryError>(waiting)
    });
    write.await
}
