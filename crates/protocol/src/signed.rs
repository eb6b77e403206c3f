//! Signed messages: COSE_Sign1 (RFC 9052, Ed25519) over CBOR `{sender, receiver, kind, number, issued, expires, body}`.
//!
//! In JSON a signed message is the base64url text of its bytes, so whoever forwards it forwards those bytes. There is exactly one spelling
//! of each message: bytes that decode to the same and are written otherwise are refused.
//!
//! Add a kind: a body type of `messages`, and one line `signed_kind!(…)` in `kinds.rs`.

mod cose;
mod kinds;
mod refusal;
mod verifying;

use std::fmt;
use std::marker::PhantomData;

use jiff::{SignedDuration, Timestamp};
use seal::Signer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::{RefOr, Schema};
use vocabulary::{Id128, Party};

pub use self::kinds::SignedKind;
pub use self::refusal::SignedError;
pub use self::verifying::VerifyingKeys;
use crate::octets::{Digest, Octets};

/// How far the clocks of two parties may stand apart.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);

/// The longest life of a signature that waits to be sent (an inquiry's): what is signed and stored expires by then. So long after its time a
/// former key is still believed for what arrives.
pub const LONGEST_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The bytes of a signed message whose body is a `T`; nothing is known of it until it is opened.
pub struct Signed<T> {
    bytes: Octets,
    body: PhantomData<fn() -> T>,
}

/// What a signature says beside its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Who signed.
    pub sender: Party,
    /// For whom.
    pub receiver: Party,
    /// Of this message alone.
    pub number: Id128,
    /// When it was signed.
    pub issued: Timestamp,
    /// After this it is refused.
    pub expires: Timestamp,
}

/// What the receiver expects a signed message to be.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who must have signed.
    pub sender: &'a Party,
    /// For whom it must be: mostly oneself.
    pub receiver: &'a Party,
    /// The sender's verifying keys, fetched from the sender.
    pub keys: &'a VerifyingKeys,
}

/// A signed message that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<T> {
    /// What the signature says.
    pub head: Head,
    /// The body.
    pub body: T,
}

impl<T> Signed<T> {
    /// Takes bytes as a message that has yet to be opened.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self { bytes: Octets(bytes), body: PhantomData }
    }

    /// The bytes as they were signed.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_slice()
    }

    /// The bytes, to keep.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.0
    }

    /// Whether it says that it was signed with a key that is not among these. What is no signed message does not say so.
    pub fn names_other_key(&self, keys: &VerifyingKeys) -> bool {
        cose::names_other_key(self.as_bytes(), keys)
    }

    /// SHA-256 of the bytes, which every forwarder keeps.
    pub fn digest(&self) -> Digest {
        self.bytes.digest()
    }
}

impl<T: SignedKind + Serialize> Signed<T> {
    /// Signs a body.
    pub fn seal(head: &Head, body: &T, signer: &Signer) -> Result<Self, SignedError> {
        cose::sign(head, T::KIND, body, signer).map(Self::from_bytes)
    }
}

impl<T: SignedKind + DeserializeOwned> Signed<T> {
    /// Opens a message: signature, sender, receiver, kind, time. That it was not seen before is `wire::replay`'s to say.
    pub fn open(&self, expected: &Expected<'_>, now: Timestamp) -> Result<Opened<T>, SignedError> {
        let (opened, until) = self.open_by(expected)?;
        // Whoever has come by a former key says what they like of the day on which they signed.
        if until.saturating_add(LONGEST_LIFE).is_ok_and(|last| last < now) {
            return Err(SignedError::Signature);
        }
        let Head { issued, expires, .. } = opened.head;
        if now.duration_since(issued) < -TOLERANCE {
            return Err(SignedError::NotYetIssued);
        }
        if now.duration_since(expires) > TOLERANCE {
            return Err(SignedError::Expired);
        }
        Ok(opened)
    }

    /// Opens a message that was kept beyond its time, such as a replica: everything but the time is checked.
    pub fn open_archived(&self, expected: &Expected<'_>) -> Result<Opened<T>, SignedError> {
        self.open_by(expected).map(|(opened, _)| opened)
    }

    /// With the end of the time in which its key was the sender's.
    fn open_by(&self, expected: &Expected<'_>) -> Result<(Opened<T>, Timestamp), SignedError> {
        let (head, body, until) = cose::open(self.as_bytes(), T::KIND, expected.keys)?;
        if head.sender != *expected.sender {
            return Err(SignedError::OtherSender);
        }
        if head.receiver != *expected.receiver {
            return Err(SignedError::OtherReceiver);
        }
        if head.expires < head.issued {
            return Err(SignedError::Malformed);
        }
        Ok((Opened { head, body }, until))
    }
}

impl<T> Clone for Signed<T> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), body: PhantomData }
    }
}

impl<T> PartialEq for Signed<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Signed<T> {}

impl<T> fmt::Debug for Signed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} bytes)", self.as_bytes().len())
    }
}

impl<T> Serialize for Signed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.bytes.serialize(serializer)
    }
}

impl<'de, T> Deserialize<'de> for Signed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Octets::deserialize(deserializer).map(|bytes| Self { bytes, body: PhantomData })
    }
}

impl<T> utoipa::PartialSchema for Signed<T> {
    fn schema() -> RefOr<Schema> {
        Octets::schema()
    }
}

impl<T> utoipa::ToSchema for Signed<T> {}
