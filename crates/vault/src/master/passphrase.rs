//! A key file that a passphrase closes (Argon2id): whoever has the disk has no key.

use argon2::{Algorithm, Argon2, Params, Version};
use seal::{Binding, Secret, base64url, wrap};
use vocabulary::Entropy;
use zeroize::Zeroizing;

use super::MasterKeyId;

/// The first line of such a file.
pub(super) const HEAD: &str = "kenshin master key under a passphrase 1";
pub(super) const NOTE: &str = "# Whoever has this file and the passphrase can open every room, and without both nobody can. Keep a copy of each in a safe of its own. One line is one version, the newest first.";

/// KiB and passes: RFC 9106's second recommendation, in one lane.
const MEMORY: u32 = 64 << 10;
const PASSES: u32 = 3;
/// Fewest characters of a passphrase that closes a file.
pub(super) const SHORTEST: usize = 16;
/// Most that a file may ask of the machine, whoever wrote it.
const MOST_MEMORY: u32 = 1 << 20;
const MOST_PASSES: u32 = 16;

/// What closes a file: the key that the passphrase makes with what the file says of it.
pub(super) struct Closing {
    line: String,
    key: Secret,
}

impl Closing {
    /// With a new salt; `None` only when the machine has no memory for it.
    pub(super) fn new(passphrase: &str, entropy: &dyn Entropy) -> Option<Self> {
        Self::read(&format!("argon2id {MEMORY} {PASSES} {}", base64url::encode(entropy.id128().as_bytes())), passphrase)
    }

    /// The second line of a file: `argon2id`, KiB, passes, salt.
    pub(super) fn read(line: &str, passphrase: &str) -> Option<Self> {
        let ["argon2id", memory, passes, salt] = *line.split(' ').collect::<Vec<_>>() else { return None };
        let (memory, passes) = (memory.parse().ok()?, passes.parse().ok()?);
        let salt = base64url::decode(salt)?;
        if memory > MOST_MEMORY || passes > MOST_PASSES {
            return None;
        }
        let params = Params::new(memory, passes, 1, None).ok()?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), &salt, key.as_mut_slice())
            .ok()?;
        Some(Self { line: line.to_owned(), key: Secret::from_slice(key.as_slice())? })
    }

    /// What [`Closing::read`] reads.
    pub(super) fn line(&self) -> &str {
        &self.line
    }

    fn binding(&self, id: MasterKeyId) -> Binding {
        Binding::of(HEAD).part(self.line.as_bytes()).part(&id.0)
    }

    /// A version of the master key as it stands in the file.
    pub(super) fn close(&self, id: MasterKeyId, secret: &Secret, entropy: &dyn Entropy) -> Option<Vec<u8>> {
        wrap::wrap(&self.key, secret, self.binding(id).bytes(), entropy)
    }

    /// The version again; `None` with another passphrase, or when it was altered.
    pub(super) fn open(&self, id: MasterKeyId, closed: &[u8]) -> Option<Secret> {
        wrap::unwrap(&self.key, closed, self.binding(id).bytes())
    }
}
