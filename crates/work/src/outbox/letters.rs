//! What waits and what is dead, for operators: listed without a word of what it says, run again, dropped.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Record};
use serde::Serialize;
use store::Tx;
use vocabulary::{Id128, Timestamp};

use super::table::{id128, open, outbox, state};
use super::{Outbox, OutboxError};

const RETRY: Act = Act::new("outbox:letters.retry");
const DROP: Act = Act::new("outbox:letters.drop");

/// A message of the outbox, without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredLetter {
    /// Its name, and the key under which it goes alone.
    pub key: Id128,
    /// To whom.
    pub peer: String,
    /// Its kind.
    pub kind: String,
    /// Whether it is a dead letter.
    pub dead: bool,
    /// How often it was not taken.
    pub attempts: u32,
    /// Status and code of the last refusal.
    pub last_error: Option<String>,
    /// Since when it is there.
    pub enqueued_at: Timestamp,
}

/// How much of one state there is for a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// For whom.
    pub peer: String,
    /// `waiting` or `dead`.
    pub state: String,
    /// How many.
    pub messages: u64,
    /// Age of the oldest.
    pub oldest_seconds: u64,
}

/// Own key, peer, kind, state, attempts, last error, since when.
type Row = (Vec<u8>, String, String, String, i32, Option<String>, i64);

impl Outbox {
    /// Its messages, dead letters first, the oldest first of each.
    pub async fn letters(&self, most: i64) -> Result<Vec<StoredLetter>, OutboxError> {
        let rows = self.0.room.raw().read_long(move |tx| {
            let columns =
                (outbox::request_key, outbox::peer, outbox::kind, outbox::state, outbox::attempts, outbox::last_error, outbox::enqueued_at);
            Ok::<Vec<Row>, OutboxError>(outbox::table.order((outbox::state, outbox::id)).limit(most).select(columns).load(tx)?)
        });
        let letter = |(key, peer, kind, in_state, attempts, last_error, at): Row| {
            Ok(StoredLetter {
                key: id128(&key)?,
                peer,
                kind,
                dead: in_state == state::DEAD,
                attempts: u32::try_from(attempts).unwrap_or(0),
                last_error,
                enqueued_at: Timestamp::from_millisecond(at).map_err(|_| OutboxError::Damaged)?,
            })
        };
        rows.await?.into_iter().map(letter).collect()
    }

    /// How much there is, by peer and state.
    pub async fn queues(&self) -> Result<Vec<Queue>, OutboxError> {
        let now = self.0.room.clock().now_ms();
        let rows = self.0.room.raw().read_long(|tx| {
            use diesel::dsl::{count_star, min};
            let query = outbox::table.group_by((outbox::peer, outbox::state)).order((outbox::peer, outbox::state));
            let columns = (outbox::peer, outbox::state, count_star(), min(outbox::enqueued_at));
            Ok::<Vec<(String, String, i64, Option<i64>)>, OutboxError>(query.select(columns).load(tx)?)
        });
        let queue = |(peer, state, messages, oldest): (String, String, i64, Option<i64>)| Queue {
            peer,
            state,
            messages: u64::try_from(messages).unwrap_or(0),
            oldest_seconds: u64::try_from((now - oldest.unwrap_or(now)) / 1000).unwrap_or(0),
        };
        Ok(rows.await?.into_iter().map(queue).collect())
    }

    /// Sends a dead letter again under its own key: if it had its effect before, it has no second one.
    pub async fn retry(&self, caller: &Caller, key: Id128) -> Result<(), OutboxError> {
        let outbox = self.clone();
        let write = self.0.room.write(caller, RETRY, move |tx, record| {
            let id = outbox.dead(tx, record, key)?;
            let change = (outbox::state.eq(state::WAITING), outbox::attempts.eq(0), outbox::sent_as.eq(Some(key.as_bytes().to_vec())));
            diesel::update(outbox::table.find(id)).set(change).execute(tx)?;
            Ok::<_, OutboxError>(())
        });
        write.await?;
        self.ring();
        Ok(())
    }

    /// Gives a dead letter up. The reason is kept in the record of use: up to 200 bytes, nothing about a person.
    pub async fn drop_letter(&self, caller: &Caller, key: Id128, reason: &str) -> Result<(), OutboxError> {
        let (outbox, reason) = (self.clone(), reason.to_owned());
        let write = self.0.room.write(caller, DROP, move |tx, record| {
            let id = outbox.dead(tx, record, key)?;
            record.note(reason);
            diesel::delete(outbox::table.find(id)).execute(tx)?;
            Ok::<_, OutboxError>(())
        });
        write.await
    }

    /// The dead letter of this key; whom it concerns is recorded.
    fn dead(&self, tx: &mut Tx, record: &mut Record<'_>, key: Id128) -> Result<i64, OutboxError> {
        let columns = (outbox::id, outbox::state, outbox::payload);
        let found: Option<(i64, String, Vec<u8>)> =
            outbox::table.filter(outbox::request_key.eq(key.as_bytes().to_vec())).select(columns).first(tx).optional()?;
        let (id, in_state, payload) = found.ok_or(OutboxError::Unknown)?;
        if in_state != state::DEAD {
            return Err(OutboxError::NotDead);
        }
        // One that does not open can still be dropped.
        if let Ok((people, _)) = open(self.0.room.vault(), &key, &payload) {
            people.iter().for_each(|person| record.subject(person));
        }
        Ok(id)
    }
}

/// How much there is in all of these outboxes.
pub(super) async fn queues(outboxes: &[Outbox]) -> Result<Vec<Queue>, OutboxError> {
    let mut all: Vec<Queue> = Vec::new();
    for outbox in outboxes {
        for queue in outbox.queues().await? {
            match all.iter_mut().find(|known| (&known.peer, &known.state) == (&queue.peer, &queue.state)) {
                Some(known) => {
                    known.messages += queue.messages;
                    known.oldest_seconds = known.oldest_seconds.max(queue.oldest_seconds);
                }
                None => all.push(queue),
            }
        }
    }
    Ok(all)
}

/// For `/readyz`: nothing when nothing waits.
pub(super) fn told(queues: &[Queue]) -> Option<String> {
    let lines = queues.iter().map(|queue| {
        let Queue { peer, state, messages, oldest_seconds } = queue;
        format!("{messages} {state} for {peer}, the oldest for {oldest_seconds} s")
    });
    let lines: Vec<String> = lines.collect();
    (!lines.is_empty()).then(|| lines.join("; "))
}
