//! Where the master key of a system is: a file, as it is or closed by a passphrase, a credential of the service manager, or a device behind PKCS#11.

use std::fs::{self, Metadata};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use vault::{FileMaster, MasterKey, MasterKeyError, Pkcs11Master, Pkcs11Setting};
use vocabulary::Entropy;
use zeroize::Zeroizing;

/// Where a system's master key is.
///
/// ```toml
/// master-key = "/etc/kenshin/master.key"
/// ```
///
/// or in a file that a passphrase closes, which is in another file, in a variable of the environment (`{ environment = "NAME" }`) or comes by an open
/// descriptor (`{ descriptor = 3 }`); handed over by systemd (`LoadCredentialEncrypted=NAME`); or in a device:
///
/// ```toml
/// master-key = { file = "/etc/kenshin/master.key", passphrase = { file = "/run/kenshin/passphrase" } }
/// master-key = { credential = "NAME" }
/// master-key = { pkcs11 = { module = "/usr/lib/softhsm/libsofthsm2.so", token = "city", label = "kenshin", pin-file = "/etc/kenshin/pin" } }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "the path of a file, { file, passphrase = { file | environment | descriptor } }, { credential } or { pkcs11 = { module, token, label, pin-file } }"
)]
pub enum MasterSetting {
    /// A file that only its owner can read.
    File(PathBuf),
    /// A file that a passphrase closes.
    Closed(Closed),
    /// A file that the service manager hands over.
    Credential(Credential),
    /// A device that never gives the key out.
    Device(Device),
}

/// A key file, and the passphrase that closes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// The key file.
    pub file: PathBuf,
    /// Where its passphrase is.
    pub passphrase: Passphrase,
}

/// Where a passphrase is; a line break at its end is none of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passphrase {
    /// A file with it and nothing else, which only its owner can read.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// A file or pipe that was opened for this process, read to its end.
    Descriptor(u32),
}

/// A key file that systemd hands over: `LoadCredentialEncrypted=NAME`, opened by a TPM where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Its name.
    pub credential: String,
}

/// Which kind of device; PKCS#11 alone is known.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// A token behind PKCS#11.
    pub pkcs11: Pkcs11,
}

/// A key in a PKCS#11 token.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Pkcs11 {
    /// The device's library.
    pub module: PathBuf,
    /// The label of the token.
    pub token: String,
    /// The label of the key in the token.
    pub label: String,
    /// A file with the user PIN and nothing else, which only its owner can read.
    pub pin_file: PathBuf,
}

/// Why the master key that a setting names cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum MasterSettingError {
    /// The file of the PIN or passphrase cannot be read.
    #[error("the file {path} with the PIN or passphrase: {source}")]
    Secret {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file of the PIN or passphrase can be read by others than its owner.
    #[error("the file {0} with the PIN or passphrase can be read by others: chmod 600 it, and change what is in it if others had access")]
    SecretOpenToOthers(PathBuf),
    /// There is no passphrase where it was said to be.
    #[error("there is no passphrase of the master key {0}")]
    NoPassphrase(String),
    /// Nothing is handed over under this name.
    #[error(
        "systemd hands over no credential {0}: the unit has no LoadCredential=, or this command was not started with it \
         (systemd-run --pipe -p LoadCredentialEncrypted={0} kenshin …)"
    )]
    NoCredential(String),
    /// What is handed over is made elsewhere.
    #[error("a credential is made by `systemd-creds encrypt` from a key file that was made elsewhere (docs/deploying.md)")]
    Credential,
    /// There is a key already; another would open nothing that this one closed.
    #[error("there is a master key already; another could open none of its rooms")]
    Exists,
    /// The key itself.
    #[error(transparent)]
    Master(#[from] MasterKeyError),
}

