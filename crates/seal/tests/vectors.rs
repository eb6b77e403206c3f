//! T-11: the suites in use give the published values, with the randomness of the vectors in place of chance.

#![cfg(test)]

use hpke::aead::{Aead, AesGcm128, AesGcm256, ChaCha20Poly1305};
use hpke::kdf::HkdfSha256;
use hpke::kem::{X25519HkdfSha256, XWing};
use hpke::{Deserializable, Kem, OpModeR, OpModeS, Serializable, setup_receiver, setup_sender_with_rng};
use seal::hpke::{ReceivingKey, Suite};
use seal::random::Random;
use serde::Deserialize;
use shake::Shake128;
use shake::digest::{ExtendableOutput, Update, XofReader};
use vocabulary::Entropy;

/// Hex in a vector file.
#[derive(Clone)]
struct Hex(Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let byte = |two| std::str::from_utf8(two).ok().and_then(|two| u8::from_str_radix(two, 16).ok());
        let bytes = text.as_bytes().chunks(2).map(byte).collect::<Option<_>>();
        bytes.map(Hex).ok_or_else(|| serde::de::Error::custom("is not hexadecimal"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vector {
    source: String,
    kem: String,
    aead: String,
    info: Hex,
    #[serde(rename = "ikmE")]
    ikm_e: Hex,
    #[serde(rename = "ikmR")]
    ikm_r: Hex,
    sk_rm: Hex,
    pk_rm: Hex,
    enc: Hex,
    accumulated: Option<Hex>,
    encryptions: Vec<Encryption>,
}

#[derive(Deserialize)]
struct Encryption {
    sequence: u64,
    aad: Hex,
    pt: Hex,
    ct: Hex,
}

#[derive(Deserialize)]
struct XWingVector {
    seed: Hex,
    eseed: Hex,
    ss: Hex,
    pk: Hex,
    ct: Hex,
}

/// Gives out these bytes and then fails: a vector says how much chance is asked for, too.
#[derive(Debug)]
struct Fixed(std::sync::Mutex<Vec<u8>>);

impl Fixed {
    fn new(bytes: &[u8]) -> Self {
        Self(std::sync::Mutex::new(bytes.to_vec()))
    }

    fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        let mut left = self.0.lock().unwrap();
        let rest = left.split_off(bytes.len());
        bytes.copy_from_slice(&left);
        *left = rest;
    }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("vectors/hpke.json")).unwrap()
}

#[test]
fn t_11_every_suite_gives_the_published_values_on_both_sides() {
    for vector in vectors() {
        match (vector.kem.as_str(), vector.aead.as_str()) {
            ("X25519", "AES-128-GCM") => check::<AesGcm128, X25519HkdfSha256>(&vector),
            ("X25519", "AES-256-GCM") => check::<AesGcm256, X25519HkdfSha256>(&vector),
            ("X-Wing", "ChaCha20Poly1305") => check::<ChaCha20Poly1305, XWing>(&vector),
            other => panic!("no test for {other:?}"),
        }
    }
}

fn check<A: Aead, K: Kem>(vector: &Vector) {
    let from = &vector.source;
    let (sk, pk) = K::derive_keypair(&vector.ikm_r.0);
    assert_eq!(sk.to_bytes().to_vec(), written::<K>(&vector.sk_rm.0), "{from}");
    assert_eq!(pk.to_bytes().to_vec(), vector.pk_rm.0, "{from}");

    let chance = Fixed::new(&vector.ikm_e.0);
    let (enc, mut sender) = setup_sender_with_rng::<A, HkdfSha256, K>(&OpModeS::Base, &pk, &vector.info.0, &mut Random(&chance)).unwrap();
    assert_eq!(chance.left(), 0, "{from}");
    assert_eq!(enc.to_bytes().to_vec(), vector.enc.0, "{from}");
    let mut receiver = setup_receiver::<A, HkdfSha256, K>(&OpModeR::Base, &sk, &enc, &vector.info.0).unwrap();

    let mut sequence = 0;
    for encryption in &vector.encryptions {
        for _ in sequence..encryption.sequence {
            let between = sender.seal(b"", b"").unwrap();
            receiver.open(&between, b"").unwrap();
        }
        sequence = encryption.sequence + 1;
        let sealed = sender.seal(&encryption.pt.0, &encryption.aad.0).unwrap();
        assert_eq!(sealed, encryption.ct.0, "{from}, sequence {}", encryption.sequence);
        assert_eq!(receiver.open(&sealed, &encryption.aad.0).unwrap(), encryption.pt.0, "{from}");
    }
    if let Some(expected) = &vector.accumulated {
        assert_eq!(accumulate(&mut sender, &mut receiver), expected.0, "{from}");
    }
}

/// The crate writes an X25519 key with the bits set that its use sets (RFC 7748 §5); the RFC's file has it as it was drawn.
fn written<K: Kem>(secret: &[u8]) -> Vec<u8> {
    let mut secret = secret.to_vec();
    if K::KEM_ID == <X25519HkdfSha256 as Kem>::KEM_ID {
        secret[0] &= 0xf8;
        secret[31] = secret[31] & 0x7f | 0x40;
    }
    secret
}

/// A thousand encryptions of inputs drawn from SHAKE128, their outputs put through SHAKE128: the short form in which Go keeps the RFC's file.
fn accumulate<A: Aead, K: Kem>(
    sender: &mut hpke::aead::AeadCtxS<A, HkdfSha256, K>,
    receiver: &mut hpke::aead::AeadCtxR<A, HkdfSha256, K>,
) -> Vec<u8> {
    let mut source = Shake128::default().finalize_xof();
    let mut draw = || {
        let mut length = [0];
        source.read(&mut length);
        let mut drawn = vec![0; length[0].into()];
        source.read(&mut drawn);
        drawn
    };
    let mut sink = Shake128::default();
    for _ in 0..1000 {
        let (aad, plain) = (draw(), draw());
        let sealed = sender.seal(&plain, &aad).unwrap();
        sink.update(&sealed);
        assert_eq!(receiver.open(&sealed, &aad).unwrap(), plain);
    }
    let mut accumulated = vec![0; 16];
    sink.finalize_xof().read(&mut accumulated);
    accumulated
}

#[test]
fn t_11_x_wing_gives_the_values_of_its_draft() {
    let vectors: Vec<XWingVector> = serde_json::from_str(include_str!("vectors/x_wing.json")).unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let sk = <XWing as Kem>::PrivateKey::from_bytes(&vector.seed.0).unwrap();
        let pk = XWing::sk_to_pk(&sk);
        assert_eq!(pk.to_bytes().to_vec(), vector.pk.0);
        let chance = Fixed::new(&vector.eseed.0);
        let (shared, enc) = XWing::encap_with_rng(&pk, None, &mut Random(&chance)).unwrap();
        assert_eq!(chance.left(), 0);
        assert_eq!(enc.to_bytes().to_vec(), vector.ct.0);
        assert_eq!(shared.0.to_vec(), vector.ss.0);
        assert_eq!(XWing::decap(&sk, None, &enc).unwrap().0.to_vec(), vector.ss.0);
    }
}

