//! What a process knows of a log between its appends.

use std::sync::{Mutex, MutexGuard, PoisonError};

use store::Tx;
use vault::Vault;

use super::{Head, checkpoint, extend};
use crate::LedgerError;
use crate::merkle::Hash;

/// What a process remembers. Memory speaks for the log where it fits, and against it where the log went back.
#[derive(Debug, Default)]
pub(crate) struct HeadCache(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    edge: Option<Edge>,
    seen: Option<SeenHead>,
    /// What witnesses showed of this log, each until the log is proved to go on from it.
    shown: Vec<Shown>,
}

/// The size and root of a checkpoint of this log that a witness showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// Leaf hashes that do not fill a tile yet, as of one root: valid exactly when the head has that size and that root, so that neither
/// a rolled-back transaction nor another process can make it wrong.
#[derive(Debug)]
pub(crate) struct Edge {
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) leaves: Vec<Hash>,
    /// The digest of a checkpoint that this tree is known to begin with.
    pub(super) signed: Option<Hash>,
}

/// The last committed head that was seen, here or by whoever wrote the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SeenHead {
    pub(super) counter: u64,
    pub(super) size: u64,
    pub(super) root: Hash,
}

impl HeadCache {
    /// How far the log was once, for whoever has not seen it yet.
    pub(super) fn begin(&self, seen: Option<SeenHead>) {
        let mut memory = self.memory();
        memory.seen = memory.seen.or(seen);
    }

    /// Nothing is built upon the log before it is proved to go on from this, too, which was signed for it once.
    pub(super) fn heed(&self, shown: Shown) {
        let mut memory = self.memory();
        if !memory.shown.contains(&shown) {
            memory.shown.push(shown);
        }
    }

    /// Reads the head and keeps it from others, once it is certain that a program with the room's keys wrote it and that it goes on from the
    /// last that was seen.
    pub(super) fn lock(&self, tx: &mut Tx, vault: &Vault) -> Result<(Head, Edge), LedgerError> {
        let head = Head::lock(tx, vault)?;
        let edge = self.edge(tx, &head)?;
        Ok((head, edge))
    }

    /// Looks whether the log can be built upon, when it is opened.
    pub(super) fn inspect(&self, tx: &mut Tx, vault: &Vault) -> Result<Head, LedgerError> {
        let head = Head::proven(tx, vault)?;
        let edge = self.edge(tx, &head)?;
        self.keep(edge);
        Ok(head)
    }

    /// Keeps the edge for the next append.
    pub(super) fn keep(&self, edge: Edge) {
        self.memory().edge = Some(edge);
    }

    /// Takes the edge from memory if it belongs to this head, else makes it from the entries of a tree that is proved to go on from the last
    /// that was seen and from the latest checkpoint, and from what a witness showed.
    fn edge(&self, tx: &mut Tx, head: &Head) -> Result<Edge, LedgerError> {
        let (edge, seen, shown) = {
            let mut memory = self.memory();
            (memory.edge.take(), memory.seen, memory.shown.clone())
        };
        if seen.is_some_and(|seen| head.counter < seen.counter) {
            return Err(LedgerError::Damaged("it was put back to what it was before"));
        }
        for Shown { size, root } in &shown {
            extend::prove(tx, head, *size, root)?;
        }
        let edge = match edge.filter(|edge| edge.size == head.size() && edge.root == head.root) {
            Some(edge) => edge,
            None => {
                if let Some(seen) = seen {
                    extend::prove(tx, head, seen.size, &seen.root)?;
                }
                let mut edge = Edge { size: head.size(), root: head.root, leaves: extend::rest(tx, head)?, signed: None };
                checkpoint::prove_last(tx, head, &mut edge)?;
                edge
            }
        };
        let mut memory = self.memory();
        memory.seen = Some(SeenHead { counter: head.counter, size: head.size(), root: head.root });
        // What was shown meanwhile is proved next time.
        memory.shown.retain(|one| !shown.contains(one));
        Ok(edge)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
