//! The life of a room's keys: made once, changed while they are used (T-22), destroyed (T-30).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crate::support::{clock, file_master, note, open, open_at, process, room, variable};
use diesel::prelude::*;
use seal::hpke::{Suite, seal};
use store::testing::{both, both_blocking};
use store::{Data, Room, RoomName, Rooms, StoreError, Tx};
use vault::{Batch, Cell, KeyKind, Resealed, SETTLED_AFTER, Shred, Vault, VaultError};
use vocabulary::SystemEntropy;

fn cell(id: &[u8; 8]) -> Cell<'_> {
    Cell::new("note", id, "sealed")
}

pub(crate) fn put(vault: &Vault, tx: &mut Tx, id: i64, plain: &[u8]) -> Result<(), VaultError> {
    let sealed = vault.seal(&cell(&id.to_be_bytes()), plain)?;
    store::upsert!(
        tx,
        note::table,
        (note::id.eq(id), note::sealed.eq(&sealed), note::stamp.eq(&b""[..])),
        (note::id),
        note::sealed.eq(&sealed)
    )?;
    Ok(())
}

pub(crate) fn get(vault: &Vault, tx: &mut Tx, id: i64) -> Result<Vec<u8>, VaultError> {
    let sealed: Vec<u8> = note::table.find(id).select(note::sealed).first(tx)?;
    Ok(vault.open_cell(&cell(&id.to_be_bytes()), &sealed)?.to_vec())
}

/// What a process knows a room by.
fn fingerprint(vault: &Vault) -> String {
    let signer = vault.signer_blocking("ledger").unwrap().key_id();
    let receiver = vault.receiver_blocking("relay", Suite::XWing).unwrap().public().thumbprint();
    format!("{:?} {:?} {signer} {receiver}", vault.blind("i", b"v"), vault.token("t", b"v"))
}

#[test]
fn processes_that_open_a_new_room_at_once_agree_on_one_set_of_keys() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let data = match rooms.data() {
            Data::Folder(path) => path.to_str().unwrap().to_owned(),
            Data::Postgres(url) => url.clone(),
        };
        room(&rooms, "city");
        let variables = [("VAULT_DATA", data.as_str()), ("VAULT_FOLDER", folder.path().to_str().unwrap())];
        let children: Vec<_> = (0..4)
            .map(|_| process("life::a_process_opens_the_room", &variables).stdout(std::process::Stdio::piped()).spawn().unwrap())
            .collect();
        let said: Vec<_> = children
            .into_iter()
            .map(|child| {
                let output = child.wait_with_output().unwrap();
                let text = String::from_utf8(output.stdout).unwrap();
                assert!(output.status.success(), "{text}");
                text.lines()
                    .find(|line| line.contains("fingerprint "))
                    .unwrap_or_else(|| panic!("{text}"))
                    .split_once("fingerprint ")
                    .unwrap()
                    .1
                    .to_owned()
            })
            .collect();
        assert!(said.iter().all(|one| *one == said[0]), "{said:#?}");
        assert_eq!(fingerprint(&open(&room(&rooms, "city"), file_master(folder.path()))), said[0]);
    });
}

#[test]
#[ignore = "started by processes_that_open_a_new_room_at_once_agree_on_one_set_of_keys"]
fn a_process_opens_the_room() {
    let (Some(data), Some(folder)) = (variable("VAULT_DATA"), variable("VAULT_FOLDER")) else { return };
    let rooms = Rooms::open(Data::parse(&data).unwrap()).unwrap();
    let room = rooms.existing(&RoomName::national("city")).unwrap().unwrap();
    let vault = open(&room, file_master(folder.as_ref()));
    println!("fingerprint {}", fingerprint(&vault));
}

#[test]
fn threads_that_open_a_new_room_at_once_agree_on_one_set_of_keys() {
    both_blocking(|rooms| {
        let folder = tempfile::tempdir().unwrap();
        let master = file_master(folder.path());
        for round in 0..10 {
            let room = room(&rooms, &format!("city{round}"));
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    let (room, master) = (room.clone(), master.clone());
                    thread::spawn(move || fingerprint(&open(&room, master)))
                })
                .collect();
            let said: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
            assert!(said.iter().all(|one| *one == said[0]), "{said:#?}");
        }
    });
}

/// A second way into the same room, as another process has it: connections and keys of its own.
pub(crate) fn elsewhere(rooms: &Rooms) -> Room {
    let rooms = Rooms::open_with(rooms.data().clone(), 8).unwrap();
    rooms.existing(&RoomName::national("city")).unwrap().unwrap()
}

const ROWS: i64 = 40;

