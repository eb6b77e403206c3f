//! A party's certificate and key.

use std::fmt;
use std::path::Path;

use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use vocabulary::{Clock, Party};
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

use super::{PkiError, files};
use crate::tls;

/// Days that must be left of a certificate; with fewer it is renewed.
pub const RENEW_BELOW: i64 = 30;
const SECONDS_OF_A_DAY: i64 = 24 * 60 * 60;

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

    /// Whether a party that trusts the same authority will believe it now: it is this party's and of this time, the key fits, the authority
    /// issued it → whole days until the first certificate of the chain, the authority's among them, ends.
    pub fn check(&self, clock: &dyn Clock) -> Result<i64, PkiError> {
        let unsound = |source| PkiError::Unsound { party: self.party.clone(), source };
        let chain = self.chain()?;
        let (own, between) = chain.split_first().ok_or_else(|| self.malformed("a certificate in PEM"))?;
        if tls::party_of(own).as_ref() != Some(&self.party) {
            return Err(PkiError::AnotherParty(self.party.clone()));
        }
        tls::believed(&self.authority, own, between, clock).map_err(|error| match error {
            PkiError::Tls(source) => unsound(source),
            error => error,
        })?;
        CertifiedKey::from_der(chain.clone(), self.key()?, &tls::provider()).map_err(unsound)?;
        let authority = certificates(&self.authority, "authority.pem")?;
        let ends = chain.iter().chain(&authority).map(|certificate| {
            let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_| self.malformed("certificates"))?;
            Ok(parsed.validity().not_after.timestamp())
        });
        let end = ends.collect::<Result<Vec<i64>, PkiError>>()?.into_iter().min().unwrap_or_default();
        Ok(end.saturating_sub(clock.now().as_second()) / SECONDS_OF_A_DAY)
    }

    fn malformed(&self, expected: &'static str) -> PkiError {
        PkiError::Malformed { path: format!("{}.pem", self.party).into(), expected }
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

    /// The certificate chain, DER.
    pub fn chain(&self) -> Result<Vec<CertificateDer<'static>>, PkiError> {
        certificates(&self.chain, &format!("{}.pem", self.party))
    }

    /// The private key, DER.
    pub fn key(&self) -> Result<PrivateKeyDer<'static>, PkiError> {
        PrivateKeyDer::from_pem_slice(self.key.as_bytes())
            .map_err(|_| PkiError::Malformed { path: format!("{}.key", self.party).into(), expected: "a private key in PEM" })
    }
}

