//! A room as a witness (立会い) of other logs (C2SP tlog-witness): it cosigns a log's checkpoint once it is proved that the log goes on from
//! the one that it cosigned last, and keeps that one before it answers. So no log can show two histories that both bear its cosignature, and none
//! that it took back.
//!
//! What it saw stands in the room's database under the room's stamp. Its acts are no entries of the room's own record: two rooms that witness each
//! other would never come to rest.

mod cosigned;
mod expected;
mod request;
mod state;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use access::Caller;
use sha2::{Digest as _, Sha256};
use tokio::sync::Mutex;

pub use self::expected::Expectation;
pub(crate) use self::expected::Expected;
pub use self::request::AddCheckpoint;
use self::state::State;
use crate::merkle::{Consistency, EMPTY_ROOT};
use crate::note::{SignedCheckpoint, VerifierKey};
use crate::{Act, LedgerError, Room, Seen};

/// The signing key of a room as a witness, as its vault calls it.
const SIGNER: &str = "witness";

/// Under which it is recorded that a witness forgets a log.
const FORGET: Act = Act::new("ledger:witness.forget");

/// Why a checkpoint is not cosigned.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WitnessError {
    /// The sizes make no sense.
    #[error("the old size is larger than the checkpoint's")]
    Sizes,
    /// No log of that name is witnessed here.
    #[error("no log of that origin is witnessed here")]
    UnknownLog,
    /// It is not signed by a key that is known here for the log.
    #[error("the checkpoint is not signed by a key that is known here for the log")]
    Untrusted,
    /// The log is thought to have been at another size.
    #[error("the checkpoint cosigned last has {0} entries")]
    Elsewhere(u64),
    /// The checkpoint is not shown to go on from the one that was cosigned last: the proof may be wrong, or the log another.
    #[error("the checkpoint is not shown to go on from the one cosigned last")]
    Unproven,
    /// The log signed two checkpoints of one size and different roots, and so has two histories.
    #[error("the checkpoint is of another history than the one cosigned last")]
    Forked,
    /// The room cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<store::StoreError> for WitnessError {
    fn from(error: store::StoreError) -> Self {
        Self::Ledger(error.into())
    }
}

impl WitnessError {
    /// The HTTP status that the specification gives it.
    pub fn status(&self) -> u16 {
        match self {
            Self::Sizes => 400,
            Self::UnknownLog => 404,
            Self::Untrusted => 403,
            Self::Elsewhere(_) => 409,
            Self::Unproven | Self::Forked => 422,
            Self::Ledger(error) => error.status(),
        }
    }
}

/// A room as a witness of logs whose keys it knows. Cloning is cheap.
#[derive(Clone)]
pub struct Witness(Arc<Inner>);

struct Inner {
    room: Room,
    key: VerifierKey,
    signer: seal::Signer,
    /// Of the logs that are witnessed, by whose name they are called.
    logs: Vec<VerifierKey>,
    /// What this process saw of each log last, generation and size: a database that says less went back. Held while a checkpoint is looked at.
    seen: Mutex<HashMap<String, (i64, u64)>>,
}

/// The name of a room as a witness: `kenshin/registry_991015/witness`.
fn name(room: &Room) -> String {
    format!("{}/witness", room.verifier_key().name())
}

impl Room {
    /// What the cosignatures of this room as a witness are verified with; to be handed to those whose logs it witnesses. Its key is made when there is
    /// none.
    pub async fn witness_key(&self) -> Result<VerifierKey, LedgerError> {
        let signer = self.vault().signer(SIGNER).await?;
        Ok(VerifierKey::of_witness(&name(self), signer.verifying_key()))
    }
}

impl Witness {
    /// A room as a witness of the logs with these keys.
    pub async fn of(room: &Room, logs: &[VerifierKey]) -> Result<Self, LedgerError> {
        let signer = room.vault().signer(SIGNER).await?;
        let key = VerifierKey::of_witness(&name(room), signer.verifying_key());
        let logs = logs.iter().filter(|key| !key.is_witness()).cloned().collect();
        Ok(Self(Arc::new(Inner { room: room.clone(), key, signer, logs, seen: Mutex::default() })))
    }

    /// What its cosignatures are verified with.
    pub fn key(&self) -> &VerifierKey {
        &self.0.key
    }

