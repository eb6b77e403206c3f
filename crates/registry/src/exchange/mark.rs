//! Which replicas have to be made: new ones, and those that would tell something else than what was sent.

use access::Caller;
use diesel::prelude::*;
use ledger::{Room, Seen};
use protocol::messages::inquiries::Replica;
use vault::Vault;

use super::content::contents;
use super::table::{replica_sent, state};
use crate::numbers::table::unified_number;
use crate::person::people_of;
use crate::{Registry, RegistryError};

/// Residents who are looked at together.
const PORTION: i64 = 2_000;

/// Looks at everybody with a unified number and marks what is pending. For a thread that may block.
pub(super) fn mark(registry: &Registry, caller: &Caller) -> Result<(), RegistryError> {
    let mut after = 0;
    while let Some(last) = portion(&registry.room, registry, caller, after)? {
        after = last;
    }
    Ok(())
}

fn portion(room: &Room, registry: &Registry, caller: &Caller, after: i64) -> Result<Option<i64>, RegistryError> {
    let now = registry.clock.now_ms();
    let today = registry.clock.today();
    room.change_blocking(caller, super::MAKE, |tx, record| {
        let residents: Vec<i64> = unified_number::table
            .filter(unified_number::resident.gt(after))
            .order(unified_number::resident)
            .limit(PORTION)
            .select(unified_number::resident)
            .load(tx)?;
        let Some(last) = residents.last().copied() else { return Ok(Seen::nobody(None)) };
        let columns = (replica_sent::resident, replica_sent::information, replica_sent::content, replica_sent::state);
        let sent: Vec<(i64, String, Vec<u8>, String)> =
            replica_sent::table.filter(replica_sent::resident.eq_any(&residents)).select(columns).load(tx)?;
        let wanted: Vec<(i64, String)> = sent.iter().map(|(resident, information, ..)| (*resident, information.clone())).collect();
        let sent: std::collections::HashMap<(i64, String), (Vec<u8>, String)> =
            sent.into_iter().map(|(resident, information, content, state)| ((resident, information), (content, state))).collect();
        let mut changed = Vec::new();
        for (key, replica) in contents(tx, registry, &residents, &wanted, today)? {
            let content = digest(room.vault(), &replica)?;
            // What was refused is tried again when somebody asks for the job again.
            let as_it_was = sent.get(&key).is_some_and(|(known, was)| known.as_slice() == content && was != state::REFUSED);
            if !as_it_was {
                changed.push((key.0, key.1, content));
            }
        }
        for rows in changed.chunks(200) {
            let rows: Vec<_> = rows
                .iter()
                .map(|(resident, information, content)| {
                    (
                        replica_sent::resident.eq(*resident),
                        replica_sent::information.eq(information),
                        replica_sent::content.eq(content.to_vec()),
                        replica_sent::state.eq(state::PENDING),
                        replica_sent::reason.eq(""),
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
        record.note(format!("{} replicas to be made", changed.len()));
        Ok(Seen::many(people_of(tx, room, &residents)?, Some(last)))
    })
}

/// Of what a replica tells; when it was made tells nothing.
pub(super) fn digest(vault: &Vault, replica: &Replica) -> Result<[u8; 16], RegistryError> {
    let told = serde_json::to_vec(&(replica.no_automatic_answer, replica.not_disclosed, &replica.records));
    Ok(vault.blind("replica content", &told.map_err(|_| RegistryError::Malformed("a replica that cannot be written"))?))
}
