use diesel::prelude::*;
use store::Tx;

use super::{Finding, Problem, Trusted};
use crate::LedgerError;
use crate::log::{ledger_checkpoint, ledger_key, position};
use crate::merkle::Hash;
use crate::note::{Checkpoint, SignedCheckpoint, VerifierKey};

/// What a log must agree with.
#[derive(Debug, Default)]
pub(super) struct Signed {
    /// Checkpoints with a good signature, by size.
    pub(super) good: Vec<Promise>,
    /// Those that sign for the log.
    pub(super) keys: Vec<VerifierKey>,
    pub(super) key_given: bool,
    /// Cosignatures of known witnesses under checkpoints from outside.
    pub(super) cosigned: u64,
}

/// A size and a root that somebody signed.
#[derive(Debug)]
pub(super) struct Promise {
    pub(super) size: u64,
    pub(super) root: Hash,
    pub(super) instant: Option<i64>,
    pub(super) outside: bool,
}

impl Signed {
    /// Reads the checkpoints of the room and picks those from outside that are of this log.
    pub(super) fn read(tx: &mut Tx, origin: &str, trusted: &Trusted, findings: &mut Vec<Finding>) -> Result<Self, LedgerError> {
        let given: Vec<VerifierKey> = trusted.keys.iter().filter(|key| key.name() == origin && !key.is_witness()).cloned().collect();
        let key_given = !given.is_empty();
        let keys = if key_given { given } else { stored_keys(tx, origin)? };
        let witnesses: Vec<&VerifierKey> = trusted.keys.iter().filter(|key| key.is_witness()).collect();
        let (mut good, mut cosigned) = (Vec::new(), 0);
        let rows: Vec<(i64, String)> = ledger_checkpoint::table
            .order((ledger_checkpoint::size, ledger_checkpoint::hour))
            .select((ledger_checkpoint::size, ledger_checkpoint::note))
            .load(tx)?;
        for (size, text) in rows {
            let note = SignedCheckpoint::parse(&text).ok();
            match note.as_ref().and_then(|note| checked(note, origin, &keys)).filter(|checkpoint| checkpoint.size == position(size)) {
                Some(checkpoint) => good.push(Promise::of(checkpoint, false)),
                None => findings.push(Finding::at(Problem::Checkpoint, position(size).saturating_sub(1))),
            }
        }
        let of_it: Vec<&SignedCheckpoint> = trusted.checkpoints.iter().filter(|note| note.checkpoint().origin == origin).collect();
        let is_named = of_it.iter().any(|note| witnesses.iter().any(|witness| note.names(witness)));
        if !witnesses.is_empty() && !is_named && (key_given || !of_it.is_empty()) {
            let size = of_it.iter().map(|note| note.checkpoint().size).max().unwrap_or_default();
            findings.push(Finding::at(Problem::Uncosigned, size.saturating_sub(1)));
        }
        for note in of_it {
            match checked(note, origin, &keys) {
                Some(checkpoint) => {
                    good.push(Promise::of(checkpoint, true));
                    for witness in witnesses.iter().filter(|witness| note.names(witness)) {
                        match note.verify(witness) {
                            Ok(_) => cosigned += 1,
                            Err(_) => findings.push(Finding::at(Problem::Cosignature, checkpoint.size.saturating_sub(1))),
                        }
                    }
                }
                None => findings.push(Finding::at(Problem::OutsideCheckpoint, note.checkpoint().size.saturating_sub(1))),
            }
        }
        good.sort_by_key(|promise| promise.size);
        Ok(Self { good, keys, key_given, cosigned })
    }
}

impl Promise {
    fn of(checkpoint: &Checkpoint, outside: bool) -> Self {
        Self { size: checkpoint.size, root: checkpoint.root, instant: checkpoint.instant, outside }
    }
}

/// The checkpoint, if one of the keys signed it for this log.
fn checked<'n>(note: &'n SignedCheckpoint, origin: &str, keys: &[VerifierKey]) -> Option<&'n Checkpoint> {
    keys.iter().find_map(|key| note.verify(key).ok()).filter(|checkpoint| checkpoint.origin == origin)
}

fn stored_keys(tx: &mut Tx, origin: &str) -> Result<Vec<VerifierKey>, LedgerError> {
    let rows: Vec<String> = ledger_key::table.select(ledger_key::verifier).load(tx)?;
    Ok(rows.iter().filter_map(|text| text.parse().ok()).filter(|key: &VerifierKey| key.name() == origin).collect())
}
