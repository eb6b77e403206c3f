//! `GET /keys`: what others seal to and verify with.

use seal::VerifyingKey;
use seal::hpke::ReceivingKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Octets;

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
}

impl Keys {
    /// The keys of a party.
    pub fn new(receiving: ReceivingKey, verifying: &VerifyingKey) -> Self {
        Self { receiving, verifying: Octets(verifying.as_bytes().to_vec()) }
    }

    /// The verifying key; `None` when the bytes are none.
    pub fn verifying_key(&self) -> Option<VerifyingKey> {
        VerifyingKey::try_from(self.verifying.as_slice()).ok()
    }
}
