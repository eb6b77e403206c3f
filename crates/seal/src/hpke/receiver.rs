//! The private side of sealed messages: one name, every version of its key that still exists.

use std::fmt;
use std::sync::Arc;

use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::{X25519HkdfSha256, XWing};
use ::hpke::{Deserializable, Kem, OpModeR, single_shot_open};
use zeroize::Zeroizing;

use super::receiving_key::PublicKey;
use super::{HpkeError, LONGEST_INFO, ReceivingKey, Sealed, Suite, Thumbprint};
use crate::Secret;

/// Wiped when dropped by the crates that define them.
pub(super) enum PrivateKey {
    XWing(Box<<XWing as Kem>::PrivateKey>),
    X25519(<X25519HkdfSha256 as Kem>::PrivateKey),
}

/// One version of a receiving key.
struct Version {
    private: PrivateKey,
    public: ReceivingKey,
}

impl Version {
    fn new(suite: Suite, secret: &Secret) -> Result<Self, HpkeError> {
        let bad = |_| HpkeError::BadKey;
        let (private, public) = match suite {
            Suite::XWing => {
                let key = <XWing as Kem>::PrivateKey::from_bytes(secret.expose()).map_err(bad)?;
                let public = PublicKey::XWing(Box::new(XWing::sk_to_pk(&key)));
                (PrivateKey::XWing(Box::new(key)), public)
            }
            Suite::X25519 => {
                let key = <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(secret.expose()).map_err(bad)?;
                let public = PublicKey::X25519(X25519HkdfSha256::sk_to_pk(&key));
                (PrivateKey::X25519(key), public)
            }
        };
        Ok(Self { private, public: ReceivingKey::new(public) })
    }
}

/// Opens what others sealed to one of a party's receiving keys, the present one or an earlier one. Cheap to clone.
#[derive(Clone)]
pub struct Receiver {
    name: Arc<str>,
    newest: Arc<Version>,
    earlier: Arc<[Arc<Version>]>,
}

impl Receiver {
    /// From the secrets of its versions, the oldest first; a receiver without a key is none.
    pub fn new(name: &str, suite: Suite, secrets: &[Secret]) -> Result<Self, HpkeError> {
        let mut versions = secrets.iter().map(|secret| Version::new(suite, secret).map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let newest = versions.pop().ok_or(HpkeError::BadKey)?;
        Ok(Self { name: name.into(), newest, earlier: versions.into() })
    }

    /// What others seal to.
    pub fn public(&self) -> &ReceivingKey {
        &self.newest.public
    }

    /// Whether a message sealed to this key can be opened here.
    pub fn holds(&self, key: &Thumbprint) -> bool {
        self.version(key).is_some()
    }

    fn version(&self, key: &Thumbprint) -> Option<&Version> {
        std::iter::once(&self.newest).chain(self.earlier.iter()).map(Arc::as_ref).find(|version| version.public.thumbprint() == *key)
    }

    /// The private key of a version.
    pub(super) fn private(&self, key: &Thumbprint) -> Option<&PrivateKey> {
        self.version(key).map(|version| &version.private)
    }

    /// Opens a message sealed with the same `info` and `aad` to any version of this key.
    pub fn open(&self, info: &[u8], aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, HpkeError> {
        let version = self.version(&sealed.key).ok_or(HpkeError::OtherKey)?;
        if version.public.suite() != sealed.suite {
            return Err(HpkeError::DoesNotOpen);
        }
        match &version.private {
            PrivateKey::XWing(key) => open_with::<XWing>(key, info, aad, sealed),
            PrivateKey::X25519(key) => open_with::<X25519HkdfSha256>(key, info, aad, sealed),
        }
    }
}

fn open_with<K: Kem>(key: &K::PrivateKey, info: &[u8], aad: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, HpkeError> {
    if info.len() > LONGEST_INFO {
        return Err(HpkeError::DoesNotOpen);
    }
    let enc = K::EncappedKey::from_bytes(&sealed.enc).map_err(|_| HpkeError::DoesNotOpen)?;
    single_shot_open::<AesGcm256, HkdfSha256, K>(&OpModeR::Base, key, &enc, info, &sealed.ciphertext, aad)
        .map(Zeroizing::new)
        .map_err(|_| HpkeError::DoesNotOpen)
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({}, {:?}, {} earlier)", self.name, self.newest.public, self.earlier.len())
    }
}
