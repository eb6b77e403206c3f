//! A stranger with the published layout alone: tiles, bundles and a signed checkpoint, read by code that shares nothing with the crate
//! but SHA-256 and the tree's two hashes.

use ledger::testing::{caller, room};
use ledger::tiles::{self, TilePath};
use ledger::{Act, EMPTY_ROOT, Entry, Hash, Outcome, ProofError, Room, SignedCheckpoint, Subject, leaf, node};
use store::RoomName;
use store::testing::both;
use vocabulary::Purpose;

/// MTH of RFC 6962 section 2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [one] => *one,
        many => {
            let (left, right) = many.split_at(many.len().next_power_of_two() / 2);
            node(&root(left), &root(right))
        }
    }
}

async fn get(room: &Room, path: &str) -> Option<Vec<u8>> {
    tiles::read(room, path.parse::<TilePath>().unwrap()).await.unwrap()
}

async fn filled(rooms: &store::Rooms, size: u64) -> Room {
    let room = room(rooms, &RoomName::national("payers_hub"), &[]).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..size {
        let room = room.clone();
        tasks.spawn(async move {
            let staff = caller("tanaka", Purpose::Operation);
            room.event(&staff, Act::new("test:things.do"), Outcome::Read, Subject::One(&n.to_string()), "").await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    room
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_published_layout_alone_leads_to_the_signed_root() {
    both(|rooms| async move {
        let room = filled(&rooms, 700).await;
        room.checkpoint().await.unwrap();
        let note = String::from_utf8(get(&room, "checkpoint").await.unwrap()).unwrap();
        let key = room.verifier_key().to_string().parse().unwrap();
        let note = SignedCheckpoint::parse(&note).unwrap();
        let checkpoint = note.verify(&key).unwrap();
        assert_eq!((checkpoint.size, checkpoint.origin.as_str()), (700, "kenshin/payers_hub_national"));

        let mut leaves: Vec<Hash> = Vec::new();
        for (tile, bundle) in
            [("tile/0/000", "tile/entries/000"), ("tile/0/001", "tile/entries/001"), ("tile/0/002.p/188", "tile/entries/002.p/188")]
        {
            let hashes = get(&room, tile).await.unwrap();
            let mut rest = get(&room, bundle).await.unwrap().into_iter();
            for hash in hashes.chunks(32) {
                let length = usize::from(rest.next().unwrap()) * 256 + usize::from(rest.next().unwrap());
                let entry: Vec<u8> = rest.by_ref().take(length).collect();
                assert_eq!(leaf(&entry), hash);
                assert_eq!(Entry::decode(&entry).unwrap().action, "test:things.do");
                leaves.push(hash.try_into().unwrap());
            }
            assert!(rest.next().is_none());
        }
        assert_eq!(root(&leaves), checkpoint.root);
        let upper = get(&room, "tile/1/000.p/2").await.unwrap();
        assert_eq!(upper, [root(&leaves[..256]), root(&leaves[256..512])].concat());
        // A partial tile is a prefix of the full one, and what is not there yet is not there.
        assert_eq!(get(&room, "tile/0/001.p/3").await.unwrap(), leaves[256..259].concat());
        for beyond in ["tile/0/002", "tile/0/003.p/1", "tile/1/000.p/3", "tile/2/000.p/1", "tile/entries/002", "tile/5/000"] {
            assert_eq!(get(&room, beyond).await, None, "{beyond}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn proofs_from_tiles_hold_at_every_size() {
    both(|rooms| async move {
        let room = filled(&rooms, 700).await;
        let mut leaves = Vec::new();
        for index in 0..700 {
            leaves.push(leaf(&room.entry(index).await.unwrap().unwrap()));
        }
        for size in (1..=700_usize).step_by(23).chain([255, 256, 257, 511, 512, 513, 700]) {
            let whole = root(&leaves[..size]);
            for index in (0..size).step_by(41).chain([size - 1]) {
                let proof = room.inclusion(index as u64, size as u64).await.unwrap();
                assert_eq!(proof.verify(&leaves[index], &whole), Ok(()), "{index} of {size}");
                assert!(proof.verify(&leaves[(index + 1) % 700], &whole).is_err());
            }
            for from in (1..=size).step_by(59) {
                let proof = room.consistency(from as u64, size as u64).await.unwrap();
                assert_eq!(proof.verify(&root(&leaves[..from]), &whole), Ok(()), "{from} to {size}");
            }
        }
        assert_eq!(room.inclusion(0, 701).await, Err(ProofError::Outside.into()));
        assert_eq!(room.inclusion(700, 700).await, Err(ProofError::Outside.into()));
        assert_eq!(room.consistency(0, 700).await, Err(ProofError::Outside.into()));
        assert_eq!(room.entry(700).await.unwrap(), None);
    })
    .await;
}
