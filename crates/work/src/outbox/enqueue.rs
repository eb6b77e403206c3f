//! Enqueuing: in the transaction of the change.

use std::collections::HashSet;
use std::sync::atomic::Ordering;

use diesel::prelude::*;
use store::Tx;
use vocabulary::{Id128, Party};

use super::table::{Envelope, id128, outbox, seal, state};
use super::{Message, Outbox, OutboxError};

/// Rows of one statement.
const ROWS: usize = 200;

/// A message to be enqueued.
#[derive(Debug)]
pub struct NewMessage<T> {
    to: Party,
    stored: T,
    people: Vec<String>,
    subject: Option<String>,
    key: Option<Id128>,
}

impl<T> NewMessage<T> {
    /// To whom, and what its kind stores.
    pub fn to(to: &Party, stored: T) -> Self {
        Self { to: to.clone(), stored, people: Vec::new(), subject: None, key: None }
    }

    /// It concerns this person, as the record of use names them.
    #[must_use]
    pub fn about(mut self, person: impl Into<String>) -> Self {
        self.people.push(person.into());
        self
    }

    /// It goes in order with the others of this subject.
    #[must_use]
    pub fn in_order_of(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Under this key instead of a random one: enqueued again under it, it is the same message and has no effect.
    #[must_use]
    pub fn under(mut self, key: Id128) -> Self {
        self.key = Some(key);
        self
    }
}

impl Outbox {
    /// Belongs into the transaction of the change that is to be told; [`Outbox::ring`] after it has committed.
    pub fn enqueue<M: Message>(&self, tx: &mut Tx, messages: impl IntoIterator<Item = NewMessage<M::Stored>>) -> Result<(), OutboxError> {
        let vault = self.0.room.vault();
        let now = self.0.room.clock().now_ms();
        let mut messages = messages.into_iter().peekable();
        if messages.peek().is_none() {
            return Ok(());
        }
        while messages.peek().is_some() {
            let mut rows = Vec::with_capacity(ROWS);
            for message in messages.by_ref().take(ROWS) {
                let key = message.key.unwrap_or_else(|| self.0.entropy.id128());
                let subject = match &message.subject {
                    Some(subject) => self.subject(subject),
                    // Nobody else's: it waits for nobody.
                    None => *key.as_bytes(),
                };
                if !M::TO.contains(&message.to.system()) {
                    return Err(wire::Defect("a message to a party that its kind does not go to").into());
                }
                let peer = message.to.to_string();
                let envelope = Envelope { key: &key, peer: &peer, kind: M::KIND, subject: &subject };
                let payload = seal(vault, envelope, &message.people, &message.stored)?;
                rows.push((
                    outbox::peer.eq(peer),
                    outbox::kind.eq(M::KIND),
                    outbox::subject.eq(subject.to_vec()),
                    outbox::request_key.eq(key.as_bytes().to_vec()),
                    outbox::payload.eq(payload),
                    outbox::state.eq(state::WAITING),
                    outbox::attempts.eq(0),
                    outbox::enqueued_at.eq(now),
                ));
            }
            store::insert_ignore!(tx, outbox::table, rows, (outbox::request_key))?;
        }
        self.0.enqueued.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Takes back what of a kind and a subject has not set out yet, and its dead letters, which nobody is to run again then → how many
    /// messages. What is under way stands.
    pub fn take_back<M: Message>(&self, tx: &mut Tx, subject: &str) -> Result<usize, OutboxError> {
        let subject = self.subject(subject).to_vec();
        let lies_still = outbox::sent_as.is_null().or(outbox::state.eq(state::DEAD));
        let of_subject = outbox::kind.eq(M::KIND).and(outbox::subject.eq(subject)).and(lies_still);
        Ok(diesel::delete(outbox::table.filter(of_subject)).execute(tx)?)
    }

    /// Takes back the dead letters of a kind under these keys: what is enqueued now tells the same as it is now → how many.
    pub fn take_back_dead<M: Message>(&self, tx: &mut Tx, keys: impl IntoIterator<Item = Id128>) -> Result<usize, OutboxError> {
        let keys: Vec<Vec<u8>> = keys.into_iter().map(|key| key.as_bytes().to_vec()).collect();
        let dead = outbox::kind.eq(M::KIND).and(outbox::state.eq(state::DEAD));
        let mut gone = 0;
        for keys in keys.chunks(ROWS) {
            gone += diesel::delete(outbox::table.filter(dead.and(outbox::request_key.eq_any(keys.to_vec())))).execute(tx)?;
        }
        Ok(gone)
    }

    /// A subject as it is stored.
    pub fn subject(&self, subject: &str) -> [u8; 16] {
        self.0.room.vault().blind("outbox subject", subject.as_bytes())
    }

    /// The keys of the messages of a kind that wait.
    pub fn waiting<M: Message>(&self, tx: &mut Tx) -> Result<HashSet<Id128>, OutboxError> {
        let waiting = outbox::kind.eq(M::KIND).and(outbox::state.eq(state::WAITING));
        let keys: Vec<Vec<u8>> = outbox::table.filter(waiting).select(outbox::request_key).load(tx)?;
        Ok(keys.iter().filter_map(|key| id128(key).ok()).collect())
    }

    /// The subjects of a kind of which something is left, waiting or dead.
    pub fn subjects_left<M: Message>(&self, tx: &mut Tx) -> Result<HashSet<[u8; 16]>, OutboxError> {
        let left: Vec<Vec<u8>> = outbox::table.filter(outbox::kind.eq(M::KIND)).select(outbox::subject).distinct().load(tx)?;
        left.into_iter().map(|subject| subject.try_into().map_err(|_| wire::Damaged("a message of the outbox").into())).collect()
    }
}
