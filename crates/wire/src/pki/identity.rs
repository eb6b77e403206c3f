//! A party's certificate and key.

use std::fmt;
use std::path::Path;

use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::{PkiError, files};
use crate::party::Party;

/// What a party proves itself with: certificate chain, key, and the authority it trusts others by.
#[derive(Clone)]
pub struct Identity {
    party: Party,
    chain: String,
    key: Zeroizing<String>,
    authority: String,
}

impl Identity {
    pub(super) fn new(party: Party, chain: String, key: Zeroizing<String>, authority: String) -> Self {
        Self { party, chain, key, authority }
    }

    /// Reads `<party>.pem`, `<party>.key` and `authority.pem` of a folder.
    pub fn load(dir: &Path, party: &Party) -> Result<Self, PkiError> {
        Ok(Self {
            party: party.clone(),
            chain: files::read(&dir.join(format!("{party}.pem")))?.to_string(),
            key: files::read(&dir.join(format!("{party}.key")))?,
            authority: files::read(&dir.join("authority.pem"))?.to_string(),
        })
    }

    /// Writes the same files, each readable by its owner only.
    pub fn save(&self, dir: &Path) -> Result<(), PkiError> {
        files::folder(dir)?;
        files::write(&dir.join(format!("{}.key", self.party)), &self.key)?;
        files::write(&dir.join(format!("{}.pem", self.party)), &self.chain)?;
        let authority = dir.join("authority.pem");
        if authority.exists() { Ok(()) } else { files::write(&authority, &self.authority) }
    }

    /// Whose it is.
    pub fn party(&self) -> &Party {
        &self.party
    }

    /// The certificate chain, PEM.
    pub fn chain_pem(&self) -> &str {
        &self.chain
    }

    /// The private key, PEM.
    pub fn key_pem(&self) -> &str {
        &self.key
    }

    /// The authority's certificate, PEM.
    pub fn authority_pem(&self) -> &str {
        &self.authority
    }

    pub(crate) fn chain(&self) -> Result<Vec<CertificateDer<'static>>, PkiError> {
        certificates(&self.chain, &format!("{}.pem", self.party))
    }

    pub(crate) fn key(&self) -> Result<PrivateKeyDer<'static>, PkiError> {
        PrivateKeyDer::from_pem_slice(self.key.as_bytes())
            .map_err(|_| PkiError::Malformed { path: format!("{}.key", self.party).into(), expected: "a private key in PEM" })
    }
}

/// The certificates of a PEM text, at least one.
pub(crate) fn certificates(pem: &str, file: &str) -> Result<Vec<CertificateDer<'static>>, PkiError> {
    CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| PkiError::Malformed { path: file.into(), expected: "certificates in PEM" })
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.party)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use vocabulary::{SystemClock, SystemEntropy};

    use super::super::Authority;
    use super::*;

    #[test]
    fn what_was_issued_is_read_back_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::create(dir.path(), &SystemClock, &SystemEntropy).unwrap();
        assert!(matches!(Authority::create(dir.path(), &SystemClock, &SystemEntropy), Err(PkiError::AuthorityExists(_))));
        let party: Party = "registry.991015".parse().unwrap();
        authority.issue(&party, &SystemClock, &SystemEntropy).unwrap().save(dir.path()).unwrap();
        let identity = Identity::load(dir.path(), &party).unwrap();
        assert_eq!(identity.chain().unwrap().len(), 1);
        identity.key().unwrap();
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
        let again = Authority::open(dir.path()).unwrap();
        assert_eq!(again.certificate(), identity.authority_pem());
        again.issue(&party, &SystemClock, &SystemEntropy).unwrap();
    }
}
