//! What a witness saw of other logs last, in its room's database.

use diesel::prelude::*;
use seal::Binding;
use store::{StoreError, Tx};
use vault::Vault;

use crate::LedgerError;
use crate::log::{column, ledger_witnessed};
use crate::note::SignedCheckpoint;

/// What a row's stamp is of.
const STAMP: &str = "ledger witnessed";

/// What a program with the room's keys wrote of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// How often the log was forgotten.
    generation: i64,
    /// The latest checkpoint that was cosigned since, with the signature of the log and the cosignature.
    note: Option<SignedCheckpoint>,
    is_stored: bool,
}

impl State {
    /// Of a log that nothing was seen of yet, the first.
    pub(super) fn read(tx: &mut Tx, vault: &Vault, origin: &str) -> Result<Self, LedgerError> {
        let row: Option<(i64, i64, String, Vec<u8>)> = ledger_witnessed::table
            .find(origin)
            .select((ledger_witnessed::generation, ledger_witnessed::size, ledger_witnessed::note, ledger_witnessed::stamp))
            .first(tx)
            .optional()?;
        let Some((generation, size, text, stamp)) = row else { return Ok(Self::default()) };
        let not_ours = LedgerError::Damaged("what its witness saw of another log was not written by this system");
        if !vault.is_stamp(STAMP, under_stamp(origin, generation, size, &text).bytes(), &stamp) {
            return Err(not_ours);
        }
        let note = if text.is_empty() { None } else { Some(SignedCheckpoint::parse(&text)?) };
        let state = Self { generation, note, is_stored: true };
        let is_of_it = state.note.as_ref().is_none_or(|note| note.checkpoint().origin == origin);
        if is_of_it && column(state.size()) == size { Ok(state) } else { Err(not_ours) }
    }

    /// The latest checkpoint that was cosigned.
    pub(super) fn into_note(self) -> Option<SignedCheckpoint> {
        self.note
    }

    pub(super) fn note(&self) -> Option<&SignedCheckpoint> {
        self.note.as_ref()
    }

    fn size(&self) -> u64 {
        self.note.as_ref().map_or(0, |note| note.checkpoint().size)
    }

    /// What never falls: how often the log was forgotten, and its size since.
    pub(super) fn progress(&self) -> (i64, u64) {
        (self.generation, self.size())
    }

    /// The same log once this checkpoint is cosigned.
    pub(super) fn after(&self, note: SignedCheckpoint) -> Self {
        Self { note: Some(note), ..self.clone() }
    }

    /// Puts this in the place of what was read: of two that were made of one state the second fails, whatever the isolation.
    pub(super) fn replace(&self, tx: &mut Tx, vault: &Vault, origin: &str, before: &Self) -> Result<(), LedgerError> {
        let row = self.row(vault, origin);
        let changed = if before.is_stored {
            let same = ledger_witnessed::table
                .find(origin)
                .filter(ledger_witnessed::generation.eq(before.generation))
                .filter(ledger_witnessed::note.eq(before.text()));
            diesel::update(same).set(row).execute(tx)?
        } else {
            diesel::insert_into(ledger_witnessed::table).values(row).execute(tx)?
        };
        if changed == 1 { Ok(()) } else { Err(LedgerError::Store(StoreError::Conflict)) }
    }

    /// Begins a log's next generation, also over a row that was altered. `false` of one that was never cosigned, or is forgotten already.
    pub(super) fn forget(tx: &mut Tx, vault: &Vault, origin: &str) -> Result<bool, LedgerError> {
        let row: Option<(i64, i64, String)> = ledger_witnessed::table
            .find(origin)
            .select((ledger_witnessed::generation, ledger_witnessed::size, ledger_witnessed::note))
            .first(tx)
            .optional()?;
        let Some((generation, ..)) = row.filter(|(_, size, text)| *size != 0 || !text.is_empty()) else { return Ok(false) };
        let next = Self { generation: generation.saturating_add(1), ..Self::default() };
        Ok(diesel::update(ledger_witnessed::table.find(origin)).set(next.row(vault, origin)).execute(tx)? == 1)
    }

    fn text(&self) -> &str {
        self.note.as_ref().map_or("", SignedCheckpoint::text)
    }

    fn row(&self, vault: &Vault, origin: &str) -> WitnessedRow {
        let (size, text) = (column(self.size()), self.text());
        WitnessedRow {
            origin: origin.to_owned(),
            generation: self.generation,
            size,
            note: text.to_owned(),
            stamp: vault.stamp(STAMP, under_stamp(origin, self.generation, size, text).bytes()).to_vec(),
        }
    }
}

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = ledger_witnessed)]
struct WitnessedRow {
    origin: String,
    generation: i64,
    size: i64,
    note: String,
    stamp: Vec<u8>,
}

fn under_stamp(origin: &str, generation: i64, size: i64, text: &str) -> Binding {
    Binding::of(STAMP).part(origin.as_bytes()).number(generation).number(size).part(text.as_bytes())
}
