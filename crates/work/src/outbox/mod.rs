//! What one party has to tell another: enqueued in the transaction of the change, delivered until it is taken.
//!
//! A kind of message is a [`Message`]: what is stored of it, its path, how a request is made of it, what happens when it is taken or refused.
//! A change enqueues a [`NewMessage`] and rings after its transaction:
//!
//! ```ignore
//! room.change(&caller, ACT, move |tx, _| { …; outbox.enqueue::<Withdrawal>(tx, [NewMessage::to(&relay, stored).about(unified)])?; … }).await?;
//! outbox.ring();
//! ```
//! and the [`Deliverer`], made when the system opens with every kind that it sends, is added to its service.
//!
//! * The key of a message is fixed when it is enqueued, that of a request of several before it is first sent: whatever is killed when, a
//!   message has one effect.
//! * Each peer has a lane of its own with a few requests at once; one that is away, slow, or refuses holds up nobody else.
//! * Messages of one subject to one peer go in order; others beside each other.
//! * A request that is refused is halved until the message that spoils it is alone; that becomes a dead letter, unless its kind knows
//!   better. A dead letter holds nobody up; run again, it goes under the same key.
//! * The people whom a message concerns stand in the record of use before it leaves.
//! * Peer, kind and subject are bound to what is sealed, and a kind says to which parties it goes: a row that was changed past this program
//!   is a dead letter, and not obeyed.
//!
//! # The states of a message
//!
//! | from | to | who moves it, and when |
//! |---|---|---|
//! | | waiting | a change enqueues it |
//! | waiting | waiting | its lane: puts it into a request, halves that, or has tried it in vain |
//! | waiting | gone | the peer has taken it; its kind has nothing to say any more, or has seen to the refusal; a change takes it back before it has set out; an operator drops it, after a day |
//! | waiting | dead | it was refused for good and its kind knows no better; it was tried in vain for six days; it cannot be read |
//! | dead | waiting | an operator runs it again: its six days are before it |
//! | dead | gone | an operator drops it; a change takes it back |
//!
//! In vain is every try that does not end in one of the others: refused for the moment, not made, an answer that cannot be read or settled,
//! left out of the answer. That the peer is away is no try: it says nothing about the message, which waits. Of a kind that the program does
//! not know, messages wait for one that does.

mod choose;
mod deliver;
mod enqueue;
mod error;
mod lane;
mod message;
mod moves;
mod operator;
mod routes;
mod send;
mod settle;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;
use tokio::sync::{Notify, watch};
use vocabulary::{Entropy, Id128};

pub use self::deliver::Deliverer;
pub use self::enqueue::NewMessage;
pub use self::error::OutboxError;
pub use self::message::{Made, Message, Refused, Sent, Taken};
pub use self::operator::{Queue, StoredMessage, count_dead};
pub use self::routes::{OutboxActions, Outboxes, routes};
use self::table::{outbox, state};

/// The messages of one room that wait to be sent; cheap to clone.
#[derive(Clone)]
pub struct Outbox(Arc<Inner>);

struct Inner {
    room: ledger::Room,
    entropy: Arc<dyn Entropy>,
    /// Something was enqueued.
    bell: Notify,
    /// Something was enqueued in a transaction that may not have committed yet.
    enqueued: AtomicBool,
    /// Somebody waits: pauses end.
    hurry: watch::Sender<u64>,
    /// A request was settled.
    settled: watch::Sender<u64>,
}

impl Outbox {
    /// Reads which messages there are, of what kind, for whom to go and how they stand; whom they concern and what they say is sealed, and is
    /// not opened here.
    async fn look<T, F>(&self, f: F) -> Result<T, OutboxError>
    where
        F: FnOnce(&mut Tx) -> Result<T, OutboxError> + Send + 'static,
        T: Send + 'static,
    {
        self.0.room.raw().read_long(f).await
    }

    /// That of a room, which has [`crate::MIGRATIONS`].
    pub fn of(room: &ledger::Room, entropy: Arc<dyn Entropy>) -> Self {
        let inner = Inner {
            room: room.clone(),
            entropy,
            bell: Notify::new(),
            enqueued: AtomicBool::new(false),
            hurry: watch::Sender::new(0),
            settled: watch::Sender::new(0),
        };
        Self(Arc::new(inner))
    }

    /// The room whose messages they are.
    pub fn room(&self) -> &store::RoomName {
        self.0.room.name()
    }

    /// Something was enqueued and has committed.
    pub fn ring(&self) {
        self.0.bell.notify_one();
    }

    /// Rings for what was enqueued in a transaction of the outbox's own, when a message was settled.
    fn ring_if_enqueued(&self) {
        if self.0.enqueued.swap(false, Ordering::Relaxed) {
            self.ring();
        }
    }

    /// Waits until no message of a kind waits, at most for so long → whether that is so; dead letters may be left. It is for what is done to
    /// all at once: who needs a message of one subject gone asks [`Outbox::subjects_left`] and comes again, so that one that is stuck holds
    /// up its own subject alone.
    pub async fn until_settled<M: Message>(&self, patience: Duration) -> Result<bool, OutboxError> {
        let mut settled = self.0.settled.subscribe();
        self.0.hurry.send_modify(|times| *times += 1);
        self.ring();
        let empty = async {
            loop {
                settled.mark_unchanged();
                let waiting = self.0.room.count(|tx| {
                    let those = outbox::table.filter(outbox::kind.eq(M::KIND).and(outbox::state.eq(state::WAITING)));
                    let first: Option<i64> = those.select(outbox::id).first(tx).optional()?;
                    Ok::<_, OutboxError>(first.is_some())
                });
                if !waiting.await? {
                    return Ok(true);
                }
                // The sender lives in `self`.
                let _ = settled.changed().await;
            }
        };
        tokio::time::timeout(patience, empty).await.unwrap_or(Ok(false))
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox({})", self.0.room.name())
    }
}

/// A key made of parts: the same parts of the same kind make the same key, so that what is enqueued twice is one message.
pub fn key_of<T: AsRef<[u8]>>(kind: &str, parts: impl IntoIterator<Item = T>) -> Id128 {
    let mut digest = Sha256::new_with_prefix(kind.as_bytes());
    for part in parts {
        let part = part.as_ref();
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut key = [0; 16];
    key.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    Id128::from_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::key_of;

    #[test]
    fn parts_that_run_together_make_other_keys() {
        assert_eq!(key_of("a", ["b", "c"]), key_of("a", ["b", "c"]));
        assert_ne!(key_of("a", ["bc"]), key_of("a", ["b", "c"]));
        assert_ne!(key_of("a", ["b"]), key_of("b", ["b"]));
    }
}
