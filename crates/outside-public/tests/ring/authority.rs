//! A card authority of the test's own.

use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use vocabulary::{Entropy, SystemEntropy};
use wire::testing::Failed;

pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) certificate: Vec<u8>,
}

/// What a certificate says beside the key.
#[derive(Clone, Copy)]
pub(crate) struct Says {
    pub(crate) from: (i32, u8, u8),
    pub(crate) to: (i32, u8, u8),
    pub(crate) client: bool,
}

impl Default for Says {
    fn default() -> Self {
        Self { from: (2026, 4, 1), to: (2031, 4, 1), client: true }
    }
}

impl Authority {
    /// All of the same name: a certificate is told by its signature, not by what it says.
    pub(crate) fn new() -> Result<Self, Failed> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "card authority of a test");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?.der().to_vec();
        Ok(Self { issuer: Issuer::from_ca_cert_der(&certificate.as_slice().into(), key)?, certificate })
    }

    /// Serial number (hex) and certificate.
    pub(crate) fn sign(&self, request: &[u8], says: Says) -> Result<(String, Vec<u8>), Failed> {
        let mut asked = CertificateSigningRequestParams::from_der(&request.into())?;
        let mut serial = *SystemEntropy.id128().as_bytes();
        // with the highest bit set, so that DER puts a nought before it
        serial[0] |= 0x80;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "user authentication");
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = date_time_ymd(says.from.0, says.from.1, says.from.2);
        params.not_after = date_time_ymd(says.to.0, says.to.1, says.to.2);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if says.client {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
        asked.params = params;
        Ok((hex::encode(serial), asked.signed_by(&self.issuer)?.der().to_vec()))
    }
}
