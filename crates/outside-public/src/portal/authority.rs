//! The card authority's word on a card: chain, validity, revocation, and the signature of the card's own key.

use jiff::{SignedDuration, Timestamp};
use protocol::messages::resident_network::{AUTHORITY, CardAuthority};
use tokio::sync::Mutex;
use x509_parser::asn1_rs::BitString;
use x509_parser::oid_registry::{OID_EC_P256, OID_SIG_ECDSA_WITH_SHA256};
use x509_parser::prelude::{ASN1Time, FromDer, X509Certificate};
use x509_parser::x509::AlgorithmIdentifier;

use super::{Portal, PortalError};

/// How old a revocation list may be.
const KEPT: SignedDuration = SignedDuration::from_secs(30);

/// What the authority said last.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Option<(Timestamp, CardAuthority)>>);

/// The authority's certificate and revocation list, not older than half a minute: without them nobody gets in.
pub(super) async fn current(portal: &Portal) -> Result<CardAuthority, PortalError> {
    let now = portal.room.clock().now();
    // one asks, the others wait for what it hears
    let mut cache = portal.authority.0.lock().await;
    if let Some((_, said)) = cache.as_ref().filter(|(since, _)| now.duration_since(*since).abs() < KEPT) {
        return Ok(said.clone());
    }
    let said: CardAuthority = portal.client.get(&portal.resident_network, AUTHORITY).await?;
    *cache = Some((now, said.clone()));
    Ok(said)
}

/// The serial number (lower-case hex) of a certificate that the authority stands for and whose key signed the nonce.
pub(super) fn verify(
    said: &CardAuthority,
    certificate: &[u8],
    nonce: &[u8],
    signature: &[u8],
    now: Timestamp,
) -> Result<String, PortalError> {
    let now = ASN1Time::from_timestamp(now.as_second()).map_err(|_| wire::Damaged("a time"))?;
    let (_, authority) = X509Certificate::from_der(said.certificate.as_slice()).map_err(|_| wire::Damaged("a card authority"))?;
    let (rest, card) = X509Certificate::from_der(certificate).map_err(|_| PortalError::Card("this is not a certificate"))?;
    let signed_by_it =
        authority.is_ca() && card.issuer() == authority.subject() && card.verify_signature(Some(authority.public_key())).is_ok();
    if !rest.is_empty() || !signed_by_it || !authority.validity().is_valid_at(now) {
        return Err(PortalError::Card("the certificate is not of the card authority"));
    }
    if card.is_ca() || !for_user_authentication(&card) {
        return Err(PortalError::Card("the certificate is not one for user authentication"));
    }
    if !card.validity().is_valid_at(now) {
        return Err(PortalError::Card("the certificate has expired, or is not valid yet: the card has to be renewed"));
    }
    let serial = hex::encode(card.raw_serial().strip_prefix(&[0]).unwrap_or(card.raw_serial()));
    if said.revoked.contains(&serial) {
        return Err(PortalError::Card("the certificate was revoked"));
    }
    if !signed(&card, nonce, signature) {
        return Err(PortalError::Card("the card's key did not sign this challenge"));
    }
    Ok(serial)
}

fn for_user_authentication(card: &X509Certificate<'_>) -> bool {
    let signs = card.key_usage().is_ok_and(|usage| usage.is_some_and(|usage| usage.value.digital_signature()));
    let client = card.extended_key_usage().is_ok_and(|usage| usage.is_some_and(|usage| usage.value.client_auth));
    signs && client
}

/// ECDSA over P-256 with SHA-256, and nothing else that a certificate might ask for.
fn signed(card: &X509Certificate<'_>, nonce: &[u8], signature: &[u8]) -> bool {
    let key = card.public_key();
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
    let algorithm = AlgorithmIdentifier::new(OID_SIG_ECDSA_WITH_SHA256, None);
    curve.is_some_and(|curve| curve == OID_EC_P256)
        && x509_parser::verify::verify_signature(key, &algorithm, &BitString::new(0, signature), nonce).is_ok()
}
