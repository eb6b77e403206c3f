//! Tokens between systems (common-functions standard §2.2.6), the provider's side: OAuth 2.0 client credentials with `client_secret_jwt`
//! (HS256), one token for each provider, short-lived, no refresh token, checked by introspection. The caller's side is `line::oauth`.
//!
//! The clients of a provider are kept by `access::Clients` in the provider's room. A consumer finds its client id and secret in the file
//! `<consumer>@<provider>` of its secrets folder, which the provider writes when it enrols the consumer ([`enrol`]).

mod endpoints;
mod enrol;
mod tokens;

use http::Method;
use line::oauth::{assertion, business};
use vocabulary::{Clock, Party};

pub(crate) use self::endpoints::{IntrospectRequest, Introspected, Refused, TokenRequest, routes};
pub use self::enrol::{EnrolError, enrol};
pub(crate) use self::tokens::Tokens;

/// Where a provider says what a token stands for (RFC 7662).
pub const INTROSPECT: &str = "/oauth/introspect";

/// The client that an assertion names, when it is believed: the part of a grant that looks at nothing but the bytes.
pub(crate) fn believed(bytes: &str, secret: &[u8], provider: &Party, clock: &dyn Clock) -> Option<String> {
    let client = assertion::claimed_client(bytes)?;
    assertion::verify(bytes, &client, secret, provider, clock).is_ok().then_some(client)
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
}
