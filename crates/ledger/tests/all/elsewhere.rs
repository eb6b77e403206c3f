//! The formats of C2SP as programs read them that are not ours: notes, checkpoints, tiles and proofs by Cloudflare's `signed_note` and `tlog_tiles`,
//! cosignatures by Mullvad's `sigsum`. What was altered they refuse.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use ledger::testing::{caller, room};
use ledger::{Act, AddCheckpoint, Checkpoint, Frontier, Outcome, Room, Subject, VerifierKey, Witness, leaf};
use signed_note::{Note, StandardVerifier, VerifierList};
use sigsum::{Policy, SigsumSignature};
use store::testing::both;
use store::{RoomName, Rooms};
use tlog_tiles::{Checkpoint as Head, Hash, check_record, check_tree};
use vocabulary::Purpose;

async fn grown(rooms: &Rooms, code: &str, entries: u64) -> Room {
    let room = room(rooms, &RoomName::new("registry", Some(code.parse().unwrap())), &[]).await.unwrap();
    for _ in 0..entries {
        room.event(&caller("tanaka", Purpose::Consultation), Act::new("test:things.do"), Outcome::Read, Subject::None, "").await.unwrap();
    }
    room
}

/// Whether the signature in a note is by this key, as `signed_note` sees it.
fn is_signed(note: &str, key: &VerifierKey) -> bool {
    let verifier = StandardVerifier::new(&key.to_string()).unwrap();
    let known = VerifierList::new(vec![Box::new(verifier)]);
    Note::from_bytes(note.as_bytes()).is_ok_and(|note| note.verify(&known).is_ok_and(|(verified, _)| verified.len() == 1))
}

