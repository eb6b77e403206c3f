//! OAuth 2.0 clients of a provider: which systems may ask it for tokens, and the tokens it gave (common-functions standard; client
//! credentials with `client_secret_jwt`, one token per provider, introspection). HTTP and JWT are `wire`'s.

mod assertion;
mod register;
mod scope;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use vault::Vault;
use vocabulary::{Clock, Entropy, Party, PartyNameError};

pub use register::{ClientSecret, Registered};
pub use scope::{Scope, ScopeError};
pub use token::{AccessToken, Introspection};

/// The clients and tokens in a provider's room; cheap to clone. The room has [`crate::MIGRATIONS`] and the vault's.
#[derive(Debug, Clone)]
pub struct Clients {
    room: store::Room,
    vault: Vault,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl Clients {
    /// The clients of a room, whose secrets its vault seals.
    pub fn new(room: store::Room, vault: Vault, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Clients { room, vault, clock, entropy }
    }
}

/// Why something about a client or a token was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientError {
    /// The party has a client.
    #[error("{0} is registered: a system has one client at a provider")]
    Registered(String),
    /// No such client, or switched off.
    #[error("no such client")]
    NoSuchClient,
    /// The business id is not one.
    #[error("a business id is 3 of 0-9 and A-Z")]
    BadBusiness,
    /// A scope that is not one, or that the client was not given.
    #[error(transparent)]
    Scope(#[from] ScopeError),
    /// The stored party's name is not one: the row was altered.
    #[error(transparent)]
    Party(#[from] PartyNameError),
    /// The secret could not be sealed or opened.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The room.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

store::driver_errors!(ClientError);

impl ClientError {
    /// The OAuth error code (RFC 6749 5.2) that tells it; `server_error` for what is not the client's fault.
    pub fn code(&self) -> &'static str {
        match self {
            ClientError::NoSuchClient => "invalid_client",
            ClientError::Scope(_) => "invalid_scope",
            ClientError::Registered(_) | ClientError::BadBusiness => "invalid_request",
            ClientError::Party(_) | ClientError::Vault(_) | ClientError::Store(_) => "server_error",
        }
    }
}

diesel::table! {
    oauth_client (id) {
        id -> Text,
        party -> Text,
        business -> Text,
        secret -> Binary,
        scopes -> Text,
        enabled -> SmallInt,
        created_at -> BigInt,
    }
}
diesel::table! {
    oauth_token (hash) {
        hash -> Binary,
        client -> Text,
        scopes -> Text,
        issued_at -> BigInt,
        expires_at -> BigInt,
    }
}
diesel::table! {
    oauth_assertion (client, id_hash) {
        client -> Text,
        id_hash -> Binary,
        expires_at -> BigInt,
    }
}
diesel::allow_tables_to_appear_in_same_query!(oauth_client, oauth_token);

/// The party of a stored name.
fn party(name: &str) -> Result<Party, PartyNameError> {
    name.parse()
}
