//! A card of a person (利用者証明用電子証明書 in an individual number card), in software: a P-256 key and a certificate in a file.
//!
//! The key is sealed under the PIN (Argon2id, AES-256-GCM). Three wrong PINs in a row lock the card for good, counted in the file before
//! each try. A chip keeps its key in; a file can be copied and its four digits tried elsewhere: this card is for demonstrations and tests.

mod file;
mod key;

use std::path::{Path, PathBuf};

use protocol::Octets;
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, SigningKey as _};
use vocabulary::Entropy;
use x509_parser::prelude::{FromDer, X509Certificate};
use zeroize::Zeroizing;

use self::file::{Content, Held};

/// Wrong PINs in a row until the card is locked.
pub const TRIES: u8 = 3;

/// Why a card does not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CardError {
    /// The PIN is wrong.
    #[error("wrong PIN; {left} tries left")]
    WrongPin {
        /// Tries until it is locked.
        left: u8,
    },
    /// Three wrong PINs in a row.
    #[error("the card is locked after {TRIES} wrong PINs: a new one has to be issued")]
    Locked,
    /// No certificate yet.
    #[error("the card has no certificate yet: take its request to the counter")]
    NoCertificate,
    /// A certificate for another key.
    #[error("the certificate is not for this card's key")]
    OtherKey,
    /// A PIN that is not four digits.
    #[error("a PIN is four digits")]
    Pin,
    /// There is a card already.
    #[error("{0}: there is a card already")]
    Exists(PathBuf),
    /// The file is not a card's.
    #[error("{0}: not a card, or damaged")]
    Damaged(PathBuf),
    /// The key cannot be made or used.
    #[error("the key cannot be made or used")]
    Key,
    /// The file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// A card in a file. Clones are the same card; what it knows is in the file alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    path: PathBuf,
}

impl Card {
    /// Makes a card with a new key. The file belongs to its owner alone.
    pub fn create(path: impl Into<PathBuf>, pin: &str, entropy: &dyn Entropy) -> Result<Self, CardError> {
        let path = path.into();
        if pin.len() != 4 || !pin.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(CardError::Pin);
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(|_| CardError::Key)?;
        let request = CertificateParams::default().serialize_request(&key).map_err(|_| CardError::Key)?;
        let plain = Zeroizing::new(key.serialize_der());
        let content = Content {
            request: Octets(request.der().to_vec()),
            key: key::seal(pin, &plain, entropy).ok_or(CardError::Key)?,
            certificate: None,
            tries: TRIES,
        };
        Held::create(&path, &content)?;
        Ok(Self { path })
    }

