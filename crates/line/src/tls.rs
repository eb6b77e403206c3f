//! TLS, both sides: 1.3 alone between the ring's own parties, clients known by certificate, time from the house's clock.

use std::sync::Arc;
use std::time::Duration;

use rustls::server::WebPkiClientVerifier;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion, version};
use rustls_pki_types::{CertificateDer, UnixTime};
use vocabulary::{Clock, Party};
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

use crate::pki::{Identity, PkiError, certificates};

/// Whom a server lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Parties with a certificate of the authority, and nobody else.
    Certified,
    /// Anybody; a certificate is checked when one is shown (phones without, tablets with).
    Public,
}

/// The house's clock as TLS reads it.
#[derive(Debug)]
struct Time(Arc<dyn Clock>);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        unix(self.0.as_ref())
    }
}

fn unix(clock: &dyn Clock) -> Option<UnixTime> {
    u64::try_from(clock.now().as_second()).ok().map(|seconds| UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
}

const OWN: &[&SupportedProtocolVersion] = &[&version::TLS13];
const PUBLIC: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];

/// The one implementation of cryptography that TLS uses.
pub fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// A server with an identity that lets in whom its admission says.
pub fn server(identity: &Identity, admission: Admission, clock: &Arc<dyn Clock>) -> Result<Arc<ServerConfig>, PkiError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(identity.authority_pem(), "authority.pem")? {
        roots.add(authority)?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider());
    let (verifier, versions) = match admission {
        Admission::Certified => (verifier, OWN),
        Admission::Public => (verifier.allow_unauthenticated(), PUBLIC),
    };
    let mut config = ServerConfig::builder_with_details(provider(), Arc::new(Time(Arc::clone(clock))))
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(verifier.build()?)
        .with_single_cert(identity.chain()?, identity.key()?)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

/// A client that proves itself with an identity, or shows none, as a phone does.
pub fn client(authority: &str, shown: Option<&Identity>, clock: &Arc<dyn Clock>) -> Result<ClientConfig, PkiError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(authority, "authority.pem")? {
        roots.add(authority)?;
    }
    let builder = ClientConfig::builder_with_details(provider(), Arc::new(Time(Arc::clone(clock))))
        .with_protocol_versions(OWN)?
        .with_root_certificates(roots);
    let mut config = match shown {
        Some(identity) => builder.with_client_auth_cert(identity.chain()?, identity.key()?)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Verifies a certificate by the authority as the other side of a connection will.
pub fn believed(authority: &str, own: &CertificateDer<'_>, between: &[CertificateDer<'_>], clock: &dyn Clock) -> Result<(), PkiError> {
    let mut roots = RootCertStore::empty();
    for authority in certificates(authority, "authority.pem")? {
        roots.add(authority)?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider()).build()?;
    verifier.verify_client_cert(own, between, unix(clock).unwrap_or(UnixTime::since_unix_epoch(Duration::ZERO)))?;
    Ok(())
}

/// The party that a certificate (DER) names. Proves nothing: whoever believes it must have verified the certificate before.
pub fn party_of(certificate: &CertificateDer<'_>) -> Option<Party> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok()??;
    names.value.general_names.iter().find_map(|name| match name {
        GeneralName::DNSName(name) => Party::of_dns_name(name).ok(),
        _ => None,
    })
}
