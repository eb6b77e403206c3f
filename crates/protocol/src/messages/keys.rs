//! `GET /keys`: what others seal to and verify with.

use jiff::Timestamp;
use seal::VerifyingKey;
use seal::hpke::ReceivingKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Octets;
use crate::signed::VerifyingKeys;

/// The path on every party.
pub const KEYS: &str = "/keys";

/// A party's public keys; believed because they come from the party itself over its certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Keys {
    /// What others seal to (HPKE).
    #[schema(value_type = Object)]
    pub receiving: ReceivingKey,
    /// What its signatures are verified with (Ed25519, 32 bytes).
    pub verifying: Octets,
    /// What they were verified with before, the newest first, for as long as the party has the keys.
    pub former: Vec<FormerKey>,
}

/// A key that signed before another took its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FormerKey {
    /// Ed25519, 32 bytes.
    pub verifying: Octets,
    /// When it was made.
    #[schema(value_type = String)]
    pub from: Timestamp,
    /// When the last process of the party signed with another.
    #[schema(value_type = String)]
    pub until: Timestamp,
}

impl Keys {
    /// The keys of a party.
    pub fn new(receiving: ReceivingKey, verifying: &VerifyingKey) -> Self {
        Self { receiving, verifying: Octets(verifying.as_bytes().to_vec()), former: Vec::new() }
    }

    /// With what its signatures were verified with before.
    #[must_use]
    pub fn before(mut self, former: &VerifyingKey, from: Timestamp, until: Timestamp) -> Self {
        self.former.push(FormerKey { verifying: Octets(former.as_bytes().to_vec()), from, until });
        self
    }

    /// The verifying keys; `None` when the bytes are none.
    pub fn verifying_keys(&self) -> Option<VerifyingKeys> {
        let key = |bytes: &Octets| VerifyingKey::try_from(bytes.as_slice()).ok();
        let mut keys = VerifyingKeys::from(key(&self.verifying)?);
        for former in &self.former {
            keys.push_former(key(&former.verifying)?, former.from, former.until);
        }
        Some(keys)
    }
}