#[test]
fn t_22_no_read_fails_while_every_kind_of_key_is_rotated() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let here = room(&rooms, "city");
        let there = elsewhere(&rooms);
        let master = file_master(folder.path());
        let vault = open(&here, master.clone());
        let other = open(&there, file_master(folder.path()));
        let first = vault.clone();
        here.write(move |tx| (0..ROWS).try_for_each(|id| put(&first, tx, id, &id.to_be_bytes()))).await.unwrap();
        let receiver = vault.receiver_of("relay", Suite::X25519).await.unwrap();
        other.receiver_of("relay", Suite::X25519).await.unwrap();

        let (stop, reads) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let readers: Vec<_> = [(&here, &vault), (&there, &other), (&there, &other)]
            .into_iter()
            .map(|(room, vault)| {
                let (room, vault, stop, reads) = (room.clone(), vault.clone(), stop.clone(), reads.clone());
                let receiver = receiver.clone();
                thread::spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        for id in 0..ROWS {
                            let plain = room.read_blocking(|tx| get(&vault, tx, id)).unwrap();
                            assert_eq!(plain.last_chunk().copied().map(i64::from_be_bytes), Some(id));
                            reads.fetch_add(1, Ordering::Relaxed);
                        }
                        let sealed = seal(receiver.public(), b"info", b"", b"v", &SystemEntropy).unwrap();
                        let open = vault.receiver_blocking("relay", Suite::X25519).unwrap().open(b"info", b"", &sealed).unwrap();
                        assert_eq!(*open, b"v");
                    }
                })
            })
            .collect();
        for round in 0..10_i64 {
            vault.rotate().await.unwrap();
            let (writer, id) = (vault.clone(), round % ROWS);
            here.write(move |tx| put(&writer, tx, id, &[b"new".as_slice(), &id.to_be_bytes()].concat())).await.unwrap();
            match round % 4 {
                0 => vault.rotate_municipality().await.unwrap(),
                1 => {
                    master.rotate().unwrap();
                    vault.rewrap(master.clone()).await.unwrap();
                }
                2 => drop(vault.rotate_receiver("relay", Suite::X25519).await.unwrap()),
                _ => drop(vault.rotate_signer("ledger").await.unwrap()),
            }
            // The other process rotates as well: both have the last municipality key or find out that they have not.
            other.rotate().await.unwrap();
        }
        stop.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
        assert!(reads.load(Ordering::Relaxed) >= 3 * u64::try_from(ROWS).unwrap());
        assert_eq!(vault.keys().await.unwrap(), other.keys().await.unwrap());
        assert_eq!(vault.keys().await.unwrap().iter().filter(|key| key.kind == KeyKind::Data).count(), 21);
    }));
}

#[tokio::test]
async fn t_22_a_new_key_is_used_in_every_process_that_meets_it() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let here = room(&rooms, "city");
        let (vault, other) = (open(&here, file_master(folder.path())), open(&elsewhere(&rooms), file_master(folder.path())));
        let key_of = |sealed: &[u8]| u32::from_be_bytes(sealed[1..5].try_into().unwrap());
        let place = Cell::new("t", "r", "c");
        let before = key_of(&other.seal(&place, b"v").unwrap());
        let id = vault.rotate().await.unwrap();
        assert_ne!(id, before);
        let sealed = vault.seal(&place, b"v").unwrap();
        assert_eq!(key_of(&sealed), id);
        assert_eq!(key_of(&other.seal(&place, b"v").unwrap()), before);
        assert_eq!(*other.open_cell(&place, &sealed).unwrap(), b"v");
        assert_eq!(key_of(&other.seal(&place, b"v").unwrap()), id);
    })
    .await;
}

#[tokio::test]
async fn a_read_may_meet_a_new_key_while_all_places_are_taken() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let here = room(&rooms, "city");
        let vault = open(&here, file_master(folder.path()));
        let there = elsewhere(&rooms);
        let other = open(&there, file_master(folder.path()));
        vault.rotate().await.unwrap();
        let writer = vault.clone();
        here.write(move |tx| put(&writer, tx, 1, b"v")).await.unwrap();
        // More transactions at once than a room has places, none of which has seen the key.
        let threads: Vec<_> = (0..24)
            .map(|_| {
                let (there, other) = (there.clone(), other.clone());
                thread::spawn(move || there.read_blocking(|tx| get(&other, tx, 1)).unwrap())
            })
            .collect();
        for thread in threads {
            assert_eq!(thread.join().unwrap(), b"v");
        }
    })
    .await;
}

