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

/// Systems that ask with tokens: a city's own, the hub, and the portal at the hub. Government parties are known by certificate alone.
const CONSUMERS: [&str; 7] = ["registry", "atena", "relay", "resident-register", "hub-core", "hub-edge", "portal"];

/// Providers that ask for tokens, with the business id (業務ID) that begins their scopes. Ours: the official ids of these systems are not
/// known to us (`031` in the published examples is another system's).
const PROVIDERS: [(&str, &str); 5] = [("registry", "K01"), ("atena", "K02"), ("relay", "K03"), ("hub-core", "K04"), ("hub-edge", "K05")];

/// Whether this caller must send this provider a token.
pub fn needed(caller: &Party, provider: &Party) -> bool {
    CONSUMERS.contains(&caller.system()) && PROVIDERS.iter().any(|(system, _)| *system == provider.system())
}

/// Whether this party issues tokens.
pub fn provides(party: &Party) -> bool {
    PROVIDERS.iter().any(|(system, _)| *system == party.system())
}

/// The business id of a system, in scopes and registrations.
pub fn business(party: &Party) -> &'static str {
    PROVIDERS.iter().find(|(system, _)| *system == party.system()).map_or("K00", |(_, business)| business)
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