impl MasterSetting {
    /// Opens the key, which must be there: a new one could open no room that exists. Blocks.
    pub fn open(&self, entropy: Arc<dyn Entropy>) -> Result<Arc<dyn MasterKey>, MasterSettingError> {
        Ok(match self {
            MasterSetting::File(path) => Arc::new(FileMaster::open(path, entropy)?),
            MasterSetting::Closed(Closed { file, passphrase }) => Arc::new(FileMaster::open_closed(file, passphrase.read()?, entropy)?),
            MasterSetting::Credential(credential) => Arc::new(FileMaster::open_credential(credential.path()?, entropy)?),
            MasterSetting::Device(device) => Arc::new(Pkcs11Master::open(device.pkcs11.unlocked()?, entropy)?),
        })
    }

    /// Makes the key where there is none, and closes by its passphrase one that is not closed yet. Blocks.
    pub fn make(&self, entropy: Arc<dyn Entropy>) -> Result<(), MasterSettingError> {
        match self {
            MasterSetting::File(path) if path.exists() => return Err(MasterSettingError::Exists),
            MasterSetting::File(path) => drop(FileMaster::open_or_create(path, entropy)?),
            MasterSetting::Closed(Closed { file, passphrase }) => match FileMaster::close(file, passphrase.read()?, entropy) {
                Err(MasterKeyError::NeedsPassphrase(_)) => return Err(MasterSettingError::Exists),
                made => drop(made?),
            },
            MasterSetting::Credential(_) => return Err(MasterSettingError::Credential),
            MasterSetting::Device(device) => {
                let setting = device.pkcs11.unlocked()?;
                if Pkcs11Master::open(setting.clone(), Arc::clone(&entropy)).is_ok() {
                    return Err(MasterSettingError::Exists);
                }
                drop(Pkcs11Master::open_or_create(setting, entropy)?);
            }
        }
        Ok(())
    }
}

impl Passphrase {
    fn read(&self) -> Result<Zeroizing<String>, MasterSettingError> {
        let (text, place) = match self {
            Passphrase::File(path) => (secret(path)?, format!("in {}", path.display())),
            Passphrase::Environment(name) => {
                let text = std::env::var_os(name).and_then(|text| text.into_string().ok());
                (Zeroizing::new(text.unwrap_or_default()), format!("in the variable {name}"))
            }
            Passphrase::Descriptor(number) => (read(Path::new(&format!("/proc/self/fd/{number}")))?, format!("at descriptor {number}")),
        };
        if text.is_empty() { Err(MasterSettingError::NoPassphrase(place)) } else { Ok(text) }
    }
}

impl Credential {
    fn path(&self) -> Result<PathBuf, MasterSettingError> {
        let none = || MasterSettingError::NoCredential(self.credential.clone());
        let is_name = !self.credential.is_empty() && !self.credential.starts_with('.') && !self.credential.contains('/');
        let folder = std::env::var_os("CREDENTIALS_DIRECTORY").filter(|_| is_name).ok_or_else(none)?;
        Some(PathBuf::from(folder).join(&self.credential)).filter(|file| file.exists()).ok_or_else(none)
    }
}

impl Pkcs11 {
    fn unlocked(&self) -> Result<Pkcs11Setting, MasterSettingError> {
        let (module, token, label) = (self.module.clone(), self.token.clone(), self.label.clone());
        Ok(Pkcs11Setting { module, token, label, pin: secret(&self.pin_file)? })
    }
}

/// A PIN or a passphrase from a file of its owner's.
fn secret(path: &Path) -> Result<Zeroizing<String>, MasterSettingError> {
    let others = |file: &Metadata| file.permissions().mode() & 0o077 != 0;
    if others(&fs::metadata(path).map_err(|source| MasterSettingError::Secret { path: path.to_owned(), source })?) {
        return Err(MasterSettingError::SecretOpenToOthers(path.to_owned()));
    }
    read(path)
}

fn read(path: &Path) -> Result<Zeroizing<String>, MasterSettingError> {
    let text =
        fs::read_to_string(path).map(Zeroizing::new).map_err(|source| MasterSettingError::Secret { path: path.to_owned(), source })?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
