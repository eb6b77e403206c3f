use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use super::known::Edge;
use super::schema::{ledger_checkpoint, ledger_key};
use super::{Head, Log, Signed, column, extend};
use crate::LedgerError;
use crate::merkle::Hash;
use crate::note::{Checkpoint, SignedCheckpoint, VerifierKey};

const HOUR: i64 = 3_600_000;

/// Signs the head, once it is certain that it begins with what was signed last. The last checkpoint of an hour takes the place of the earlier
/// ones: it says more, and a century fits a room.
pub(crate) fn sign(tx: &mut Tx, log: &Log, head: &mut Head, edge: &mut Edge, now: i64) -> Result<(), LedgerError> {
    prove_last(tx, head, edge)?;
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
    let digest = digest(note.text());
    head.signed = Some(Signed { at: now, size: head.size(), digest });
    edge.signed = Some(digest);
    Ok(())
}

/// Refuses a tree that does not begin with the one of its latest checkpoint. What this process saw grow since it was signed does.
pub(super) fn prove_last(tx: &mut Tx, head: &Head, edge: &mut Edge) -> Result<(), LedgerError> {
    let Some(last) = last(tx, head)? else { return Ok(()) };
    let digest = head.signed.as_ref().map(|signed| signed.digest);
    if edge.signed != digest {
        let Checkpoint { size, root, .. } = last.checkpoint();
        extend::prove(tx, head, *size, root)?;
        edge.signed = digest;
    }
    Ok(())
}

/// The latest checkpoint, which the head names by its digest: one that is gone, or another in its place, is damage.
pub(crate) fn last(tx: &mut Tx, head: &Head) -> Result<Option<SignedCheckpoint>, LedgerError> {
    let Some(signed) = &head.signed else { return Ok(None) };
    let row = ledger_checkpoint::table.find(signed.at.div_euclid(HOUR)).select(ledger_checkpoint::note);
    let text: Option<String> = row.first(tx).optional()?;
    let text = text.filter(|text| digest(text) == signed.digest).ok_or(LedgerError::Damaged("its latest checkpoint is gone"))?;
    Ok(Some(SignedCheckpoint::parse(&text)?))
}

/// The checkpoint over the largest log, as stored, for whoever has the key that it is verified with.
pub(crate) fn latest_checkpoint(tx: &mut Tx) -> Result<Option<SignedCheckpoint>, LedgerError> {
    let text: Option<String> =
        ledger_checkpoint::table.order(ledger_checkpoint::size.desc()).select(ledger_checkpoint::note).first(tx).optional()?;
    Ok(text.map(|text| SignedCheckpoint::parse(&text)).transpose()?)
}

/// When the oldest checkpoint that is kept was signed, in milliseconds since 1970 UTC; of entries without any, 1970. `None` of an empty log.
pub(crate) fn first_signed(tx: &mut Tx) -> Result<Option<i64>, LedgerError> {
    if Head::read(tx)?.size() == 0 {
        return Ok(None);
    }
    let row: Option<(i64, String)> = ledger_checkpoint::table
        .order(ledger_checkpoint::hour)
        .select((ledger_checkpoint::hour, ledger_checkpoint::note))
        .first(tx)
        .optional()?;
    let at = row.map(|(hour, text)| {
        let instant = SignedCheckpoint::parse(&text).ok().and_then(|note| note.checkpoint().instant);
        instant.unwrap_or_else(|| hour.saturating_mul(HOUR))
    });
    Ok(Some(at.unwrap_or_default()))
}

fn digest(text: &str) -> Hash {
    Sha256::digest(text).into()
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
