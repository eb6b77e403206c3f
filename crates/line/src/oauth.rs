//! Tokens between systems (common-functions standard §2.2.6), the caller's side: OAuth 2.0 client credentials with `client_secret_jwt`
//! (HS256), one token for each provider, short-lived, no refresh token.
//!
//! A consumer finds its client id and secret in the file `<consumer>@<provider>` of its secrets folder, which the provider writes when it
//! enrols the consumer.

pub mod assertion;
mod credentials;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Party;
use zeroize::Zeroizing;

pub use self::credentials::{Credentials, CredentialsError};

/// Where a provider gives tokens.
pub const TOKEN: &str = "/oauth/token";

/// Whether this caller must send this provider a token.
pub fn needed(caller: &Party, provider: &Party) -> bool {
    caller.kind().sends_tokens && provides(provider)
}

/// Whether this party issues tokens.
pub fn provides(party: &Party) -> bool {
    party.kind().business.is_some()
}

/// The business id of a system, in scopes and registrations.
pub fn business(party: &Party) -> &'static str {
    party.kind().business.unwrap_or("K00")
}

/// A provider's answer (RFC 6749 §5.1).
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Granted {
    /// The token.
    #[schema(value_type = String)]
    pub access_token: Zeroizing<String>,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds that it is good for.
    pub expires_in: i64,
    /// What it is good for, separated by spaces.
    pub scope: String,
}

impl std::fmt::Debug for Granted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Granted(*** for {} s)", self.expires_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        name.parse().unwrap()
    }

    #[test]
    fn systems_of_a_city_and_of_the_hub_need_tokens_and_government_parties_do_not() {
        assert!(needed(&party("registry.991015"), &party("atena.991015")));
        assert!(needed(&party("atena.991015"), &party("relay.991015")));
        assert!(needed(&party("portal.national"), &party("hub-edge.national")));
        assert!(!needed(&party("network.national"), &party("relay.991015")));
        assert!(!needed(&party("relay.991015"), &party("network.national")));
    }
}
