//! Messages between parties: what was altered, or sealed for another party or purpose, does not open (T-11).

use crate::support::{file_master, open, room};
use rayon::prelude::*;
use seal::hpke::{HpkeError, ReceivingKey, Sealed, Suite, seal};
use store::testing::{both, both_blocking};
use vocabulary::SystemEntropy;

const INFO: &[u8] = b"kenshin relay.991015 relay.992020 answer";
const AAD: &[u8] = b"permit 1";

#[test]
fn t_11_ten_thousand_wrong_keys_purposes_and_altered_messages_never_open() {
    let folder = tempfile::tempdir().unwrap();
    let rooms = store::Rooms::open(store::Data::Folder(folder.path().into())).unwrap();
    let vault = open(&room(&rooms, "relay"), file_master(folder.path()));
    for suite in Suite::ALL {
        let (receiver, other) = (vault.receiver_blocking("a", suite).unwrap(), vault.receiver_blocking("b", suite).unwrap());
        let sealed = seal(receiver.public(), INFO, AAD, b"an answer", &SystemEntropy).unwrap();
        assert_eq!(*receiver.open(INFO, AAD, &sealed).unwrap(), b"an answer");
        (0..10_000_usize).into_par_iter().for_each(|at| {
            let mut altered = sealed.clone();
            let (mut info, mut aad, mut by) = (INFO.to_vec(), AAD.to_vec(), &receiver);
            match at % 5 {
                0 => flip(&mut altered.ciphertext, at / 5),
                1 => flip(&mut altered.enc, at / 5),
                2 => flip(&mut info, at / 5),
                3 => flip(&mut aad, at / 5),
                _ => {
                    by = &other;
                    altered.key = other.public().thumbprint();
                }
            }
            assert_eq!(by.open(&info, &aad, &altered).unwrap_err(), HpkeError::DoesNotOpen, "{suite} {at}");
        });
        assert_eq!(other.open(INFO, AAD, &sealed).unwrap_err(), HpkeError::OtherKey);
    }
}

/// Every bit in turn, and round again.
fn flip(bytes: &mut [u8], at: usize) {
    let bit = at % (bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}

#[test]
fn a_message_and_a_key_survive_json_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let rooms = store::Rooms::open(store::Data::Folder(folder.path().into())).unwrap();
    let vault = open(&room(&rooms, "relay"), file_master(folder.path()));
    for suite in Suite::ALL {
        let receiver = vault.receiver_blocking("a", suite).unwrap();
        let key: ReceivingKey = serde_json::from_str(&serde_json::to_string(receiver.public()).unwrap()).unwrap();
        assert_eq!(&key, receiver.public());
        let sealed = seal(&key, INFO, AAD, b"an answer", &SystemEntropy).unwrap();
        let text = serde_json::to_string(&sealed).unwrap();
        assert!(text.starts_with(&format!("{{\"suite\":\"{suite}\",\"key\":\"")), "{text}");
        let read: Sealed = serde_json::from_str(&text).unwrap();
        assert_eq!(*receiver.open(INFO, AAD, &read).unwrap(), b"an answer");
        for bad in [text.replace("X", "Y"), text.replace("\"enc\":\"", "\"enc\":\"="), text.replace("\"enc\"", "\"en\"")] {
            assert!(serde_json::from_str::<Sealed>(&bad).is_err(), "{bad}");
        }
        let long = seal(&key, &vec![0; 70_000], AAD, b"", &SystemEntropy);
        assert_eq!(long.unwrap_err(), HpkeError::TooLong);
        assert_eq!(receiver.open(&vec![0; 70_000], AAD, &sealed).unwrap_err(), HpkeError::DoesNotOpen);
    }
    assert!(ReceivingKey::from_bytes(Suite::XWing, &[7; 32]).is_err());
    assert!(ReceivingKey::from_bytes(Suite::X25519, &[7; 1216]).is_err());
    assert!(ReceivingKey::from_bytes(Suite::XWing, &[0xff; 1216]).is_err(), "coefficients above the modulus of ML-KEM");
}

