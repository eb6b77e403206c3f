//! Where the master key of a system is: a file, or a device behind PKCS#11.

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
/// or, in a device:
///
/// ```toml
/// master-key = { pkcs11 = { module = "/usr/lib/softhsm/libsofthsm2.so", token = "city", label = "kenshin", pin-file = "/etc/kenshin/pin" } }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "the path of a file, or { pkcs11 = { module, token, label, pin-file } }")]
pub enum MasterSetting {
    /// A file that only its owner can read.
    File(PathBuf),
    /// A device that never gives the key out.
    Device(Device),
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
    /// The file of the PIN cannot be read.
    #[error("the file {path} with the PIN of the device: {source}")]
    Pin {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file of the PIN can be read by others than its owner.
    #[error("the file {0} with the PIN of the device can be read by others: chmod 600 it, and change the PIN if others had access")]
    PinOpenToOthers(PathBuf),
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
            MasterSetting::Device(device) => Arc::new(Pkcs11Master::open(device.pkcs11.unlocked()?, entropy)?),
        })
    }

    /// Makes the key where there is none. Blocks.
    pub fn make(&self, entropy: Arc<dyn Entropy>) -> Result<(), MasterSettingError> {
        match self {
            MasterSetting::File(path) if path.exists() => return Err(MasterSettingError::Exists),
            MasterSetting::File(path) => drop(FileMaster::open_or_create(path, entropy)?),
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

impl Pkcs11 {
    fn unlocked(&self) -> Result<Pkcs11Setting, MasterSettingError> {
        let (module, token, label) = (self.module.clone(), self.token.clone(), self.label.clone());
        Ok(Pkcs11Setting { module, token, label, pin: pin(&self.pin_file)? })
    }
}

fn pin(path: &Path) -> Result<Zeroizing<String>, MasterSettingError> {
    let failed = |source| MasterSettingError::Pin { path: path.to_owned(), source };
    let others = |file: &Metadata| file.permissions().mode() & 0o077 != 0;
    if others(&fs::metadata(path).map_err(failed)?) {
        return Err(MasterSettingError::PinOpenToOthers(path.to_owned()));
    }
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed)?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
