//! Tokens between systems (common-functions standard §2.2.6): OAuth 2.0 client credentials with `client_secret_jwt` (HS256), one token for
//! each provider, short-lived, no refresh token, checked by introspection.
//!
//! The clients of a provider are kept by `access::Clients` in the provider's room. A consumer finds its client id and secret in the file
//! `<consumer>@<provider>` of its secrets folder, which the provider writes when it enrols the consumer ([`enrol`]).

mod assertion;
mod credentials;
mod endpoints;
mod enrol;
mod tokens;

use http::Method;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vocabulary::Clock;
use zeroize::Zeroizing;

pub use self::credentials::{Credentials, CredentialsError};
pub(crate) use self::endpoints::{IntrospectRequest, Introspected, Refused, TokenRequest, routes};
pub use self::enrol::{EnrolError, enrol};
pub(crate) use self::tokens::Tokens;
use crate::party::Party;

/// Where a provider gives tokens.
pub const TOKEN: &str = "/oauth/token";
/// Where a provider says what a token stands for (RFC 7662).
pub const INTROSPECT: &str = "/oauth/introspect";

/// Systems that ask with tokens: a city's own, the hub, and the portal at the hub. Government parties are known by certificate alone.
const CONSUMERS: [&str; 7] = ["registry", "atena", "relay", "resident-register", "hub-core", "hub-edge", "portal"];

/// Providers that ask for tokens, with the business id (業務ID) that begins their scopes. Ours: the official ids of these systems are not
/// known to us (`031` in the published examples is another system's).
const PROVIDERS: [(&str, &str); 5] = [("registry", "K01"), ("atena", "K02"), ("relay", "K03"), ("hub-core", "K04"), ("hub-edge", "K05")];

/// The client that an assertion names, when it is believed: the part of a grant that looks at nothing but the bytes.
pub(crate) fn believed(bytes: &str, secret: &[u8], provider: &Party, clock: &dyn Clock) -> Option<String> {
    let client = assertion::claimed_client(bytes)?;
    assertion::verify(bytes, &client, secret, provider, clock).is_ok().then_some(client)
}

/// Whether this caller must send this provider a token.
pub fn needed(caller: &Party, provider: &Party) -> bool {
    CONSUMERS.contains(&caller.system()) && PROVIDERS.iter().any(|(system, _)| *system == provider.system())
}

/// Whether this party issues tokens.
pub(crate) fn provides(party: &Party) -> bool {
    PROVIDERS.iter().any(|(system, _)| *system == party.system())
}

/// The business id of a system, in scopes and registrations.
pub fn business(party: &Party) -> &'static str {
    PROVIDERS.iter().find(|(system, _)| *system == party.system()).map_or("K00", |(_, business)| business)
}

/// The scope of a route: `業務ID:resource:operation`.
pub fn scope(provider: &Party, method: &Method, path: &str) -> String {
    let operation = match *method {
        Method::POST => "Create",
        Method::PUT => "Update",
        Method::DELETE => "Delete",
        _ => "Read",
    };
    let resource: String = path.trim_start_matches('/').chars().filter(|c| !matches!(c, '{' | '}')).collect();
    format!("{}:{resource}:{operation}", business(provider))
}

/// A provider's answer (RFC 6749 §5.1).
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Granted {
    #[schema(value_type = String)]
    pub(crate) access_token: Zeroizing<String>,
    pub(crate) token_type: String,
    pub(crate) expires_in: i64,
    pub(crate) scope: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str) -> Party {
        name.parse().unwrap()
    }

    #[test]
    fn c3_a_scope_names_provider_resource_and_operation() {
        let atena = party("atena.991015");
        assert_eq!(scope(&atena, &Method::POST, "/atena/v1/persons"), "K02:atena/v1/persons:Create");
        assert_eq!(scope(&atena, &Method::GET, "/atena/v1/inquiries/{inquiry}"), "K02:atena/v1/inquiries/inquiry:Read");
        scope(&atena, &Method::GET, "/atena/v1/inquiries/{inquiry}").parse::<access::Scope>().unwrap();
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