/// Seals a batch of notes anew: what a system writes for its own tables.
pub(crate) fn step(vault: &Vault, tx: &mut Tx, after: Option<&[u8]>) -> Result<Batch, VaultError> {
    let after = after.and_then(|after| after.try_into().ok()).map_or(i64::MIN, i64::from_be_bytes);
    let rows: Vec<(i64, Vec<u8>)> =
        note::table.filter(note::id.gt(after)).order(note::id).limit(16).select((note::id, note::sealed)).load(tx)?;
    let mut batch = Batch { next: rows.last().map(|(id, _)| id.to_be_bytes().to_vec()), ..Batch::default() };
    for (id, sealed) in rows {
        batch.seen += 1;
        if let Some(anew) = vault.renew(&cell(&id.to_be_bytes()), &sealed)? {
            batch.resealed += 1;
            diesel::update(note::table.find(id)).set(note::sealed.eq(anew)).execute(tx)?;
        }
    }
    Ok(batch)
}

#[test]
fn t_22_a_table_is_sealed_anew_and_the_earlier_key_destroyed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let (here, clock) = (room(&rooms, "city"), clock());
        let vault = open_at(&here, file_master(folder.path()), clock.clone());
        let first = vault.clone();
        here.write(move |tx| (0..100).try_for_each(|id| put(&first, tx, id, &id.to_be_bytes()))).await.unwrap();
        let earlier = vault.keys().await.unwrap().into_iter().find(|key| key.kind == KeyKind::Data).unwrap().id;
        let kept: Vec<u8> = here.read(|tx| Ok::<_, StoreError>(note::table.find(7).select(note::sealed).first(tx)?)).await.unwrap();
        vault.rotate().await.unwrap();
        clock.advance(SETTLED_AFTER.try_into().unwrap());

        let heard = Arc::new(AtomicU64::new(0));
        let hears = heard.clone();
        let done = vault.reseal(step, move |done: Resealed| hears.store(done.resealed, Ordering::Relaxed)).await.unwrap();
        assert_eq!(done, Resealed { seen: 100, resealed: 100 });
        assert_eq!(heard.load(Ordering::Relaxed), 100);
        assert_eq!(vault.reseal(step, |_| {}).await.unwrap(), Resealed { seen: 100, resealed: 0 });

        let certificates = vault.shred(Shred::Key(earlier), "sealed anew").await.unwrap();
        assert_eq!(certificates.len(), 1);
        assert_eq!(
            (certificates[0].key.id, certificates[0].key.kind, certificates[0].reason.as_str()),
            (earlier, KeyKind::Data, "sealed anew")
        );
        assert_eq!(vault.certificates().await.unwrap(), certificates);
        for vault in [vault.clone(), open(&here, file_master(folder.path()))] {
            assert_eq!(vault.open_cell(&cell(&7_i64.to_be_bytes()), &kept).unwrap_err(), VaultError::Destroyed(earlier));
            let reader = vault.clone();
            here.read(move |tx| (0..100_i64).try_for_each(|id| get(&reader, tx, id).map(|plain| assert_eq!(plain, id.to_be_bytes()))))
                .await
                .unwrap();
        }
        assert_eq!(vault.shred(Shred::Key(earlier), "again").await.unwrap_err(), VaultError::NoSuchKey(earlier));
    }));
}

