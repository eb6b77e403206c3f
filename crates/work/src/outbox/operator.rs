//! What waits and what is dead, for operators: listed without a word of what it says, run again, dropped.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, PersonId, Seen};
use serde::Serialize;
use store::{StoreError, Tx};
use vocabulary::{Id128, MunicipalityCode, Party, Timestamp};

use super::table::{Envelope, id128, open, outbox, state};
use super::{Outbox, OutboxError, moves};

const RETRY: Act = Act::new("outbox:messages.retry");
const DROP: Act = Act::new("outbox:messages.drop");
const WHOM: Act = Act::new("outbox:messages.people");
/// After this time an operator may drop a message that is no dead letter yet.
const DROPPED_AFTER_MS: i64 = 24 * 60 * 60 * 1000;

/// A message of the outbox, without what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredMessage {
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
    /// Whether an operator may drop it: it is dead, or has waited for a day.
    pub may_be_dropped: bool,
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

/// Id, own key, peer, kind, state, attempts, last error, since when.
type Row = (i64, Vec<u8>, String, String, String, i32, Option<String>, i64);

impl Outbox {
    /// Its messages, dead letters first, the oldest first of each.
    pub async fn messages(&self, most: i64) -> Result<Vec<StoredMessage>, OutboxError> {
        self.messages_to(most, "%").await
    }

    /// Those of its messages that are a caller's to see: of a city's party, what that city's room tells, or what the nation's room tells that
    /// city.
    pub async fn messages_for(&self, caller: &Caller, most: i64) -> Result<Vec<StoredMessage>, OutboxError> {
        match (caller.municipality(), self.0.room.name().municipality()) {
            (None, _) => self.messages(most).await,
            (Some(theirs), Some(of_room)) if theirs == of_room => self.messages(most).await,
            (Some(_), Some(_)) => Ok(Vec::new()),
            (Some(theirs), None) => self.messages_to(most, &format!("%.{theirs}")).await,
        }
    }

    async fn messages_to(&self, most: i64, peers: &str) -> Result<Vec<StoredMessage>, OutboxError> {
        let peers = peers.to_owned();
        let now = self.0.room.clock().now_ms();
        let rows = self.look(move |tx| {
            let columns = (
                outbox::id,
                outbox::request_key,
                outbox::peer,
                outbox::kind,
                outbox::state,
                outbox::attempts,
                outbox::last_error,
                outbox::enqueued_at,
            );
            let those = outbox::table.filter(outbox::peer.like(peers)).order((outbox::state, outbox::id));
            Ok::<Vec<Row>, OutboxError>(those.limit(most).select(columns).load(tx)?)
        });
        let (mut messages, mut damaged) = (Vec::new(), Vec::new());
        for (id, key, peer, kind, in_state, attempts, last_error, at) in rows.await? {
            let Ok(key) = id128(&key) else {
                damaged.push(id);
                continue;
            };
            messages.push(StoredMessage {
                key,
                peer,
                kind,
                dead: in_state == state::DEAD,
                attempts: u32::try_from(attempts).unwrap_or(0),
                last_error,
                enqueued_at: Timestamp::from_millisecond(at).unwrap_or_default(),
                may_be_dropped: may_be_dropped(&in_state, at, now),
            });
        }
        // They are in the next list, under keys that can be read.
        self.bury_damaged(damaged).await?;
        Ok(messages)
    }