    /// Cosigns a checkpoint and keeps it → the line with the cosignature. Whatever else comes is refused, and changes nothing.
    pub async fn add(&self, asked: &AddCheckpoint) -> Result<String, WitnessError> {
        let inner = &self.0;
        let note = inner.trusted(&asked.note)?;
        let checkpoint = note.checkpoint();
        if asked.old > checkpoint.size {
            return Err(WitnessError::Sizes);
        }
        let mut seen = inner.seen.lock().await;
        let (origin, least) = (checkpoint.origin.clone(), seen.get(&checkpoint.origin).copied().unwrap_or_default());
        let now = inner.room.clock().now_ms();
        // A clock before 1970 says nothing of when.
        let seconds = u64::try_from(now / 1_000).unwrap_or(1).max(1);
        let line = note.cosign(&inner.key, seconds, |message| inner.signer.sign(message).to_bytes());
        let cosigned = note.with_cosignature(&line, &inner.key).map_err(LedgerError::from)?;
        let (vault, asked) = (inner.room.vault().clone(), asked.clone());
        // Also while a cosignature of this room's own record is overdue: two that wait for each other would never come back.
        inner.room.undamaged()?;
        let kept = inner.room.raw().write_beside(move |tx| {
            let before = State::read(tx, &vault, &origin)?;
            if before.progress() < least {
                return Err(LedgerError::Damaged("what its witness saw of another log was put back").into());
            }
            goes_on(&asked, before.note().map(SignedCheckpoint::checkpoint))?;
            let after = before.after(cosigned.clone());
            after.replace(tx, &vault, &origin, &before)?;
            Ok::<_, WitnessError>(after.progress())
        });
        seen.insert(checkpoint.origin.clone(), kept.await?);
        Ok(line)
    }

    /// The checkpoint of a log that was cosigned last, by the SHA-256 of its origin in hexadecimal, with the log's signature and the cosignature; none of a log
    /// that was never cosigned.
    pub async fn latest(&self, hash: &str) -> Result<Option<SignedCheckpoint>, LedgerError> {
        let is_asked = |key: &&VerifierKey| origin_digest(key.name()) == hash;
        let Some(origin) = self.0.logs.iter().find(is_asked).map(|key| key.name().to_owned()) else { return Ok(None) };
        let vault = self.0.room.vault().clone();
        self.0.room.raw().read(move |tx| Ok(State::read(tx, &vault, &origin)?.into_note())).await
    }

    /// Forgets what was seen of a log, so that it may begin anew: after it was restored from a backup, say. Every program that serves this witness goes by
    /// it. It is an act on record, also while a cosignature of this room's own is overdue; `why` has no personal data. `false` of a log that was never
    /// cosigned.
    pub async fn forget(&self, caller: &Caller, origin: &str, why: &str) -> Result<bool, LedgerError> {
        let (vault, row, note) = (self.0.room.vault().clone(), origin.to_owned(), format!("{origin}: {why}"));
        let forgotten = self.0.room.change_unwitnessed(caller, FORGET, move |tx, record| {
            record.note(note);
            Ok::<_, LedgerError>(Seen::nobody(State::forget(tx, &vault, &row)?))
        });
        forgotten.await
    }
}

impl Inner {
    /// The checkpoint with the signatures of a key that is known for its log.
    fn trusted(&self, note: &SignedCheckpoint) -> Result<SignedCheckpoint, WitnessError> {
        let mut known = self.logs.iter().filter(|key| key.name() == note.checkpoint().origin).peekable();
        if known.peek().is_none() {
            return Err(WitnessError::UnknownLog);
        }
        // One that claims to be signed by a known key and is not is refused whole.
        let signed: Vec<&VerifierKey> = known.filter(|key| note.names(key)).collect();
        if signed.iter().any(|key| note.verify(key).is_err()) {
            return Err(WitnessError::Untrusted);
        }
        let key = signed.first().ok_or(WitnessError::Untrusted)?;
        note.signed_by(key).map_err(|_| WitnessError::Untrusted)
    }
}

/// Whether the checkpoint goes on from the one that was cosigned last.
fn goes_on(asked: &AddCheckpoint, last: Option<&crate::Checkpoint>) -> Result<(), WitnessError> {
    let new = asked.note.checkpoint();
    let (size, root) = last.map_or((0, EMPTY_ROOT), |last| (last.size, last.root));
    if asked.old != size {
        return Err(WitnessError::Elsewhere(size));
    }
    if new.size == 0 && new.root != EMPTY_ROOT {
        return Err(WitnessError::Unproven);
    }
    if new.size == size && new.root != root {
        return Err(WitnessError::Forked);
    }
    if size == 0 {
        return if asked.proof.is_empty() { Ok(()) } else { Err(WitnessError::Unproven) };
    }
    let proof = Consistency { from: size, to: new.size, path: asked.proof.clone() };
    proof.verify(&root, &new.root).map_err(|_| WitnessError::Unproven)
}

/// The SHA-256 of a log's origin in hexadecimal, by which a witness shows what it saw of the log.
pub fn origin_digest(origin: &str) -> String {
    Sha256::digest(origin).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Witness({})", self.0.key)
    }
}
