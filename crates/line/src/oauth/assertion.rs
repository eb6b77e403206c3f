//! The client assertion: a JWT under the shared secret (`client_secret_jwt`, OpenID Connect Core §9), good for a minute, once.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use vocabulary::{Clock, Entropy, Party};

use super::TOKEN;

/// The type of assertion in a token request (RFC 7523 §2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How long ours are good.
const SECONDS: i64 = 60;
/// How long anybody's may be.
const LONGEST: i64 = 300;
/// How far the consumer's clock may be off.
const TOLERANCE: i64 = 60;

/// What an assertion says.
#[derive(Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The client.
    pub iss: String,
    /// The client again.
    pub sub: String,
    /// The provider's token endpoint.
    pub aud: String,
    /// Of this assertion alone.
    pub jti: String,
    /// Made at, in seconds since 1970 UTC.
    pub iat: i64,
    /// Good until, in seconds since 1970 UTC.
    pub exp: i64,
}

/// Why an assertion was not believed; told to nobody but the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Disbelief {
    /// Another algorithm or secret.
    #[error("not an HS256 token of the client's secret")]
    Signature,
    /// Another client's.
    #[error("issuer and subject are not the client")]
    Client,
    /// Another provider's.
    #[error("meant for another provider")]
    Audience,
    /// Not good now.
    #[error("expired, issued ahead of time, or good for too long")]
    Time,
}

/// What an assertion for this provider must name.
pub fn audience(provider: &Party) -> String {
    format!("https://{}{TOKEN}", provider.dns_name())
}

/// Makes an assertion of this client for a provider, good for a minute.
pub fn sign(
    client_id: &str,
    secret: &str,
    provider: &Party,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<String, jsonwebtoken::errors::Error> {
    let now = clock.now().as_second();
    let claims = Claims {
        iss: client_id.to_owned(),
        sub: client_id.to_owned(),
        aud: audience(provider),
        jti: entropy.id128().to_string(),
        iat: now,
        exp: now + SECONDS,
    };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(secret.as_bytes()))
}

/// Whose an assertion says it is, before anything of it is believed.
pub fn claimed_client(assertion: &str) -> Option<String> {
    if decode_header(assertion).ok()?.alg != Algorithm::HS256 {
        return None;
    }
    let token = jsonwebtoken::dangerous::insecure_decode::<Claims>(assertion).ok()?;
    Some(token.claims.sub)
}

/// Checks an assertion; that it was not used before is still to be asked. Time is the house's, so the crate's own checks are off.
pub fn verify(assertion: &str, client_id: &str, secret: &[u8], provider: &Party, clock: &dyn Clock) -> Result<Claims, Disbelief> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    let claims = decode::<Claims>(assertion, &DecodingKey::from_secret(secret), &validation).map_err(|_| Disbelief::Signature)?.claims;
    if claims.iss != client_id || claims.sub != client_id {
        return Err(Disbelief::Client);
    }
    if claims.aud != audience(provider) {
        return Err(Disbelief::Audience);
    }
    let now = clock.now().as_second();
    let in_time = claims.exp > now - TOLERANCE && claims.iat <= now + TOLERANCE && claims.iat <= claims.exp;
    if !in_time || claims.exp > now + LONGEST + TOLERANCE || claims.exp - claims.iat > LONGEST {
        return Err(Disbelief::Time);
    }
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use vocabulary::{ManualClock, SeededEntropy};

    use super::*;

    const SECRET: &str = "0123456789abcdefghijABCDEFGHIJ0123456789abc";

    #[test]
    fn an_assertion_is_believed_by_its_provider_in_its_time_under_its_secret() {
        let clock = ManualClock::on(vocabulary::Date::constant(2026, 4, 1));
        let entropy = SeededEntropy::new(1);
        let atena: Party = "atena.991015".parse().unwrap();
        let relay: Party = "relay.991015".parse().unwrap();
        let made = sign("client", SECRET, &atena, &clock, &entropy).unwrap();
        assert_eq!(claimed_client(&made).as_deref(), Some("client"));
        let check = |assertion: &str, client: &str, secret: &str, provider: &Party| {
            verify(assertion, client, secret.as_bytes(), provider, &clock).map(|claims| claims.jti).err()
        };
        assert_eq!(check(&made, "client", SECRET, &atena), None);
        assert_eq!(check(&made, "other", SECRET, &atena), Some(Disbelief::Client));
        assert_eq!(check(&made, "client", "0123456789abcdefghijABCDEFGHIJ0123456789abX", &atena), Some(Disbelief::Signature));
        assert_eq!(check(&made, "client", SECRET, &relay), Some(Disbelief::Audience));
        clock.advance(SignedDuration::from_secs(SECONDS + TOLERANCE + 1));
        assert_eq!(check(&made, "client", SECRET, &atena), Some(Disbelief::Time));
        clock.advance(SignedDuration::from_secs(-(SECONDS + TOLERANCE + 1) - TOLERANCE - 1));
        assert_eq!(check(&made, "client", SECRET, &atena), Some(Disbelief::Time));
    }

    #[test]
    fn an_assertion_without_a_signature_or_good_for_long_is_not_believed() {
        let clock = ManualClock::on(vocabulary::Date::constant(2026, 4, 1));
        let atena: Party = "atena.991015".parse().unwrap();
        let now = clock.now().as_second();
        let claims = |exp| Claims { iss: "c".into(), sub: "c".into(), aud: audience(&atena), jti: "j".into(), iat: now, exp };
        let long = encode(&Header::new(Algorithm::HS256), &claims(now + 301), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
        assert_eq!(verify(&long, "c", SECRET.as_bytes(), &atena, &clock).err(), Some(Disbelief::Time));
        let good = encode(&Header::new(Algorithm::HS256), &claims(now + 60), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
        let (body, _) = good.rsplit_once('.').unwrap();
        // {"typ":"JWT","alg":"none"}
        let unsigned = format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{}.", body.split_once('.').unwrap().1);
        assert!(claimed_client(&unsigned).is_none());
        assert_eq!(verify(&unsigned, "c", SECRET.as_bytes(), &atena, &clock).err(), Some(Disbelief::Signature));
        let hs512 = encode(&Header::new(Algorithm::HS512), &claims(now + 60), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap();
        assert_eq!(verify(&hs512, "c", SECRET.as_bytes(), &atena, &clock).err(), Some(Disbelief::Signature));
    }
}
