//! Cryptography that knows no database: what a system, a phone, a tablet or a vendor's tool seals, signs and opens with.
//!
//! * [`hpke`]: messages and streams sealed to a party's key;
//! * [`Signer`], [`verify`]: Ed25519 signatures;
//! * [`mac`]: keyed digests; [`wrap`](mod@wrap): a key under another key; [`Binding`]: the bytes that a sealed value is bound to;
//! * [`Secret`]: thirty-two bytes that do not print and are wiped; [`wiping`]: nothing is left of secrets and people where functions returned.
//!
//! Nothing here logs, keeps or finds keys: a room's keys are the `vault`'s.

pub mod base64url;
mod binding;
pub mod hpke;
pub mod mac;
pub mod random;
mod secret;
mod sign;
mod stack;
pub mod wrap;

pub use self::binding::Binding;
pub use self::secret::{KEY_LENGTH, Secret};
pub use self::sign::{SIGNATURE_LENGTH, Signature, Signer, VerifyingKey, key_id, verify};
pub use self::stack::wiping;
