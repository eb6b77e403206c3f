use diesel::prelude::*;
use store::Tx;

use super::schema::ledger_head;
use super::{ONE, column, position};
use crate::LedgerError;
use crate::merkle::{Frontier, Hash};

/// The tree as the database has it.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) frontier: Frontier,
    pub(crate) root: Hash,
    /// When the latest checkpoint was signed.
    pub(crate) checkpoint_at: Option<i64>,
}

/// Size, root, frontier, instant of the latest checkpoint: as stored, believed by nobody yet.
pub(crate) type Row = (i64, Vec<u8>, Vec<u8>, Option<i64>);

const COLUMNS: (ledger_head::size, ledger_head::root, ledger_head::frontier, ledger_head::checkpoint_at) =
    (ledger_head::size, ledger_head::root, ledger_head::frontier, ledger_head::checkpoint_at);

impl Head {
    /// Makes the row of an empty log; an existing one stays.
    pub(crate) fn found(tx: &mut Tx) -> Result<(), LedgerError> {
        if Self::row(tx)?.is_none() {
            let empty = Frontier::default();
            diesel::insert_into(ledger_head::table)
                .values((
                    ledger_head::id.eq(ONE),
                    ledger_head::size.eq(0),
                    ledger_head::root.eq(empty.root().to_vec()),
                    ledger_head::frontier.eq(Vec::new()),
                ))
                .execute(tx)?;
        }
        Ok(())
    }

    /// Reads the head; one that does not lead to its own root is not built upon.
    pub(crate) fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        Self::check(Self::row(tx)?)
    }

    /// Reads the head and keeps it from others until the transaction ends. On SQLite whoever writes is alone already.
    pub(crate) fn lock(tx: &mut Tx) -> Result<Self, LedgerError> {
        let row = match tx {
            Tx::Sqlite(_) => return Self::read(tx),
            Tx::Postgres(tx) => ledger_head::table.find(ONE).select(COLUMNS).for_update().first(tx).optional()?,
        };
        Self::check(row)
    }

    fn check(row: Option<Row>) -> Result<Self, LedgerError> {
        let (size, root, frontier, checkpoint_at) = row.ok_or(LedgerError::Damaged("it has no head"))?;
        let frontier = Frontier::from_bytes(position(size), &frontier).ok_or(LedgerError::Damaged("its head does not fit its size"))?;
        let computed = frontier.root();
        if root != computed {
            return Err(LedgerError::Damaged("its head does not lead to its root"));
        }
        Ok(Self { frontier, root: computed, checkpoint_at })
    }

    /// The row as it is stored, for the verifier.
    pub(crate) fn row(tx: &mut Tx) -> Result<Option<Row>, LedgerError> {
        Ok(ledger_head::table.find(ONE).select(COLUMNS).first(tx).optional()?)
    }

    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Writes the head over the one of `before` entries: two appends on one head cannot both succeed, whatever the isolation.
    pub(crate) fn replace(&self, tx: &mut Tx, before: u64) -> Result<(), LedgerError> {
        let changed = diesel::update(ledger_head::table.find(ONE).filter(ledger_head::size.eq(column(before))))
            .set((
                ledger_head::size.eq(column(self.size())),
                ledger_head::root.eq(self.root.to_vec()),
                ledger_head::frontier.eq(self.frontier.to_bytes()),
                ledger_head::checkpoint_at.eq(self.checkpoint_at),
            ))
            .execute(tx)?;
        if changed == 1 { Ok(()) } else { Err(LedgerError::Store(store::StoreError::Conflict)) }
    }
}