#[test]
fn t_11_a_key_of_small_order_is_no_receiving_key() {
    for point in [[0; 32], {
        let mut one = [0; 32];
        one[0] = 1;
        one
    }] {
        assert_eq!(ReceivingKey::from_bytes(Suite::X25519, &point).unwrap_err(), HpkeError::BadKey);
    }
}

#[test]
fn a_message_cut_short_or_empty_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let rooms = store::Rooms::open(store::Data::Folder(folder.path().into())).unwrap();
    let vault = open(&room(&rooms, "relay"), file_master(folder.path()));
    for suite in Suite::ALL {
        let receiver = vault.receiver_blocking("a", suite).unwrap();
        let sealed = seal(receiver.public(), INFO, AAD, b"an answer", &SystemEntropy).unwrap();
        for length in 0..sealed.ciphertext.len() {
            let cut = Sealed { ciphertext: sealed.ciphertext[..length].to_vec(), ..sealed.clone() };
            assert!(receiver.open(INFO, AAD, &cut).is_err());
        }
        for length in [0, 1, 31, sealed.enc.len() - 1] {
            let cut = Sealed { enc: sealed.enc[..length].to_vec(), ..sealed.clone() };
            assert!(receiver.open(INFO, AAD, &cut).is_err());
        }
        let other = Suite::ALL.into_iter().find(|other| *other != suite).unwrap();
        assert!(receiver.open(INFO, AAD, &Sealed { suite: other, ..sealed }).is_err());
    }
}

#[test]
fn t_22_what_was_sealed_or_signed_before_a_rotation_still_opens_and_verifies() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let vault = open(&room(&rooms, "relay"), file_master(folder.path()));
        let mut sealed = Vec::new();
        let mut signed = Vec::new();
        for suite in Suite::ALL {
            for round in 0..3 {
                let receiver = if round == 0 {
                    vault.receiver_of("inquiry", suite).await.unwrap()
                } else {
                    vault.rotate_receiver("inquiry", suite).await.unwrap()
                };
                sealed.push(seal(receiver.public(), INFO, AAD, b"an answer", &SystemEntropy).unwrap());
            }
        }
        for round in 0..3 {
            let signer =
                if round == 0 { vault.signer("checkpoint").await.unwrap() } else { vault.rotate_signer("checkpoint").await.unwrap() };
            assert_eq!(signer.version(), round + 1);
            signed.push((signer.key_id(), signer.sign(b"a checkpoint")));
        }
        // A process that starts afterwards knows every version.
        let later = open(&room(&rooms, "relay"), file_master(folder.path()));
        for vault in [vault, later] {
            for sealed in &sealed {
                assert_eq!(*vault.receiver_of("inquiry", sealed.suite).await.unwrap().open(INFO, AAD, sealed).unwrap(), b"an answer");
            }
            let newest = vault.receiver("inquiry").await.unwrap();
            assert_eq!(newest.public().thumbprint(), sealed[2].key);
            assert!(newest.holds(&sealed[0].key));
            let signers = vault.signers("checkpoint");
            assert_eq!(signers.iter().map(seal::Signer::version).collect::<Vec<_>>(), [3, 2, 1]);
            for (key_id, signature) in &signed {
                let by = signers.iter().find(|signer| signer.key_id() == *key_id).unwrap();
                assert!(seal::verify(&by.verifying_key(), b"a checkpoint", signature));
                assert!(!seal::verify(&by.verifying_key(), b"another", signature));
            }
        }
    }));
}

#[test]
fn a_key_needs_a_plain_name() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let vault = open(&room(&rooms, "relay"), file_master(folder.path()));
        for name in ["", "a b", &"x".repeat(61)] {
            assert_eq!(vault.signer_blocking(name).unwrap_err(), vault::VaultError::BadName);
            assert_eq!(vault.receiver_blocking(name, Suite::X25519).unwrap_err(), vault::VaultError::BadName);
        }
    });
}
