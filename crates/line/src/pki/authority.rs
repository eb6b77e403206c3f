//! The private authority.

use std::fmt;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, PKCS_ECDSA_P256_SHA256, PublicKeyData as _, SerialNumber,
    date_time_ymd,
};
use vocabulary::{Clock, Date, Entropy, Party};
use zeroize::Zeroizing;

use super::{Identity, PkiError, RENEW_BELOW, files};

const CERTIFICATE: &str = "authority.pem";
const KEY: &str = "authority.key";
const YEARS: i16 = 10;
/// Short-lived: what is lost dies soon, and renewing is exercised.
const DAYS: i64 = 90;

/// Year, month, day as rcgen takes them.
macro_rules! midnight {
    ($date:expr) => {
        date_time_ymd(i32::from($date.year()), $date.month().unsigned_abs(), $date.day().unsigned_abs())
    };
}

/// Issues the certificates of a deployment's parties (ECDSA P-256).
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: String,
}

impl Authority {
    /// Makes a new authority in a folder that has none.
    pub fn create(dir: &Path, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Self, PkiError> {
        files::folder(dir)?;
        if dir.join(CERTIFICATE).exists() || dir.join(KEY).exists() {
            return Err(PkiError::AuthorityExists(dir.to_owned()));
        }
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let today = clock.today();
        let mut params = named("Kenshin private authority", entropy);
        params.not_before = midnight!(before(today));
        let end = Date::new(today.year().saturating_add(YEARS), today.month(), 1).unwrap_or(today);
        params.not_after = midnight!(end);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![
                GeneralSubtree::DnsName("kenshin.internal".to_owned()),
                GeneralSubtree::IpAddress(CidrSubnet::from_v4_prefix([127, 0, 0, 0], 8)),
            ],
            excluded_subtrees: Vec::new(),
        });
        let certificate = params.self_signed(&key)?.pem();
        files::write(&dir.join(KEY), &Zeroizing::new(key.serialize_pem()))?;
        files::write(&dir.join(CERTIFICATE), &certificate)?;
        Ok(Self { issuer: Issuer::new(params, key), certificate })
    }

    /// Opens the authority of a folder.
    pub fn open(dir: &Path) -> Result<Self, PkiError> {
        let certificate = files::read(&dir.join(CERTIFICATE))?.to_string();
        let key = KeyPair::from_pem(&files::read(&dir.join(KEY))?)
            .map_err(|_| PkiError::Malformed { path: dir.join(KEY), expected: "a private key in PEM" })?;
        let issuer = Issuer::from_ca_cert_pem(&certificate, key)
            .map_err(|_| PkiError::Malformed { path: dir.join(CERTIFICATE), expected: "a certificate in PEM" })?;
        Ok(Self { issuer, certificate })
    }

    /// Opens the authority of a folder, or makes it.
    pub fn open_or_create(dir: &Path, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Self, PkiError> {
        if dir.join(CERTIFICATE).exists() { Self::open(dir) } else { Self::create(dir, clock, entropy) }
    }

    /// Whether a folder's certificates are of an authority elsewhere: its certificate lies there, and its key does not.
    pub fn is_elsewhere(dir: &Path) -> bool {
        dir.join(CERTIFICATE).exists() && !dir.join(KEY).exists()
    }

    /// Issues an identity for 90 days; it also names the loopback address, for tools that know no other.
    pub fn issue(&self, party: &Party, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Identity, PkiError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = of_party(party, clock, entropy)?.signed_by(&key, &self.issuer)?.pem();
        Ok(Identity::new(party.clone(), certificate, Zeroizing::new(key.serialize_pem()), self.certificate.clone()))
    }

    /// Certifies, for 90 days, a key that stays with whoever made it: the file `request` is a certificate request (PKCS#10, PEM) that this key has
    /// signed. What it asks to be called is not heard. Certificate and authority are written to a folder, as [`Identity::save`] names them → what
    /// was certified (SubjectPublicKeyInfo, DER).
    pub fn certify(
        &self,
        dir: &Path,
        party: &Party,
        request: &Path,
        clock: &dyn Clock,
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, PkiError> {
        let expected = "a certificate request in PEM that its own key has signed";
        let malformed = |_| PkiError::Malformed { path: request.to_owned(), expected };
        let mut asked = CertificateSigningRequestParams::from_pem(&files::read(request)?).map_err(malformed)?;
        asked.params = of_party(party, clock, entropy)?;
        let certificate = asked.signed_by(&self.issuer)?.pem();
        files::folder(dir)?;
        self.fits(dir)?;
        files::write(&dir.join(format!("{party}.pem")), &certificate)?;
        files::write(&dir.join(CERTIFICATE), &self.certificate)?;
        Ok(asked.public_key.subject_public_key_info())
    }

    /// No other authority lies in a folder.
    fn fits(&self, dir: &Path) -> Result<(), PkiError> {
        let there = dir.join(CERTIFICATE);
        if there.exists() && *files::read(&there)? != self.certificate {
            return Err(PkiError::AnotherAuthority(dir.to_owned()));
        }
        Ok(())
    }

    /// The identity that lies in a folder while it is sound and more than [`RENEW_BELOW`] days are left; a new one, written there, otherwise.
    pub fn keep(&self, dir: &Path, party: &Party, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<Identity, PkiError> {
        self.fits(dir)?;
        if let Ok(identity) = Identity::load(dir, party)
            && identity.check(clock).is_ok_and(|days| days >= RENEW_BELOW)
        {
            return Ok(identity);
        }
        let identity = self.issue(party, clock, entropy)?;
        identity.save(dir)?;
        Ok(identity)
    }

    /// Its own certificate, PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }
}

impl fmt::Debug for Authority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authority")
    }
}

/// What the certificate of a party says.
fn of_party(party: &Party, clock: &dyn Clock, entropy: &dyn Entropy) -> Result<CertificateParams, PkiError> {
    let today = clock.today();
    let mut params = named(&party.to_string(), entropy);
    params.subject_alt_names = CertificateParams::new([party.dns_name(), "127.0.0.1".to_owned()])?.subject_alt_names;
    params.not_before = midnight!(before(today));
    let end = today.saturating_add(jiff::Span::new().days(DAYS));
    params.not_after = midnight!(end);
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn named(name: &str, entropy: &dyn Entropy) -> CertificateParams {
    let mut distinguished_name = DistinguishedName::new();
    distinguished_name.push(DnType::CommonName, name);
    let mut serial = *entropy.id128().as_bytes();
    // RFC 5280 §4.1.2.2: positive
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7f | 0x40;
    }
    let mut params = CertificateParams::default();
    params.distinguished_name = distinguished_name;
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params
}

/// Clocks of two machines may stand on two sides of midnight.
fn before(date: Date) -> Date {
    date.yesterday().unwrap_or(date)
}
