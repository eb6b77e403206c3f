//! The side of the log: the checkpoints that witnesses cosigned, and what one shows that the log does not go on from.

use std::sync::Arc;

use diesel::prelude::*;
use store::Tx;

use super::Expectation;
use crate::log::{self, Shown, column, ledger_cosigned};
use crate::note::{Checkpoint, NoteError, SignedCheckpoint, VerifierKey};
use crate::{LedgerError, Room};

/// Milliseconds that a witness's clock may be before ours.
const AHEAD: i64 = 600_000;

impl Room {
    /// Tells the room what is expected of its witnesses, once. What they cosigned before counts; where that is nothing, the time since the first
    /// checkpoint that there is: whoever takes away what was cosigned wins none.
    pub async fn expect_witnesses(&self, expectation: Expectation) -> Result<(), LedgerError> {
        let room = self.clone();
        let told = tokio::task::spawn_blocking(move || room.expect_witnesses_blocking(expectation)).await;
        told.unwrap_or(Err(LedgerError::Stopped))
    }

    /// [`Room::expect_witnesses`] for a thread that may block.
    pub fn expect_witnesses_blocking(&self, expectation: Expectation) -> Result<(), LedgerError> {
        let now = self.clock().now_ms();
        let last = self.raw().read_blocking(|tx| {
            let mut last = None;
            for witness in &expectation.witnesses {
                let cosigned = self.cosigned_in(tx, witness)?;
                last = last.max(cosigned.and_then(|note| time(&note, witness).ok()));
            }
            Ok::<_, LedgerError>(match last {
                Some(last) => last,
                None => log::first_signed(tx)?.unwrap_or(now),
            })
        })?;
        self.log().expected.begin(expectation, last.min(now));
        Ok(())
    }

    /// Milliseconds since a witness cosigned a checkpoint last; none where no witness is expected. Of a room that has none yet, since its first
    /// checkpoint, or since it was told to expect one.
    pub fn since_witnessed(&self) -> Option<i64> {
        self.log().expected.age(self.clock().now_ms())
    }

    /// Whether that is longer than was expected.
    pub fn is_unwitnessed(&self) -> bool {
        self.log().expected.is_overdue(self.clock().now_ms())
    }

    /// The latest checkpoint that a witness cosigned.
    pub async fn cosigned(&self, by: &VerifierKey) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let (room, by) = (self.clone(), by.clone());
        self.raw().read(move |tx| room.cosigned_in(tx, &by)).await
    }

    fn cosigned_in(&self, tx: &mut Tx, by: &VerifierKey) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let text: Option<String> = ledger_cosigned::table.find(by.to_string()).select(ledger_cosigned::note).first(tx).optional()?;
        Ok(text.and_then(|text| self.held(&text, by)))
    }

    /// The checkpoints that witnesses cosigned, the smallest first: to be kept elsewhere.
    pub async fn all_cosigned(&self) -> Result<Vec<SignedCheckpoint>, LedgerError> {
        let rows = self.raw().read(|tx: &mut Tx| {
            let rows = ledger_cosigned::table.order(ledger_cosigned::size).select((ledger_cosigned::witness, ledger_cosigned::note));
            Ok::<_, LedgerError>(rows.load::<(String, String)>(tx)?)
        });
        Ok(rows.await?.iter().filter_map(|(witness, text)| self.held(text, &witness.parse().ok()?)).collect())
    }

    /// A note of a row, if it holds. What does not was put there by somebody else, and is as if it were not there.
    fn held(&self, text: &str, by: &VerifierKey) -> Option<SignedCheckpoint> {
        let note = SignedCheckpoint::parse(text).ok()?;
        (self.own(&note).is_ok() && time(&note, by).is_ok()).then_some(note)
    }

    /// Keeps a checkpoint of this record with what a witness answered now, if that holds → the checkpoint with the cosignature.
    pub async fn keep_cosignature(&self, note: &SignedCheckpoint, lines: &str, by: &VerifierKey) -> Result<SignedCheckpoint, LedgerError> {
        self.own(note)?;
        self.keep_cosigned(note.with_cosignature(lines, by)?, by).await
    }

    /// Keeps a checkpoint of this record that bears a witness's cosignature, if that holds → the same. One that is smaller than what the witness cosigned
    /// before does not take its place.
    pub async fn keep_cosigned(&self, note: SignedCheckpoint, by: &VerifierKey) -> Result<SignedCheckpoint, LedgerError> {
        let size = self.own(&note)?.size;
        let (at, now) = (time(&note, by)?, self.clock().now_ms());
        if at > now.saturating_add(AHEAD) {
            return Err(NoteError::Shape("the witness says that it saw it later than now").into());
        }
        let (room, by, text) = (self.clone(), by.clone(), note.text().to_owned());
        let kept = self.raw().write(move |tx| {
            if room.cosigned_in(tx, &by)?.is_some_and(|before| before.checkpoint().size > size) {
                return Ok(());
            }
            let witness = by.to_string();
            store::upsert!(
                tx,
                ledger_cosigned::table,
                (ledger_cosigned::witness.eq(&witness), ledger_cosigned::size.eq(column(size)), ledger_cosigned::note.eq(&text)),
                (ledger_cosigned::witness),
                (ledger_cosigned::size.eq(column(size)), ledger_cosigned::note.eq(&text))
            )?;
            Ok::<_, LedgerError>(())
        });
        kept.await?;
        // By our own clock: the witness's may be slow.
        self.log().expected.saw(now);
        Ok(note)
    }

    /// Looks whether the record goes on from a checkpoint that a witness shows: one that a key of this room signed. Where it does not, the room may only
    /// be read from now on (alarm), until what was there is back; this is kept beside the master key too, so that no process begins where the witness was
    /// not asked yet.
    pub async fn heed(&self, shown: &SignedCheckpoint) -> Result<(), LedgerError> {
        let Checkpoint { size, root, .. } = self.own(shown)?;
        let shown = Shown { size, root };
        // Before anything is tried: a program that is ended meanwhile has kept it.
        self.mark_shown(shown, false).await;
        self.log().heed(shown);
        let tried = self.try_out().await;
        if tried.is_ok() {
            self.mark_shown(shown, true).await;
        }
        tried
    }

    async fn mark_shown(&self, shown: Shown, is_proven: bool) {
        let log = Arc::clone(self.log());
        let _ = tokio::task::spawn_blocking(move || log.mark_shown(shown, is_proven)).await;
    }

    /// What the note says, if a key of this room signed it for this record.
    fn own(&self, note: &SignedCheckpoint) -> Result<Checkpoint, NoteError> {
        let origin = self.verifier_key().name();
        let keys = self.vault().verifying_keys(log::SIGNER).into_iter().map(|(key, ..)| VerifierKey::new(origin, key));
        let signed = keys.filter_map(|key| note.verify(&key).ok().cloned()).find(|checkpoint| checkpoint.origin == origin);
        signed.ok_or(NoteError::Unsigned)
    }
}

/// When the witness saw the checkpoint, in milliseconds since 1970 UTC.
fn time(note: &SignedCheckpoint, witness: &VerifierKey) -> Result<i64, NoteError> {
    let seconds = note.cosigned_at(witness)?;
    Ok(i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000))
}
