//! A party's public key for sealed messages, as `GET /keys` gives it out.

use std::fmt;
use std::str::FromStr;

use ::hpke::kem::{X25519HkdfSha256, XWing};
use ::hpke::{Deserializable, Kem, Serializable};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use sha2::{Digest, Sha256};
use vocabulary::SeededEntropy;

use super::{HpkeError, Suite};
use crate::base64url;
use crate::binding::Binding;

/// SHA-256 of a receiving key and its suite: what a permit binds an answer to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thumbprint([u8; 32]);

impl Thumbprint {
    pub(super) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Thumbprint {
    type Err = HpkeError;

    fn from_str(text: &str) -> Result<Self, HpkeError> {
        let bytes = base64url::decode(text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(HpkeError::BadKey)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("is not the thumbprint of a key: 32 bytes as base64url"))
    }
}

/// The key in the form that sealing needs; X-Wing's is unpacked once, not at every seal.
#[derive(Clone)]
pub(super) enum PublicKey {
    XWing(Box<<XWing as Kem>::PublicKey>),
    X25519(<X25519HkdfSha256 as Kem>::PublicKey),
}

/// A party's public key for sealed messages. Checked when made: what is held here can be sealed to.
#[derive(Clone)]
pub struct ReceivingKey {
    public: PublicKey,
    thumbprint: Thumbprint,
}

impl ReceivingKey {
    /// Reads a key of the suite.
    pub fn from_bytes(suite: Suite, bytes: &[u8]) -> Result<Self, HpkeError> {
        let public = match suite {
            Suite::XWing => Deserializable::from_bytes(bytes).map(|key| PublicKey::XWing(Box::new(key))),
            Suite::X25519 => Deserializable::from_bytes(bytes).map(PublicKey::X25519),
        };
        let key = public.map(Self::new).map_err(|_| HpkeError::BadKey)?;
        key.accepts_seals().then_some(key).ok_or(HpkeError::BadKey)
    }

    /// A point of small order is found out only by using it: it makes every shared secret zero (RFC 7748, 6.1). What is sealed here is
    /// thrown away, so that it need not be random.
    fn accepts_seals(&self) -> bool {
        self.suite() != Suite::X25519 || super::seal(self, b"", b"", b"", &SeededEntropy::new(0)).is_ok()
    }

    pub(super) fn new(public: PublicKey) -> Self {
        let mut key = Self { public, thumbprint: Thumbprint([0; 32]) };
        let bound = Binding::of("kenshin receiving key 1").part(key.suite().as_str().as_bytes()).part(&key.to_bytes());
        key.thumbprint = Thumbprint(Sha256::digest(bound.bytes()).into());
        key
    }

    /// What messages to this key are sealed with.
    pub fn suite(&self) -> Suite {
        match self.public {
            PublicKey::XWing(_) => Suite::XWing,
            PublicKey::X25519(_) => Suite::X25519,
        }
    }

    /// As sent: 1,216 bytes of X-Wing, 32 of X25519.
    pub fn to_bytes(&self) -> Vec<u8> {
        match &self.public {
            PublicKey::XWing(key) => key.to_bytes().to_vec(),
            PublicKey::X25519(key) => key.to_bytes().to_vec(),
        }
    }

    /// What names this key in a sealed message and in a permit.
    pub fn thumbprint(&self) -> Thumbprint {
        self.thumbprint
    }

    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }
}

impl PartialEq for ReceivingKey {
    fn eq(&self, other: &Self) -> bool {
        self.thumbprint == other.thumbprint
    }
}

impl Eq for ReceivingKey {}

impl fmt::Debug for ReceivingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReceivingKey({} {})", self.suite(), self.thumbprint)
    }
}

/// The form in JSON: `{"suite": "X-Wing", "key": "…"}`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    suite: Suite,
    #[serde(with = "base64url")]
    key: Vec<u8>,
}

impl Serialize for ReceivingKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { suite: self.suite(), key: self.to_bytes() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ReceivingKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::deserialize(deserializer)?;
        Self::from_bytes(written.suite, &written.key).map_err(D::Error::custom)
    }
}
