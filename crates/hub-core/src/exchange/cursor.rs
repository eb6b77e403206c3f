//! How far the edge's rows were fetched, and what of them is held: sealed together, so that a row is neither passed over nor taken away unnoticed.

use std::fmt;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::Id128;

use super::collect::COLLECT;
use crate::HubError;
use crate::table::{edge_cursor, held, seal, unseal};

/// The one row.
const ID: i64 = 1;
/// Rows that are compared where none is left out.
pub(super) const ALL: i64 = i64::MAX;
/// Entries of the record of use that are looked through at each check.
const STRIDE: u64 = 512;

/// What lies sealed in `edge_cursor.state`.
///
/// Whoever puts back what was sealed earlier is noticed: at one place of the cursor the number of held rows only falls, so that more are named
/// than there are; and each move of the cursor is an entry in the record of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// Everything the edge had up to here is in the municipalities' rooms or held.
    pub(super) after: i64,
    /// How many rows are held.
    pub(super) held: i64,
    /// The keyed digests of their numbers, added without carry: the same in whatever order they came and went.
    mark: Id128,
    /// Up to here the record of use has no later move of the cursor.
    looked: u64,
}

/// What is wrong with what is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    /// Rows that are not there any more.
    pub(crate) missing: u64,
    /// Whether the cursor is not where it was moved last.
    pub(crate) put_back: bool,
}

impl Wrong {
    pub(crate) fn some(self) -> Option<Self> {
        (self.missing > 0 || self.put_back).then_some(self)
    }
}

/// What `/readyz` and the command line say of it.
impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = (self.missing > 0).then(|| format!("rows that were held for cities are gone: {}", self.missing));
        let put_back = self.put_back.then(|| "the place up to which the public side was read is an earlier one".to_owned());
        f.write_str(&missing.into_iter().chain(put_back).collect::<Vec<_>>().join("; "))
    }
}

/// The mark of no row.
const NONE: Id128 = Id128::from_bytes([0; 16]);

impl Cursor {
    pub(super) fn read(tx: &mut Tx, vault: &Vault) -> Result<Self, HubError> {
        let sealed: Option<Vec<u8>> = edge_cursor::table.find(ID).select(edge_cursor::state).first(tx).optional()?;
        let begin = Self { after: 0, held: 0, mark: NONE, looked: 0 };
        sealed.map_or(Ok(begin), |sealed| unseal(vault, &cell(), &sealed))
    }

    /// Reads it for a change: nobody else changes it, and no entry is made, until the transaction ends → the position of the next entry, too.
    pub(super) fn hold(tx: &mut Tx, vault: &Vault) -> Result<(Self, u64), HubError> {
        let end = ledger::hold_end(tx, vault)?;
        Ok((Self::read(tx, vault)?, end))
    }

    /// Moved on, in the transaction whose entry in the record, at this position, says so.
    pub(super) fn move_to(self, after: i64, entry: u64) -> Self {
        Self { after, looked: entry + 1, ..self }
    }

    pub(super) fn write(&self, tx: &mut Tx, vault: &Vault) -> Result<(), HubError> {
        let state = seal(vault, &cell(), self)?;
        let values = (edge_cursor::id.eq(ID), edge_cursor::state.eq(&state));
        store::upsert!(tx, edge_cursor::table, values, (edge_cursor::id), edge_cursor::state.eq(&state))?;
        Ok(())
    }

    pub(super) fn put(&mut self, vault: &Vault, sequence: i64) {
        self.held += 1;
        self.turn(vault, sequence);
    }

    pub(super) fn take(&mut self, vault: &Vault, sequence: i64) {
        self.held -= 1;
        self.turn(vault, sequence);
    }

    fn turn(&mut self, vault: &Vault, sequence: i64) {
        let mut mark = *self.mark.as_bytes();
        mark.iter_mut().zip(vault.blind("held", &sequence.to_be_bytes())).for_each(|(byte, other)| *byte ^= other);
        self.mark = Id128::from_bytes(mark);
    }

    /// The same with the rows that are there; none where there are more than `most`.
    fn as_there(self, tx: &mut Tx, vault: &Vault, most: i64) -> Result<Option<Self>, HubError> {
        let there: Vec<i64> = held::table.select(held::sequence).limit(most.saturating_add(1)).load(tx)?;
        if i64::try_from(there.len()).is_ok_and(|count| count > most) {
            return Ok(None);
        }
        let mut cursor = Self { held: 0, mark: NONE, ..self };
        there.into_iter().for_each(|sequence| cursor.put(vault, sequence));
        Ok(Some(cursor))
    }

    /// Compares it with the rows and with the record of use; where there are more rows than `most`, with their number alone.
    pub(crate) fn check(tx: &mut Tx, vault: &Vault, most: i64) -> Result<Wrong, HubError> {
        let (cursor, end) = (Self::read(tx, vault)?, ledger::end(tx, vault)?);
        let there = match cursor.as_there(tx, vault, most)? {
            Some(there) => there,
            None => Self { held: held::table.count().get_result(tx)?, ..cursor },
        };
        // one in the place of another counts too
        let missing = if there == cursor { 0 } else { u64::try_from(cursor.held - there.held).unwrap_or(0).max(1) };
        Ok(Wrong { missing, put_back: cursor.is_put_back(tx, vault, end)? })
    }

    /// Whether the record of use, so long, tells of a later move.
    fn is_put_back(&self, tx: &mut Tx, vault: &Vault, end: u64) -> Result<bool, HubError> {
        Ok(end < self.looked || ledger::last_change(tx, vault, COLLECT, self.looked..end)?.is_some())
    }

    /// Whether there is so much in the record since it was looked through that how far should be kept.
    pub(super) fn is_far(tx: &mut Tx, vault: &Vault) -> Result<bool, HubError> {
        Ok(ledger::end(tx, vault)? > Self::read(tx, vault)?.looked.saturating_add(STRIDE))
    }

    /// Keeps how far the record was looked through, unless it tells of a later move.
    pub(super) fn look_on(tx: &mut Tx, vault: &Vault) -> Result<(), HubError> {
        let (cursor, end) = Self::hold(tx, vault)?;
        if cursor.is_put_back(tx, vault, end)? { Ok(()) } else { Self { looked: end, ..cursor }.write(tx, vault) }
    }

    /// The rows that are there are all there were, and it stands where it says: whoever answers for that has said so.
    pub(super) fn settle(tx: &mut Tx, vault: &Vault) -> Result<(), HubError> {
        let (cursor, end) = Self::hold(tx, vault)?;
        let there = cursor.as_there(tx, vault, ALL)?.ok_or(wire::Defect("a table of more rows than there are numbers"))?;
        Self { looked: end, ..there }.write(tx, vault)
    }
}

fn cell() -> Cell<'static> {
    Cell::new("edge_cursor", b"1", "state")
}
