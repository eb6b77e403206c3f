//! Which replicas have to be made: new ones, and those that would tell something else than what was sent.

use std::collections::HashMap;

use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::inquiries::Replica;
use store::Tx;
use vault::Vault;
use vocabulary::Id128;
use work::jobs::JobRun;
use work::outbox::{NewMessage, key_of};

use super::content::{Contents, contents};
use super::table::{replica_sent, state};
use super::tell::NewReplica;
use crate::numbers::table::unified_number;
use crate::person::people_of;
use crate::residents::table::resident;
use crate::{Registry, RegistryError};

/// Residents who are looked at together.
const PORTION: usize = 500;

/// A replica that has to be made: resident, information, keyed digest of what it tells.
type Changed = (i64, String, [u8; 16]);

/// Looks at everybody with a unified number and enqueues what is pending. For a thread that may block.
pub(super) fn mark(registry: &Registry, run: &JobRun) -> Result<(), RegistryError> {
    let catalogue = registry.catalogue();
    let (mut after, mut done): (i64, u64) = run.checkpoint()?.unwrap_or_default();
    while let Some(next) = portion(registry, run, &catalogue, (after, done))? {
        (after, done) = next;
        registry.outbox.ring();
    }
    Ok(())
}

fn portion(
    registry: &Registry,
    run: &JobRun,
    catalogue: &Catalogue,
    (after, done): (i64, u64),
) -> Result<Option<(i64, u64)>, RegistryError> {
    let today = registry.clock.today();
    run.progress("marking", done, None);
    run.portion_blocking(super::MAKE, |tx, record, portion| {
        let residents: Vec<i64> = unified_number::table
            .filter(unified_number::resident.gt(after))
            .order(unified_number::resident)
            .limit(run.limit(PORTION))
            .select(unified_number::resident)
            .load(tx)?;
        let Some(last) = residents.last().copied() else { return Ok(Seen::nothing()) };
        let columns = (replica_sent::resident, replica_sent::information, replica_sent::content, replica_sent::state);
        let sent: Vec<(i64, String, Vec<u8>, String)> =
            replica_sent::table.filter(replica_sent::resident.eq_any(&residents)).select(columns).load(tx)?;
        let wanted: Vec<(i64, String)> = sent.iter().map(|(resident, information, ..)| (*resident, information.clone())).collect();
        let accepted: HashMap<(i64, String), Vec<u8>> = sent
            .into_iter()
            .filter(|(.., was)| was == state::ACCEPTED)
            .map(|(resident, information, content, _)| ((resident, information), content))
            .collect();
        let Contents { told, damaged } = contents(tx, (registry.room.vault(), catalogue), &residents, &wanted, today)?;
        let mut changed: Vec<Changed> = Vec::new();
        for (key, replica) in told {
            let content = digest(registry.room.vault(), &replica)?;
            // What was refused is tried again when somebody asks for the job again.
            if accepted.get(&key).is_none_or(|known| known.as_slice() != content) {
                changed.push((key.0, key.1, content));
            }
        }
        write(tx, registry, &changed, (state::PENDING, ""))?;
        enqueue(tx, registry, &changed)?;
        refuse_damaged(tx, registry, &damaged)?;
        record.note(format!("{} replicas to be made", changed.len()));
        let next = (last, done + residents.len() as u64);
        portion.checkpoint(&next)?;
        Ok(Seen::many(people_of(tx, &registry.room, &residents)?, Some(next)))
    })
}

fn write(tx: &mut Tx, registry: &Registry, rows: &[Changed], (state, reason): (&str, &str)) -> Result<(), RegistryError> {
    let now = registry.clock.now_ms();
    for rows in rows.chunks(200) {
        let rows: Vec<_> = rows
            .iter()
            .map(|(resident, information, content)| {
                (
                    replica_sent::resident.eq(*resident),
                    replica_sent::information.eq(information),
                    replica_sent::content.eq(content.to_vec()),
                    replica_sent::state.eq(state),
                    replica_sent::reason.eq(reason),
                    replica_sent::at.eq(now),
                )
            })
            .collect();
        let changes = (
            replica_sent::content.eq(store::excluded(replica_sent::content)),
            replica_sent::state.eq(store::excluded(replica_sent::state)),
            replica_sent::reason.eq(store::excluded(replica_sent::reason)),
            replica_sent::at.eq(store::excluded(replica_sent::at)),
        );
        store::upsert!(tx, replica_sent::table, rows, (replica_sent::resident, replica_sent::information), changes)?;
    }
    Ok(())
}

/// A message for each, in the order of its resident's information; one that waits already tells what is so when it sets out.
fn enqueue(tx: &mut Tx, registry: &Registry, changed: &[Changed]) -> Result<(), RegistryError> {
    let residents: Vec<i64> = changed.iter().map(|(resident, ..)| *resident).collect();
    let numbers: Vec<(i64, String)> =
        resident::table.filter(resident::id.eq_any(residents)).select((resident::id, resident::number)).load(tx)?;
    let numbers: HashMap<i64, String> = numbers.into_iter().collect();
    registry.outbox.take_back_dead::<NewReplica>(tx, changed.iter().map(key))?;
    let messages = changed.iter().filter_map(|change| {
        let (resident, information, _) = change;
        let message = NewMessage::to(&registry.atena, (*resident, information.clone())).about(numbers.get(resident)?.as_str());
        Some(message.in_order_of(format!("replica {resident} {information}")).under(key(change)))
    });
    Ok(registry.outbox.enqueue::<NewReplica>(tx, messages)?)
}

/// What is damaged is not told, and holds up nobody; it is tried again when somebody asks for the job again.
pub(super) fn refuse_damaged(tx: &mut Tx, registry: &Registry, damaged: &[(i64, String)]) -> Result<Seen<()>, RegistryError> {
    let rows: Vec<Changed> = damaged.iter().map(|(resident, information)| (*resident, information.clone(), [0; 16])).collect();
    write(tx, registry, &rows, (state::REFUSED, "damaged"))?;
    let residents: Vec<i64> = damaged.iter().map(|(resident, _)| *resident).collect();
    Ok(Seen::many(people_of(tx, &registry.room, &residents)?, ()))
}

fn key((resident, information, content): &Changed) -> Id128 {
    key_of("replica", [resident.to_be_bytes().as_slice(), information.as_bytes(), content])
}

/// Of what a replica tells; when it was made tells nothing.
pub(super) fn digest(vault: &Vault, replica: &Replica) -> Result<[u8; 16], RegistryError> {
    let told = serde_json::to_vec(&(replica.no_automatic_answer, replica.not_disclosed, &replica.records));
    Ok(vault.blind("replica content", &told.map_err(|_| wire::Defect("a replica that cannot be written"))?))
}