    /// How much there is, by peer and state.
    pub async fn queues(&self) -> Result<Vec<Queue>, OutboxError> {
        let now = self.0.room.clock().now_ms();
        let rows = self.look(|tx| {
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

    /// Whom a message concerns, by their names in the room: nobody is named by one that does not open. The look is in the record of use of each.
    pub async fn people_of(&self, caller: &Caller, key: Id128) -> Result<Vec<String>, OutboxError> {
        let outbox = self.clone();
        let whose = caller.municipality();
        let seen = self.0.room.see(caller, WHOM, move |tx, record| {
            let (message, people) = outbox.message(tx, whose, key)?;
            record.note(format!("{} to {}", message.kind, message.peer));
            let named = people.iter().map(|person| PersonId::new(person.as_str()));
            Ok::<_, OutboxError>(Seen::people(named, people.clone()))
        });
        seen.await
    }

    /// Sends a dead letter again under its own key: if it had its effect before, it has no second one. To a city's party, messages that are
    /// not its own are unknown.
    pub async fn retry(&self, caller: &Caller, key: Id128) -> Result<(), OutboxError> {
        let outbox = self.clone();
        let whose = caller.municipality();
        let write = self.0.room.change(caller, RETRY, move |tx, _| {
            let (message, people) = outbox.message(tx, whose, key)?;
            if message.state != state::DEAD {
                return Err(OutboxError::NotDead);
            }
            moves::revive(tx, message.id, key)?;
            Ok::<_, OutboxError>(Seen::people(people.iter().map(|person| PersonId::new(person.as_str())), ()))
        });
        write.await?;
        self.ring();
        Ok(())
    }

    /// Gives up a dead letter, or one that has waited for a day. The reason is kept in the record of use: up to 200 bytes, nothing about a person.
    pub async fn drop_message(&self, caller: &Caller, key: Id128, reason: &str) -> Result<(), OutboxError> {
        let (outbox, reason, now) = (self.clone(), reason.to_owned(), self.0.room.clock().now_ms());
        let whose = caller.municipality();
        let write = self.0.room.change(caller, DROP, move |tx, record| {
            let (message, people) = outbox.message(tx, whose, key)?;
            if !may_be_dropped(&message.state, message.enqueued_at, now) {
                return Err(OutboxError::NotDead);
            }
            record.note(reason);
            moves::remove(tx, &[message.id])?;
            Ok::<_, OutboxError>(Seen::people(people.iter().map(|person| PersonId::new(person.as_str())), ()))
        });
        write.await
    }

    /// The message of this key, if it is this municipality's (of none: anybody's), and whom it concerns.
    fn message(&self, tx: &mut Tx, whose: Option<MunicipalityCode>, key: Id128) -> Result<(Found, Vec<String>), OutboxError> {
        let columns = (outbox::id, outbox::state, outbox::peer, outbox::kind, outbox::subject, outbox::payload, outbox::enqueued_at);
        let found: Option<Found> =
            outbox::table.filter(outbox::request_key.eq(key.as_bytes().to_vec())).select(columns).first(tx).optional()?;
        let is_theirs = |message: &Found| match (whose, self.0.room.name().municipality()) {
            (None, _) => true,
            (Some(whose), Some(of_room)) => whose == of_room,
            (Some(whose), None) => message.peer.parse::<Party>().is_ok_and(|peer| peer.municipality() == Some(whose)),
        };
        let found = found.filter(is_theirs).ok_or(OutboxError::Unknown)?;
        // One that does not open can still be dropped.
        let envelope = Envelope { key: &key, peer: &found.peer, kind: &found.kind, subject: &found.subject };
        let people = open(self.0.room.vault(), envelope, &found.payload).map(|(people, _)| people).unwrap_or_default();
        Ok((found, people))
    }
}

/// A message that an operator names.
#[derive(Queryable)]
struct Found {
    id: i64,
    state: String,
    peer: String,
    kind: String,
    subject: Vec<u8>,
    payload: Vec<u8>,
    enqueued_at: i64,
}

fn may_be_dropped(in_state: &str, enqueued_at: i64, now: i64) -> bool {
    in_state == state::DEAD || enqueued_at <= now - DROPPED_AFTER_MS
}

/// How many dead letters a room has.
pub fn count_dead(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(outbox::table.filter(outbox::state.eq(state::DEAD)).count().get_result(tx)?)
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
