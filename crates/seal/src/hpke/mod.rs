//! Sealing to a party's key: HPKE (RFC 9180) in base mode, one message per encapsulation, or one stream.
//!
//! X-Wing (ML-KEM-768 with X25519, draft-connolly-cfrg-xwing-kem; HPKE's KEM 0x647a of draft-ietf-hpke-pq) is the default, because what is
//! sealed here must stay secret for decades; X25519 is for a peer that has not got it. Both with HKDF-SHA-256 and AES-256-GCM.
//!
//! To add a suite: a variant of [`Suite`], one arm wherever the compiler asks, its vectors in `tests/vectors`.

mod receiver;
mod receiving_key;
mod stream;

use std::fmt;

use ::hpke::aead::AesGcm256;
use ::hpke::kdf::HkdfSha256;
use ::hpke::kem::{X25519HkdfSha256, XWing};
use ::hpke::{Kem, OpModeS, Serializable, single_shot_seal_with_rng};
use serde::{Deserialize, Serialize};
use vocabulary::Entropy;

pub use self::receiver::Receiver;
use self::receiving_key::PublicKey;
pub use self::receiving_key::{ReceivingKey, Thumbprint};
pub use self::stream::{OpeningReader, SealingWriter};
use crate::base64url;
use crate::random::Random;

/// HPKE crates may refuse `info` from 65,535 bytes on by a panic (its length is hashed in two bytes).
const LONGEST_INFO: usize = 60_000;

/// Why a message was not sealed or not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HpkeError {
    /// Altered on its way, sealed for something else (`info`, associated data), or not sealed to this key.
    #[error("the sealed message does not open: it was altered, or sealed for another purpose or party")]
    DoesNotOpen,
    /// Sealed to a key that this party does not have, or no longer has.
    #[error("the message is sealed to a key that this party does not hold: fetch its receiving key again and seal anew")]
    OtherKey,
    /// A key that is none.
    #[error("not a receiving key of the suite it names")]
    BadKey,
    /// Longer than the suite can take.
    #[error("too long to be sealed in one message")]
    TooLong,
}

/// What a message is sealed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub enum Suite {
    /// ML-KEM-768 and X25519 together, HKDF-SHA-256, AES-256-GCM: holds while either of the two holds.
    #[default]
    #[serde(rename = "X-Wing")]
    XWing,
    /// X25519 alone, HKDF-SHA-256, AES-256-GCM.
    X25519,
}

impl Suite {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::XWing, Self::X25519];

    /// As it is written in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::XWing => "X-Wing",
            Self::X25519 => "X25519",
        }
    }

    /// HPKE's number of the key encapsulation.
    pub fn kem_id(self) -> u16 {
        match self {
            Self::XWing => <XWing as Kem>::KEM_ID,
            Self::X25519 => <X25519HkdfSha256 as Kem>::KEM_ID,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A sealed message, as it stands in JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// What it is sealed with.
    pub suite: Suite,
    /// Which of the receiver's keys it is sealed to.
    pub key: Thumbprint,
    /// The encapsulated key.
    #[serde(with = "base64url")]
    pub enc: Vec<u8>,
    /// The ciphertext and its tag.
    #[serde(with = "base64url")]
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} to {}, {} bytes)", self.suite, self.key, self.ciphertext.len())
    }
}

/// Seals `plain` so that only the holder of the key opens it, and only with the same `info` (what it is for) and `aad` (what it belongs to).
pub fn seal(to: &ReceivingKey, info: &[u8], aad: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Result<Sealed, HpkeError> {
    let (enc, ciphertext) = match to.public() {
        PublicKey::XWing(key) => seal_with::<XWing>(key, info, aad, plain, entropy)?,
        PublicKey::X25519(key) => seal_with::<X25519HkdfSha256>(key, info, aad, plain, entropy)?,
    };
    Ok(Sealed { suite: to.suite(), key: to.thumbprint(), enc, ciphertext })
}

fn seal_with<K: Kem>(
    key: &K::PublicKey,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<(Vec<u8>, Vec<u8>), HpkeError> {
    if info.len() > LONGEST_INFO {
        return Err(HpkeError::TooLong);
    }
    let (enc, ciphertext) =
        single_shot_seal_with_rng::<AesGcm256, HkdfSha256, K>(&OpModeS::Base, key, info, plain, aad, &mut Random(entropy)).map_err(
            |error| match error {
                ::hpke::HpkeError::SealError => HpkeError::TooLong,
                _ => HpkeError::BadKey,
            },
        )?;
    Ok((enc.to_bytes().to_vec(), ciphertext))
}