#[test]
fn t_11_what_the_house_calls_runs_the_suites_of_the_vectors() {
    for vector in vectors() {
        let suite = if vector.kem == "X-Wing" { Suite::XWing } else { Suite::X25519 };
        let key = ReceivingKey::from_bytes(suite, &vector.pk_rm.0).unwrap();
        let sealed = seal::hpke::seal(&key, &vector.info.0, b"aad", b"plain", &Fixed::new(&vector.ikm_e.0)).unwrap();
        assert_eq!(sealed.enc, vector.enc.0);
        // The house's AEAD is AES-256-GCM under both, so the ciphertext is compared with the crate's own context of that suite.
        let expected = match suite {
            Suite::XWing => house_ciphertext::<XWing>(&vector),
            Suite::X25519 => house_ciphertext::<X25519HkdfSha256>(&vector),
        };
        assert_eq!(sealed.ciphertext, expected);
        assert_eq!(suite.kem_id(), if suite == Suite::XWing { 0x647a } else { 0x0020 });
    }
}

fn house_ciphertext<K: Kem>(vector: &Vector) -> Vec<u8> {
    let pk = K::PublicKey::from_bytes(&vector.pk_rm.0).unwrap();
    let chance = Fixed::new(&vector.ikm_e.0);
    let (_, mut sender) =
        setup_sender_with_rng::<AesGcm256, HkdfSha256, K>(&OpModeS::Base, &pk, &vector.info.0, &mut Random(&chance)).unwrap();
    sender.seal(b"plain", b"aad").unwrap()
}
