use diesel::prelude::*;
use store::Tx;

use super::schema::{ledger_checkpoint, ledger_key};
use super::{Head, Log, column};
use crate::LedgerError;
use crate::note::{Checkpoint, SignedCheckpoint, VerifierKey};

const HOUR: i64 = 3_600_000;

/// Signs the head. The last checkpoint of an hour takes the place of the earlier ones: it says more, and a century fits a room.
pub(crate) fn sign(tx: &mut Tx, log: &Log, head: &mut Head, now: i64) -> Result<(), LedgerError> {
    let checkpoint = Checkpoint { origin: log.key.name().to_owned(), size: head.size(), root: head.root, instant: Some(now) };
    let note = checkpoint.sign(&log.key, |body| log.signer.sign(body).to_bytes());
    let (hour, size) = (now.div_euclid(HOUR), column(head.size()));
    store::upsert!(
        tx,
        ledger_checkpoint::table,
        (ledger_checkpoint::hour.eq(hour), ledger_checkpoint::size.eq(size), ledger_checkpoint::note.eq(note.text())),
        (ledger_checkpoint::hour),
        (ledger_checkpoint::size.eq(size), ledger_checkpoint::note.eq(note.text()))
    )?;
    head.checkpoint_at = Some(now);
    Ok(())
}

/// The checkpoint over the largest log.
pub(crate) fn latest_checkpoint(tx: &mut Tx) -> Result<Option<SignedCheckpoint>, LedgerError> {
    let text: Option<String> =
        ledger_checkpoint::table.order(ledger_checkpoint::size.desc()).select(ledger_checkpoint::note).first(tx).optional()?;
    Ok(text.map(|text| SignedCheckpoint::parse(&text)).transpose()?)
}

/// Whether the public key stands beside the log.
pub(crate) fn knows_key(tx: &mut Tx, key: &VerifierKey) -> Result<bool, LedgerError> {
    let known: Option<String> = ledger_key::table.find(key.to_string()).select(ledger_key::verifier).first(tx).optional()?;
    Ok(known.is_some())
}

/// Keeps the public key beside the log, so that a verifier without the vault can tell whose signatures it saw.
pub(crate) fn remember_key(tx: &mut Tx, key: &VerifierKey, now: i64) -> Result<(), LedgerError> {
    store::insert_ignore!(tx, ledger_key::table, (ledger_key::verifier.eq(key.to_string()), ledger_key::known_since.eq(now)))?;
    Ok(())
}
