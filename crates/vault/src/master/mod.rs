//! The master key: the one secret outside the database. It opens municipality keys, and those open all else.
//!
//! By default it is a file ([`FileMaster`]), which a passphrase may close or the service manager hand over; in production a device that never
//! gives it out ([`Pkcs11Master`]). Each may hold several versions: the newest wraps, any unwraps, so that a room wrapped by an earlier one opens until it has been wrapped anew
//! (`Vault::rewrap`).
//!
//! To add a kind of device: implement [`MasterKey`] and run `behaves` of `tests/vault/master.rs` over it.

mod file;
mod owned;
mod passphrase;
mod pkcs11;

use std::fmt;
use std::path::PathBuf;

pub use self::file::FileMaster;
pub use self::owned::replace_in;
pub use self::pkcs11::{Pkcs11Master, Pkcs11Setting};
use seal::Secret;

use self::passphrase::SHORTEST;

/// Why a master key could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MasterKeyError {
    /// There is no key file.
    #[error("there is no master key at {0}: put back the copy that was kept apart; without it nothing can be opened")]
    Missing(PathBuf),
    /// The key file can be read by others than its owner.
    #[error("the master key file {path} can be read by others (mode {mode:o}): chmod 600 it, and rotate the key if others had access")]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key file is not one, or was altered.
    #[error("the master key file {path} is damaged at line {line}: put back the copy that was kept apart")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Counts from 1; 0 when the file as a whole is meant.
        line: usize,
    },
    /// A passphrase closes the file, and none was given.
    #[error("the master key file {0} is closed by a passphrase: name it in the setting, master-key = {{ file, passphrase }}")]
    NeedsPassphrase(PathBuf),
    /// A passphrase was given, and none closes the file.
    #[error("no passphrase closes the master key file {0}, though the setting names one: --make-master-key closes it")]
    NotClosed(PathBuf),
    /// Too short a passphrase to close the file with: whoever has the file may try one after another.
    #[error("the passphrase for the master key file {0} is too short: at least {SHORTEST} characters, such as six words drawn by lot")]
    ShortPassphrase(PathBuf),
    /// Another passphrase closes the file, or it was altered.
    #[error("the passphrase does not open the master key file {0}: it is another one, or the file was altered")]
    WrongPassphrase(PathBuf),
    /// The file system refused.
    #[error("the master key file {path} could not be used: {kind}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        kind: std::io::ErrorKind,
    },
    /// Wrapped by a master key that is not here.
    #[error(
        "its keys are wrapped by master key {0}, which is not here: this is another master key than the one it was made with, or an older copy of it"
    )]
    NotHeld(MasterKeyId),
    /// Wrapped by this master key, and altered since.
    #[error("a wrapped key does not open under its master key: it was altered or moved")]
    DoesNotOpen,
    /// The newest version cannot be given up, nor one that is not there.
    #[error("master key {0} cannot be given up: it is the newest, or not there")]
    InUse(MasterKeyId),
    /// The device with the master key.
    #[error("the device with the master key did not answer as it should: {0}")]
    Device(String),
}

/// Names one version of a master key without telling anything of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MasterKeyId(pub(crate) [u8; MasterKeyId::LENGTH]);

impl MasterKeyId {
    pub(crate) const LENGTH: usize = 8;
}

impl fmt::Display for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for MasterKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A key that wraps other keys and cannot be had itself.
pub trait MasterKey: fmt::Debug + Send + Sync {
    /// The version that `wrap` uses now.
    fn id(&self) -> Result<MasterKeyId, MasterKeyError>;

    /// Wraps a key, bound to `binding`. The first eight bytes of the result are the version that wrapped it.
    fn wrap(&self, secret: &Secret, binding: &[u8]) -> Result<Vec<u8>, MasterKeyError>;

    /// Unwraps what `wrap` made with the same `binding`, by whichever version made it.
    fn unwrap(&self, wrapped: &[u8], binding: &[u8]) -> Result<Secret, MasterKeyError>;

    /// Whether a version is held that was named as `id` shows itself.
    fn holds(&self, id: &str) -> Result<bool, MasterKeyError>;

    /// Where something is kept of the rooms outside of their databases, beside the key; none where there is no such place.
    fn marks(&self) -> Option<Marks> {
        None
    }
}

/// Where something is kept of the rooms outside of their databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// The folder.
    pub folder: PathBuf,
    /// The key beside which it lies: whoever owns the one owns the other.
    pub key: PathBuf,
}
