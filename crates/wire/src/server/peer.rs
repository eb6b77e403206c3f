//! The other end of a connection.

use line::tls;
use protocol::Digest;
use rustls_pki_types::CertificateDer;
use vocabulary::Party;

/// The verified other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Who it is, by the DNS name of its certificate.
    pub party: Party,
    /// SHA-256 of its certificate, to which a token can be bound (RFC 8705).
    pub certificate: Digest,
}

impl Peer {
    /// Who a certificate (DER) belongs to. Proves nothing: whoever believes it must have verified the certificate before.
    pub fn of_certificate(certificate: &[u8]) -> Option<Self> {
        let party = tls::party_of(&CertificateDer::from(certificate))?;
        Some(Self { party, certificate: Digest::of(certificate) })
    }
}
