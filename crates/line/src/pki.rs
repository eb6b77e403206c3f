//! The ring's private certificates: an authority made by `kenshin init`, and the identity it issues to each party.
//!
//! The authority may certify nothing but names under `kenshin.internal` and loopback addresses, so trusting it endangers nothing else.
//! In production a municipality's own authority issues the same: a certificate whose DNS name is the party.

mod authority;
mod files;
mod identity;

use std::path::PathBuf;

use vocabulary::Party;

pub use self::authority::Authority;
pub use self::files::{folder as private_folder, read as read_private, write as write_private};
pub use self::identity::{Identity, RENEW_BELOW, certificates};

/// What went wrong with a certificate or its files.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// An authority is there already; making another would cut every party off.
    #[error("{0}: there is an authority already")]
    AuthorityExists(PathBuf),
    /// A folder's certificates are another authority's.
    #[error("{0}: its authority.pem is another authority's; name another folder")]
    AnotherAuthority(PathBuf),
    /// A file is not what its name says.
    #[error("{path}: not {expected}")]
    Malformed {
        /// Which one.
        path: PathBuf,
        /// What it should be.
        expected: &'static str,
    },
    /// A certificate names another party than its file.
    #[error("{0}.pem: the certificate is another party's")]
    AnotherParty(Party),
    /// A certificate is not the key's, not the authority's, or not of this time.
    #[error("{party}.pem: {source}")]
    Unsound {
        /// Whose it is.
        party: Party,
        /// What TLS says of it.
        source: rustls::Error,
    },
    /// Making a key or certificate failed.
    #[error("certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS does not take the certificate.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// TLS cannot verify clients by the authority.
    #[error("TLS: {0}")]
    Verifier(#[from] rustls::server::VerifierBuilderError),
}