/// The certificates of a PEM text, at least one.
pub fn certificates(pem: &str, file: &str) -> Result<Vec<CertificateDer<'static>>, PkiError> {
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

    use vocabulary::{ManualClock, SystemClock, SystemEntropy};

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

    #[test]
    fn a_certificate_is_renewed_when_less_than_thirty_days_are_left_and_is_none_once_it_has_ended() {
        let dir = tempfile::tempdir().unwrap();
        let day = |days: i64| {
            ManualClock::at("2026-11-22T03:00:00Z".parse::<jiff::Timestamp>().unwrap() + jiff::SignedDuration::from_hours(24 * days))
        };
        let authority = Authority::create(dir.path(), &day(0), &SystemEntropy).unwrap();
        let party: Party = "registry.991015".parse().unwrap();
        let first = authority.keep(dir.path(), &party, &day(0), &SystemEntropy).unwrap();
        // it ends at midnight UTC of the ninetieth day
        assert_eq!(first.check(&day(0)).unwrap(), 89);
        let kept = authority.keep(dir.path(), &party, &day(59), &SystemEntropy).unwrap();
        assert_eq!((kept.chain_pem(), kept.check(&day(59)).unwrap()), (first.chain_pem(), 30));
        let renewed = authority.keep(dir.path(), &party, &day(60), &SystemEntropy).unwrap();
        assert_ne!(renewed.chain_pem(), first.chain_pem());
        assert_eq!(Identity::load(dir.path(), &party).unwrap().check(&day(60)).unwrap(), 89);
        assert!(matches!(first.check(&day(90)), Err(PkiError::Unsound { .. })), "it has ended");
        assert!(matches!(renewed.check(&day(50)), Err(PkiError::Unsound { .. })), "it has not begun");
        assert_eq!(renewed.check(&day(145)).unwrap(), 4);
    }

    #[test]
    fn a_key_that_stays_where_it_was_made_is_certified_under_the_name_that_the_authority_says() {
        let (own, away, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let authority = Authority::create(own.path(), &SystemClock, &SystemEntropy).unwrap();
        let (party, asked): (Party, Party) = ("registry.991015".parse().unwrap(), "hub-core.national".parse().unwrap());
        let key = rcgen::KeyPair::generate().unwrap();
        let request = rcgen::CertificateParams::new([asked.dns_name()]).unwrap().serialize_request(&key).unwrap().pem().unwrap();
        let file = away.path().join("asked.csr");
        std::fs::write(&file, &request).unwrap();
        std::fs::write(away.path().join(format!("{party}.key")), key.serialize_pem()).unwrap();
        let certified = authority.certify(away.path(), &party, &file, &SystemClock, &SystemEntropy).unwrap();
        assert_eq!(certified, rcgen::PublicKeyData::subject_public_key_info(&key));
        assert!(Authority::is_elsewhere(away.path()) && !Authority::is_elsewhere(own.path()) && !Authority::is_elsewhere(other.path()));
        Identity::load(away.path(), &party).unwrap().check(&SystemClock).unwrap();
        assert!(Identity::load(away.path(), &asked).is_err(), "what it asked to be called is not heard");

        // A request whose signature is not its key's; and a folder of another authority.
        let mut forged = request.clone().into_bytes();
        forged[110] = if forged[110] == b'A' { b'B' } else { b'A' };
        std::fs::write(&file, forged).unwrap();
        let refused = authority.certify(away.path(), &party, &file, &SystemClock, &SystemEntropy);
        assert!(matches!(refused, Err(PkiError::Malformed { .. })), "{refused:?}");
        std::fs::write(&file, &request).unwrap();
        Authority::create(other.path(), &SystemClock, &SystemEntropy).unwrap();
        for refused in [
            authority.certify(other.path(), &party, &file, &SystemClock, &SystemEntropy).map(drop),
            authority.keep(other.path(), &party, &SystemClock, &SystemEntropy).map(drop),
        ] {
            assert!(matches!(refused, Err(PkiError::AnotherAuthority(_))), "{refused:?}");
        }
    }

    #[test]
    fn a_certificate_of_another_key_authority_or_party_is_unsound_and_issued_anew() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let authority = Authority::create(dir.path(), &SystemClock, &SystemEntropy).unwrap();
        let stranger = Authority::create(other.path(), &SystemClock, &SystemEntropy).unwrap();
        let party: Party = "registry.991015".parse().unwrap();
        let issue = |authority: &Authority, party: &Party| authority.issue(party, &SystemClock, &SystemEntropy).unwrap();
        let good = issue(&authority, &party);
        good.check(&SystemClock).unwrap();
        let another_key = Identity { key: issue(&authority, &party).key, ..good.clone() };
        let another_authority = Identity { authority: authority.certificate().to_owned(), ..issue(&stranger, &party) };
        let another_party = Identity { party: party.clone(), ..issue(&authority, &"atena.991015".parse().unwrap()) };
        for bad in [&another_key, &another_authority] {
            assert!(matches!(bad.check(&SystemClock), Err(PkiError::Unsound { .. })), "{:?}", bad.check(&SystemClock));
        }
        assert!(matches!(another_party.check(&SystemClock), Err(PkiError::AnotherParty(_))));
        for bad in [another_key, another_authority, another_party] {
            bad.save(dir.path()).unwrap();
            authority.keep(dir.path(), &party, &SystemClock, &SystemEntropy).unwrap();
            Identity::load(dir.path(), &party).unwrap().check(&SystemClock).unwrap();
        }
    }
}