#[tokio::test]
async fn t_30_a_destroyed_token_key_leaves_the_record_silent_and_the_room_at_work() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let here = room(&rooms, "city");
        let vault = open(&here, file_master(folder.path()));
        let place = Cell::new("t", "r", "c");
        let (token, index, sealed) = (vault.token("subject", b"1"), vault.blind("number", b"1"), vault.seal(&place, b"v").unwrap());
        let stamp = vault.stamp("head", b"1");
        let key = vault.keys().await.unwrap().into_iter().find(|key| key.kind == KeyKind::Token).unwrap();
        vault.shred(Shred::Key(key.id), "the person asked").await.unwrap();
        vault.rotate().await.unwrap();
        vault.rotate_municipality().await.unwrap();
        for vault in [vault.clone(), open(&here, file_master(folder.path()))] {
            assert_ne!(vault.token("subject", b"1"), token);
            assert_eq!(vault.blind("number", b"1"), index);
            assert_eq!(*vault.open_cell(&place, &sealed).unwrap(), b"v");
            assert!(vault.is_stamp("head", b"1", &stamp) && !vault.is_stamp("head", b"2", &stamp));
        }
        let elsewhere = open(&room(&rooms, "town"), file_master(folder.path()));
        assert!(!elsewhere.is_stamp("head", b"1", &stamp), "another room's stamp");
        let keys = vault.keys().await.unwrap();
        let next = keys.iter().find(|key| key.kind == KeyKind::Token).unwrap();
        assert!(next.id > keys.iter().map(|key| key.id).min().unwrap() && next.id != key.id, "a number is used again");
        assert_eq!(next.version, 2);
        for kind in [KeyKind::Municipality, KeyKind::Stamp] {
            let id = keys.iter().find(|key| key.kind == kind).unwrap().id;
            assert_eq!(vault.shred(Shred::Key(id), "no").await.unwrap_err(), VaultError::NoSuchKey(id), "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn t_30_after_the_room_is_destroyed_nothing_opens_and_nothing_is_sealed() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let here = room(&rooms, "city");
        let master = file_master(folder.path());
        let vault = open(&here, master.clone());
        let place = Cell::new("t", "r", "c");
        let sealed = vault.seal(&place, b"v").unwrap();
        let (index, token, stamp) = (vault.blind("i", b"v"), vault.token("t", b"v"), vault.stamp("s", b"v"));
        vault.signer("ledger").await.unwrap();
        vault.receiver("relay").await.unwrap();
        let wrapped = wrapped(&here).await;
        assert_eq!(wrapped.len(), 7);

        let certificates = vault.shred(Shred::Room, "the city left").await.unwrap();
        assert_eq!(certificates.len(), 7);
        assert_eq!(certificates[0].destroyed, vocabulary::Timestamp::from_second(1_790_000_000).unwrap());
        assert!(vault.open_cell(&place, &sealed).is_err());
        assert_eq!(vault.seal(&place, b"v").unwrap_err(), VaultError::RoomDestroyed("city_national".into()));
        assert_ne!(vault.blind("i", b"v"), index);
        assert_ne!(vault.token("t", b"v"), token);
        assert!(!vault.is_stamp("s", b"v", &stamp));
        assert_eq!(vault.signer("ledger").await.unwrap_err(), VaultError::RoomDestroyed("city_national".into()));
        assert_eq!(vault.receiver("relay").await.unwrap_err(), VaultError::RoomDestroyed("city_national".into()));
        let again = Vault::open(&here, master, Arc::new(SystemEntropy), crate::support::clock()).await;
        assert_eq!(again.unwrap_err(), VaultError::RoomDestroyed("city_national".into()));
        assert!(self::wrapped(&here).await.is_empty());
        if let Data::Folder(path) = rooms.data() {
            for file in std::fs::read_dir(path.join("city")).unwrap() {
                let bytes = std::fs::read(file.unwrap().path()).unwrap();
                for key in &wrapped {
                    assert!(!bytes.windows(key.len()).any(|window| window == key), "a wrapped key is still in a file");
                }
            }
        }
    })
    .await;
}

diesel::table! { vault_key (id) { id -> BigInt, name -> Text, wrapped -> Binary, } }

async fn wrapped(room: &Room) -> Vec<Vec<u8>> {
    room.read(|tx| Ok::<_, StoreError>(vault_key::table.select(vault_key::wrapped).order(vault_key::id).load(tx)?)).await.unwrap()
}

#[tokio::test]
async fn t_23_keys_moved_to_another_room_or_row_do_not_open() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (room(&rooms, "one"), room(&rooms, "two"));
        open(&one, file_master(folder.path()));
        open(&two, file_master(folder.path()));
        let of_one = wrapped(&one).await;
        let try_open = |room: &Room| {
            Vault::open_blocking(room, file_master(folder.path()), Arc::new(SystemEntropy), crate::support::clock()).unwrap_err()
        };
        let set = |room: &Room, id: i64, wrapped: Vec<u8>| {
            room.write_blocking(|tx| {
                Ok::<_, StoreError>(diesel::update(vault_key::table.find(id)).set(vault_key::wrapped.eq(wrapped)).execute(tx)?)
            })
            .unwrap()
        };
        // All keys of one room in the rows of the other: the same master key, the same numbers, another room.
        for (id, key) in (1..).zip(&of_one) {
            set(&two, id, key.clone());
        }
        assert!(matches!(try_open(&two), VaultError::Master { .. }), "{:?}", try_open(&two));
        // The index key in the row of the token key.
        set(&one, 4, of_one[2].clone());
        assert_eq!(try_open(&one), VaultError::AlteredKey { room: "one_national".into(), id: 4, kind: "token".into() });
        // A row that says it is something else.
        set(&one, 4, of_one[3].clone());
        one.write_blocking(|tx| Ok::<_, StoreError>(diesel::update(vault_key::table.find(4)).set(vault_key::name.eq("x")).execute(tx)?))
            .unwrap();
        assert_eq!(try_open(&one), VaultError::AlteredKey { room: "one_national".into(), id: 4, kind: "token".into() });
    })
    .await;
}
