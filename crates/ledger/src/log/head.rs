use diesel::prelude::*;
use seal::Binding;
use store::Tx;
use vault::Vault;

use super::schema::ledger_head;
use super::{ONE, column, position};
use crate::LedgerError;
use crate::merkle::{EMPTY_ROOT, Frontier, Hash};

/// What a head's stamp is of.
const STAMP: &str = "ledger head 1";

/// The tree as the database has it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) frontier: Frontier,
    pub(crate) root: Hash,
    /// The latest checkpoint.
    pub(crate) signed: Option<Signed>,
    /// How often the head was written: it never falls.
    pub(crate) counter: u64,
}

/// What the head says of the latest checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signed {
    /// When it was signed.
    pub(crate) at: i64,
    /// Entries that it speaks for.
    pub(crate) size: u64,
    /// SHA-256 of the note.
    pub(crate) digest: Hash,
}

/// The head as stored, believed by nobody yet.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = ledger_head, treat_none_as_null = true)]
pub(crate) struct HeadRow {
    id: i64,
    pub(crate) size: i64,
    pub(crate) root: Vec<u8>,
    pub(crate) frontier: Vec<u8>,
    checkpoint_at: Option<i64>,
    pub(crate) checkpoint_size: Option<i64>,
    checkpoint_digest: Option<Vec<u8>>,
    counter: i64,
    stamp: Vec<u8>,
}

impl HeadRow {
    /// What the stamp is over; the frontier must lead to the root, so the root stands for it.
    fn under_stamp(&self) -> Binding {
        let checkpoint = self.checkpoint_digest.as_deref().unwrap_or_default();
        Binding::of(STAMP)
            .number(self.size)
            .part(&self.root)
            .number(self.checkpoint_at.unwrap_or_default())
            .number(self.checkpoint_size.unwrap_or_default())
            .part(checkpoint)
            .number(self.counter)
    }

    /// Whether a program with the room's keys wrote it.
    pub(crate) fn is_proven(&self, vault: &Vault) -> bool {
        vault.is_stamp(STAMP, self.under_stamp().bytes(), &self.stamp)
    }

    /// Whether nothing was written over the head of the empty log yet.
    pub(crate) fn is_first(&self) -> bool {
        self.counter == 0
    }

    fn signed(&self) -> Result<Option<Signed>, LedgerError> {
        match (self.checkpoint_at, self.checkpoint_size, &self.checkpoint_digest) {
            (None, None, None) => Ok(None),
            (Some(at), Some(size), Some(digest)) => {
                let digest = digest.as_slice().try_into().map_err(|_| LedgerError::Damaged("its head names no checkpoint"))?;
                Ok(Some(Signed { at, size: position(size), digest }))
            }
            _ => Err(LedgerError::Damaged("its head names half a checkpoint")),
        }
    }
}

impl Head {
    /// Makes the row of an empty log; an existing one stays.
    pub(crate) fn found(tx: &mut Tx, vault: &Vault) -> Result<(), LedgerError> {
        if Self::row(tx)?.is_none() {
            let empty = Self { frontier: Frontier::default(), root: EMPTY_ROOT, signed: None, counter: 0 };
            diesel::insert_into(ledger_head::table).values(empty.stamped(vault)).execute(tx)?;
        }
        Ok(())
    }

    /// Reads the head for whoever builds nothing upon it and has no keys: it leads to its own root, and that is all.
    pub(crate) fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        Self::of(&Self::row(tx)?.ok_or(HEADLESS)?)
    }

    /// Reads the head that a program with the room's keys wrote.
    pub(crate) fn proven(tx: &mut Tx, vault: &Vault) -> Result<Self, LedgerError> {
        Self::prove(Self::row(tx)?, vault)
    }

    /// [`Head::proven`], kept from others until the transaction ends. On SQLite whoever writes is alone already.
    pub(crate) fn lock(tx: &mut Tx, vault: &Vault) -> Result<Self, LedgerError> {
        let row = match tx {
            Tx::Sqlite(_) => Self::row(tx)?,
            Tx::Postgres(tx) => ledger_head::table.find(ONE).select(HeadRow::as_select()).for_update().first(tx).optional()?,
        };
        Self::prove(row, vault)
    }

    fn prove(row: Option<HeadRow>, vault: &Vault) -> Result<Self, LedgerError> {
        let row = row.ok_or(HEADLESS)?;
        if row.is_proven(vault) { Self::of(&row) } else { Err(LedgerError::Damaged("its head was not written by this system")) }
    }

    fn of(row: &HeadRow) -> Result<Self, LedgerError> {
        let frontier =
            Frontier::from_bytes(position(row.size), &row.frontier).ok_or(LedgerError::Damaged("its head does not fit its size"))?;
        let root = frontier.root();
        if row.root != root {
            return Err(LedgerError::Damaged("its head does not lead to its root"));
        }
        Ok(Self { frontier, root, signed: row.signed()?, counter: position(row.counter) })
    }

    /// The row as it is stored, for the verifier.
    pub(crate) fn row(tx: &mut Tx) -> Result<Option<HeadRow>, LedgerError> {
        Ok(ledger_head::table.find(ONE).select(HeadRow::as_select()).first(tx).optional()?)
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Writes the head over the one that it was read from: two writes over one head cannot both succeed, whatever the isolation.
    pub(crate) fn replace(&mut self, tx: &mut Tx, vault: &Vault) -> Result<(), LedgerError> {
        let before = column(self.counter);
        self.counter += 1;
        let changed =
            diesel::update(ledger_head::table.find(ONE).filter(ledger_head::counter.eq(before))).set(self.stamped(vault)).execute(tx)?;
        if changed == 1 { Ok(()) } else { Err(LedgerError::Store(store::StoreError::Conflict)) }
    }

    fn stamped(&self, vault: &Vault) -> HeadRow {
        let signed = self.signed.as_ref();
        let mut row = HeadRow {
            id: ONE,
            size: column(self.size()),
            root: self.root.to_vec(),
            frontier: self.frontier.to_bytes(),
            checkpoint_at: signed.map(|signed| signed.at),
            checkpoint_size: signed.map(|signed| column(signed.size)),
            checkpoint_digest: signed.map(|signed| signed.digest.to_vec()),
            counter: column(self.counter),
            stamp: Vec::new(),
        };
        row.stamp = vault.stamp(STAMP, row.under_stamp().bytes()).to_vec();
        row
    }
}

const HEADLESS: LedgerError = LedgerError::Damaged("it has no head");
