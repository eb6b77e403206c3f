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

/// The latest checkpoint of a log that was cosigned, with the signature of the log and the cosignature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State(pub(super) SignedCheckpoint);

impl State {
    /// What a program with the room's keys wrote of a log; `None` of one that was never cosigned.
    pub(super) fn read(tx: &mut Tx, vault: &Vault, origin: &str) -> Result<Option<Self>, LedgerError> {
        let row: Option<(i64, String, Vec<u8>)> = ledger_witnessed::table
            .find(origin)
            .select((ledger_witnessed::size, ledger_witnessed::note, ledger_witnessed::stamp))
            .first(tx)
            .optional()?;
        let Some((size, text, stamp)) = row else { return Ok(None) };
        let note = SignedCheckpoint::parse(&text)?;
        let checkpoint = note.checkpoint();
        let is_ours = vault.is_stamp(STAMP, under_stamp(origin, size, &text).bytes(), &stamp);
        if is_ours && checkpoint.origin == origin && column(checkpoint.size) == size {
            Ok(Some(Self(note)))
        } else {
            Err(LedgerError::Damaged("what its witness saw of another log was not written by this system"))
        }
    }

    /// Puts this in the place of what was read: of two that were made of one state the second fails, whatever the isolation.
    pub(super) fn replace(&self, tx: &mut Tx, vault: &Vault, before: Option<&Self>) -> Result<(), LedgerError> {
        let (origin, size, text) = (&self.0.checkpoint().origin, column(self.0.checkpoint().size), self.0.text());
        let stamp = vault.stamp(STAMP, under_stamp(origin, size, text).bytes()).to_vec();
        let row = (
            ledger_witnessed::origin.eq(origin),
            ledger_witnessed::size.eq(size),
            ledger_witnessed::note.eq(text),
            ledger_witnessed::stamp.eq(stamp),
        );
        let changed = match before {
            None => diesel::insert_into(ledger_witnessed::table).values(row).execute(tx)?,
            Some(before) => {
                let same = ledger_witnessed::table.find(origin).filter(ledger_witnessed::note.eq(before.0.text()));
                diesel::update(same).set(row).execute(tx)?
            }
        };
        if changed == 1 { Ok(()) } else { Err(LedgerError::Store(StoreError::Conflict)) }
    }
}

fn under_stamp(origin: &str, size: i64, text: &str) -> Binding {
    Binding::of(STAMP).part(origin.as_bytes()).number(size).part(text.as_bytes())
}