fn hashes(hashes: &[ledger::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash(*hash)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_checkpoints_and_proofs_are_taken_by_an_implementation_that_is_not_ours_and_altered_ones_are_not() {
    both(|rooms| async move {
        let room = grown(&rooms, "991015", 300).await;
        let (first, key) = (room.checkpoint().await.unwrap().unwrap(), room.verifier_key());
        let room = grown(&rooms, "991015", 80).await;
        let last = room.checkpoint().await.unwrap().unwrap();
        let witness = Witness::of(&grown(&rooms, "992020", 1).await, std::slice::from_ref(key)).await.unwrap();
        let line = witness.add(&AddCheckpoint { old: 0, proof: Vec::new(), note: last.clone() }).await.unwrap();
        let cosigned = last.with_cosignature(&line, witness.key()).unwrap();
        let strange = VerifierKey::new(key.name(), SigningKey::from_bytes(&[4; 32]).verifying_key());
        for note in [first.text(), last.text(), cosigned.text()] {
            assert!(is_signed(note, key) && !is_signed(note, &strange), "{note}");
            assert!(!is_signed(&note.replacen("80\n", "81\n", 1).replacen("300\n", "301\n", 1), key), "{note}");
        }
        let body = |note: &str| format!("{}\n", note.split_once("\n\n").unwrap().0);
        let [before, after] = [first.text(), last.text()].map(|note| Head::from_bytes(body(note).as_bytes()).unwrap());
        assert_eq!((before.size(), after.size(), after.origin()), (300, 380, key.name()));
        let (before_root, after_root) = (*before.hash(), *after.hash());

        let entry = Hash(leaf(&room.entry(258).await.unwrap().unwrap()));
        let mut path = hashes(&room.inclusion(258, 380).await.unwrap().path);
        check_record(&path, 380, after_root, 258, entry).unwrap();
        assert!(check_record(&path, 380, after_root, 257, entry).is_err());
        path[0].0[0] ^= 1;
        assert!(check_record(&path, 380, after_root, 258, entry).is_err());

        let mut path = hashes(&room.consistency(300, 380).await.unwrap().path);
        check_tree(&path, 380, after_root, 300, before_root).unwrap();
        assert!(check_tree(&path, 380, before_root, 300, before_root).is_err());
        path[0].0[0] ^= 1;
        assert!(check_tree(&path, 380, after_root, 300, before_root).is_err());
    })
    .await;
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The checksum, the signature and the hash of the signer's key: a leaf as Sigsum logs them.
fn sigsum_leaf(message: &sigsum::Hash, signer: &SigningKey) -> ([u8; 64], [u8; 32], Vec<u8>) {
    let checksum = sigsum::Hash::new(message);
    let signature = signer.sign(&[b"sigsum.org/v1/tree-leaf\0", checksum.as_ref()].concat()).to_bytes();
    let key: [u8; 32] = sigsum::Hash::new(signer.verifying_key().as_bytes()).into();
    (signature, key, [checksum.as_ref(), &signature, &key].concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t_21_a_cosignature_is_taken_by_an_implementation_that_is_not_ours_and_an_altered_one_is_not() {
    both(|rooms| async move {
        // A log as Sigsum's verifier knows them, of two entries, whose witness is a room.
        let (log, signer) = (SigningKey::from_bytes(&[7; 32]), SigningKey::from_bytes(&[8; 32]));
        let log_hash = hex(sigsum::Hash::new(log.verifying_key().as_bytes()).as_ref());
        let key = VerifierKey::new(&format!("sigsum.org/v1/tree/{log_hash}"), log.verifying_key());
        let message = sigsum::Hash::new(b"a fictional message");
        let (leaf_signature, leaf_key, entry) = sigsum_leaf(&message, &signer);
        let mut tree = Frontier::default();
        let other = leaf(b"another");
        tree.push(leaf(&entry), |_, _, _| ());
        tree.push(other, |_, _, _| ());
        let checkpoint = Checkpoint { origin: key.name().to_owned(), size: 2, root: tree.root(), instant: None };
        let body = checkpoint.body();
        let note = checkpoint.sign(&key, |body| log.sign(body).to_bytes());
        let witness = Witness::of(&grown(&rooms, "992020", 1).await, std::slice::from_ref(&key)).await.unwrap();
        let line = witness.add(&AddCheckpoint { old: 0, proof: Vec::new(), note }).await.unwrap();

        let bytes = BASE64_STANDARD.decode(line.trim_end().rsplit_once(' ').unwrap().1).unwrap();
        let (time, cosignature) = bytes[4..].split_first_chunk::<8>().unwrap();
        // Its public key, out of `name+id+key`: the kind of key, and the key.
        let witness_key = BASE64_STANDARD.decode(witness.key().to_string().splitn(3, '+').nth(2).unwrap()).unwrap()[1..].to_vec();
        let witness_hash = hex(sigsum::Hash::new(&witness_key).as_ref());
        let proof = |time: u64, cosignature: &[u8]| {
            format!(
                "version=2\nlog={log_hash}\nleaf={} {}\n\nsize=2\nroot_hash={}\nsignature={}\ncosignature={witness_hash} {time} {}\n\nleaf_index=0\nnode_hash={}\n",
                hex(&leaf_key),
                hex(&leaf_signature),
                hex(&tree.root()),
                hex(&log.sign(body.as_bytes()).to_bytes()),
                hex(cosignature),
                hex(&other)
            )
        };
        let policy = format!("log {}\nwitness city {}\nquorum city\n", hex(log.verifying_key().as_bytes()), hex(&witness_key));
        let (policy, signers) = (Policy::parse(&policy).unwrap(), [signer.verifying_key().to_bytes().into()]);
        let verified = |proof: String| sigsum::verify(&message, &SigsumSignature::from_ascii(&proof).unwrap(), &signers, &policy);
        let time = u64::from_be_bytes(*time);
        verified(proof(time, cosignature)).unwrap();
        assert!(verified(proof(time + 1, cosignature)).is_err());
        let mut altered = cosignature.to_vec();
        altered[0] ^= 1;
        assert!(verified(proof(time, &altered)).is_err());
    })
    .await;
}