    /// A card that was made before.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, CardError> {
        let card = Self { path: path.into() };
        card.held()?.read()?;
        Ok(card)
    }

    /// The card of this file, or a new one.
    pub fn open_or_create(path: impl Into<PathBuf>, pin: &str, entropy: &dyn Entropy) -> Result<Self, CardError> {
        let path = path.into();
        if path.exists() { Self::open(path) } else { Self::create(path, pin, entropy) }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the card authority signs: PKCS#10 (DER), signed by the card's key when it was made.
    pub fn request(&self) -> Result<Vec<u8>, CardError> {
        Ok(self.held()?.read()?.request.0)
    }

    /// Takes in the certificate (DER) that the authority signed; it must be for the card's key.
    pub fn install(&self, certificate: &[u8]) -> Result<(), CardError> {
        let held = self.held()?;
        let mut content = held.read()?;
        let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_| CardError::OtherKey)?;
        let (_, asked) = x509_parser::certification_request::X509CertificationRequest::from_der(content.request.as_slice())
            .map_err(|_| CardError::Damaged(self.path.clone()))?;
        if parsed.public_key().raw != asked.certification_request_info.subject_pki.raw {
            return Err(CardError::OtherKey);
        }
        content.certificate = Some(Octets(certificate.to_vec()));
        held.write(&content)
    }

    /// The certificate (DER); none before one was installed.
    pub fn certificate(&self) -> Result<Option<Vec<u8>>, CardError> {
        Ok(self.held()?.read()?.certificate.map(|certificate| certificate.0))
    }

    /// Signs with ECDSA P-256 and SHA-256 (ASN.1 DER). A wrong PIN costs a try, on the card before it is told.
    ///
    /// A try is not taken off before the PIN is compared, as a chip does: who could kill this program in between could as well copy its file, and a
    /// holder's right PIN that was cut off three times locked the card.
    pub fn sign(&self, pin: &str, challenge: &[u8]) -> Result<Vec<u8>, CardError> {
        let held = self.held()?;
        let mut content = held.read()?;
        let left = content.tries.checked_sub(1).ok_or(CardError::Locked)?;
        let Some(plain) = key::open(pin, &content.key) else {
            content.tries = left;
            held.write(&content)?;
            return Err(if left == 0 { CardError::Locked } else { CardError::WrongPin { left } });
        };
        if content.tries != TRIES {
            content.tries = TRIES;
            held.write(&content)?;
        }
        let key = KeyPair::try_from(plain.as_slice()).map_err(|_| CardError::Key)?;
        key.sign(challenge).map_err(|_| CardError::Key)
    }

    /// Tries until it is locked.
    pub fn tries_left(&self) -> Result<u8, CardError> {
        Ok(self.held()?.read()?.tries)
    }

    fn held(&self) -> Result<Held, CardError> {
        Held::open(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use vocabulary::SystemEntropy;

    use super::*;

    #[test]
    fn three_wrong_pins_lock_the_card_and_the_count_is_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let card = Card::create(dir.path().join("card"), "1234", &SystemEntropy).unwrap();
        assert!(matches!(card.sign("0000", b"x"), Err(CardError::WrongPin { left: 2 })));
        assert!(matches!(Card::open(card.path()).unwrap().sign("0001", b"x"), Err(CardError::WrongPin { left: 1 })));
        card.sign("1234", b"x").unwrap();
        assert_eq!(card.tries_left().unwrap(), TRIES, "the right one counts anew");
        for _ in 0..2 {
            assert!(matches!(card.sign("0000", b"x"), Err(CardError::WrongPin { .. })));
        }
        assert!(matches!(Card::open(card.path()).unwrap().sign("0000", b"x"), Err(CardError::Locked)));
        assert!(matches!(card.sign("1234", b"x"), Err(CardError::Locked)), "the right one comes too late");
    }

    #[test]
    fn a_card_is_its_owners_file_and_shows_neither_key_nor_pin() {
        let dir = tempfile::tempdir().unwrap();
        let card = Card::create(dir.path().join("card"), "1234", &SystemEntropy).unwrap();
        assert_eq!(std::fs::metadata(card.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!std::fs::read_to_string(card.path()).unwrap().contains("1234\""));
        assert!(matches!(Card::create(card.path(), "1234", &SystemEntropy), Err(CardError::Exists(_))));
        assert!(matches!(Card::create(dir.path().join("b"), "12345", &SystemEntropy), Err(CardError::Pin)));
        assert_eq!(card.certificate().unwrap(), None);
        std::fs::write(card.path(), "{}").unwrap();
        assert!(matches!(Card::open(card.path()), Err(CardError::Damaged(_))));
    }

    #[test]
    fn a_card_takes_a_certificate_for_its_own_key_alone() {
        let dir = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| Card::create(dir.path().join(name), "1234", &SystemEntropy).unwrap());
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = rcgen::Issuer::new(params, key);
        let asked = rcgen::CertificateSigningRequestParams::from_der(&one.request().unwrap().as_slice().into()).unwrap();
        let certificate = asked.signed_by(&authority).unwrap();
        assert!(matches!(other.install(certificate.der()), Err(CardError::OtherKey)));
        one.install(certificate.der()).unwrap();
        assert_eq!(one.certificate().unwrap().as_deref(), Some(certificate.der().as_ref()));
    }
}
