//! The moves of a message: all that changes its row between enqueuing and the operator. A row is named by its id, which no other ever has.

use diesel::prelude::*;
use store::{StoreError, Tx};
use vocabulary::Id128;

use super::table::{id128, outbox, state};
use super::{Outbox, OutboxError};

/// A message that was tried in vain for so long is a dead letter, whatever the tries met: a day before receivers forget what they did.
const LONGEST_MS: i64 = 6 * 24 * 60 * 60 * 1000;
/// And so often: a peer that was away meanwhile has some minutes more, in which it finds its feet.
const LEAST_TRIES: i32 = 20;

/// Puts messages that are in none into the request under this key.
pub(super) fn put_into(tx: &mut Tx, ids: &[i64], request: Id128) -> Result<(), StoreError> {
    let free = outbox::table.filter(outbox::id.eq_any(ids).and(outbox::sent_as.is_null()));
    diesel::update(free).set(outbox::sent_as.eq(Some(request.as_bytes().to_vec()))).execute(tx)?;
    Ok(())
}

/// Takes messages out of their request: they are chosen anew.
pub(super) fn take_out(tx: &mut Tx, ids: &[i64]) -> Result<(), StoreError> {
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids))).set(outbox::sent_as.eq(None::<Vec<u8>>)).execute(tx)?;
    Ok(())
}

/// Whether any of these still waits: a second copy of the program may have settled them, an operator may have dropped them.
pub(super) fn are_left(tx: &mut Tx, ids: &[i64]) -> Result<bool, StoreError> {
    let left = outbox::table.filter(outbox::id.eq_any(ids).and(outbox::state.eq(state::WAITING)));
    Ok(left.select(outbox::id).first::<i64>(tx).optional()?.is_some())
}

/// They were taken, or there is nothing more to say.
pub(super) fn remove(tx: &mut Tx, ids: &[i64]) -> Result<(), StoreError> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx)?;
    Ok(())
}

/// Notes a try in vain, and buries what was tried for too long → how many those are.
pub(super) fn try_in_vain(tx: &mut Tx, ids: &[i64], word: &str, now: i64) -> Result<usize, StoreError> {
    let those = || outbox::table.filter(outbox::id.eq_any(ids));
    diesel::update(those()).set((outbox::last_error.eq(word), outbox::attempts.eq(outbox::attempts + 1))).execute(tx)?;
    diesel::update(those().filter(outbox::first_tried_at.is_null())).set(outbox::first_tried_at.eq(Some(now))).execute(tx)?;
    let waits = outbox::state.eq(state::WAITING).and(outbox::attempts.ge(LEAST_TRIES));
    Ok(diesel::update(those().filter(waits.and(outbox::first_tried_at.le(now - LONGEST_MS))))
        .set(outbox::state.eq(state::DEAD))
        .execute(tx)?)
}

/// Makes dead letters of them.
pub(super) fn bury(tx: &mut Tx, ids: &[i64], word: &str) -> Result<(), StoreError> {
    let change = (outbox::state.eq(state::DEAD), outbox::last_error.eq(word));
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids))).set(change).execute(tx)?;
    Ok(())
}

/// Sends a dead letter again, under its own key and with all its days before it.
pub(super) fn revive(tx: &mut Tx, id: i64, own: Id128) -> Result<(), StoreError> {
    let change = (
        outbox::state.eq(state::WAITING),
        outbox::attempts.eq(0),
        outbox::first_tried_at.eq(None::<i64>),
        outbox::sent_as.eq(Some(own.as_bytes().to_vec())),
    );
    diesel::update(outbox::table.find(id)).set(change).execute(tx)?;
    Ok(())
}

impl Outbox {
    /// Buries messages that do not open or whose keys cannot be read; the latter each under a new key, by which an operator can drop it. One
    /// that does not open keeps its own: with its columns as they were it can be run again.
    pub(super) async fn bury_damaged(&self, ids: Vec<i64>) -> Result<(), OutboxError> {
        if ids.is_empty() {
            return Ok(());
        }
        tracing::error!(alarm = "outbox", messages = ids.len(), "stored messages are damaged");
        wire::Cause::from(wire::Damaged("a message of the outbox")).raise_alarm();
        let keys: Vec<(i64, Id128)> = ids.iter().map(|id| (*id, self.0.entropy.id128())).collect();
        let buried = self.0.room.maintain(move |tx| {
            for (id, new) in keys {
                let own: Option<Vec<u8>> = outbox::table.find(id).select(outbox::request_key).first(tx).optional()?;
                if own.is_some_and(|own| id128(&own).is_err()) {
                    diesel::update(outbox::table.find(id)).set(outbox::request_key.eq(new.as_bytes().to_vec())).execute(tx)?;
                }
            }
            take_out(tx, &ids)?;
            Ok::<_, OutboxError>(bury(tx, &ids, "damaged")?)
        });
        buried.await
    }
}
