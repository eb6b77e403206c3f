//! The card authority (公的個人認証): signs certificates for user authentication (利用者証明用電子証明書) that name nobody.

use access::Caller;
use axum::extract::State;
use diesel::prelude::*;
use jiff::tz::TimeZone;
use ledger::{Act, Room, Seen};
use protocol::messages::{Octets, resident_network::CardAuthority};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SerialNumber, date_time_ymd,
};
use store::Tx;
use vault::{Cell, Vault};
use vocabulary::{Clock, Date, Entropy, Timestamp};
use wire::{Json, Problem, RequestCaller};

use super::ResidentNetwork;
use super::people::card;
use crate::{OpenError, RefusedError};

diesel::table! {
    authority (id) { id -> BigInt, certificate -> Binary, sealed_key -> Binary, }
}

/// Taking the authority's key up, at each start.
const OPEN: Act = Act::new("resident-network:authority.open");

/// Days that a card's certificate lives: five years, as on the cards of adults.
const DAYS: i64 = 5 * 365;

/// The authority's own certificate and key.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: Vec<u8>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority(***)")
    }
}

impl Authority {
    /// The one in the room, or a new one.
    pub(super) async fn open(room: &Room, caller: &Caller) -> Result<Self, OpenError> {
        let vault = room.vault().clone();
        let opened = room.change(caller, OPEN, move |tx, _| Ok::<_, OpenError>(Seen::unnamed(found(tx, &vault)?)));
        let (certificate, key) = opened.await?;
        let key = KeyPair::try_from(key.as_slice()).map_err(|_| OpenError::Authority)?;
        let issuer = Issuer::from_ca_cert_der(&certificate.as_slice().into(), key).map_err(|_| OpenError::Authority)?;
        Ok(Self { issuer, certificate })
    }

    /// Signs what a card asks for: serial, certificate (DER), and until when (milliseconds).
    pub(super) fn sign(&self, request: &[u8], clock: &dyn Clock, entropy: &dyn Entropy) -> Result<(String, Vec<u8>, i64), RefusedError> {
        let malformed = |_| wire::Malformed::field("certificateRequest", "is no PKCS#10 request signed by its own key: make it anew");
        let mut asked = CertificateSigningRequestParams::from_der(&request.into()).map_err(malformed)?;
        let mut serial = *entropy.id128().as_bytes();
        // A serial number is positive and at most 20 bytes (RFC 5280).
        if let Some(first) = serial.first_mut() {
            *first = (*first & 0x7f) | 0x40;
        }
        let now = clock.now_ms();
        let until = now + DAYS * 24 * 60 * 60 * 1000;
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "user authentication");
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        let (first, last) = (day(now)?, day(until)?);
        params.not_before = date_time_ymd(i32::from(first.year()), first.month().unsigned_abs(), first.day().unsigned_abs());
        params.not_after = date_time_ymd(i32::from(last.year()), last.month().unsigned_abs(), last.day().unsigned_abs());
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        // Whatever the card's request asks to be called is not heard: the certificate names nobody.
        asked.params = params;
        let signed = asked.signed_by(&self.issuer).map_err(malformed)?;
        Ok((hex::encode(serial), signed.der().to_vec(), until))
    }
}

/// The day of an instant: certificates of cards begin and end at midnight, UTC.
fn day(ms: i64) -> Result<Date, RefusedError> {
    let instant = Timestamp::from_millisecond(ms).map_err(|_| wire::Defect("a time out of range"))?;
    Ok(instant.to_zoned(TimeZone::UTC).date())
}

fn found(tx: &mut Tx, vault: &Vault) -> Result<(Vec<u8>, Vec<u8>), OpenError> {
    let cell = Cell::new("authority", "1", "sealed_key");
    let row: Option<(Vec<u8>, Vec<u8>)> = authority::table
        .find(1)
        .select((authority::certificate, authority::sealed_key))
        .first(tx)
        .optional()
        .map_err(store::StoreError::from)?;
    if let Some((certificate, sealed)) = row {
        return Ok((certificate, vault.open_cell(&cell, &sealed)?.to_vec()));
    }
    let key = KeyPair::generate().map_err(|_| OpenError::Authority)?;
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Kenshin card authority (emulated)");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let certificate = params.self_signed(&key).map_err(|_| OpenError::Authority)?.der().to_vec();
    let sealed = vault.seal(&cell, &key.serialize_der())?;
    diesel::insert_into(authority::table)
        .values((authority::id.eq(1), authority::certificate.eq(&certificate), authority::sealed_key.eq(sealed)))
        .execute(tx)
        .map_err(store::StoreError::from)?;
    Ok((certificate, key.serialize_der()))
}

/// `GET`: what a card's certificate is checked with.
pub(super) async fn show(
    State(state): State<ResidentNetwork>,
    RequestCaller(caller): RequestCaller,
) -> Result<Json<CardAuthority>, Problem> {
    let revoked = state.room.see(&caller, super::AUTHORITY, |tx, _| {
        let query = card::table.filter(card::revoked.eq(1)).order(card::serial).select(card::serial);
        // the list that whoever checks a card reads: which certificates, and not whose
        Ok::<_, RefusedError>(Seen::unnamed(query.load::<String>(tx)?))
    });
    Ok(Json(CardAuthority { certificate: Octets(state.authority.certificate.clone()), revoked: revoked.await? }))
}
