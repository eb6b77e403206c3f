//! A data key goes when nobody seals with it any more.

use crate::life::{elsewhere, get, put, step};
use crate::support::{clock, file_master, note, open_at, room};
use diesel::prelude::*;
use store::testing::both;
use store::{Room, Tx};
use vault::{KeyKind, Resealed, SETTLED_AFTER, Shred, Vault, VaultError};

#[tokio::test]
async fn t_22_a_data_key_that_another_process_may_still_seal_with_is_not_destroyed() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let (here, there, clock) = (room(&rooms, "city"), elsewhere(&rooms), clock());
        let vault = open_at(&here, file_master(folder.path()), clock.clone());
        let other = open_at(&there, file_master(folder.path()), clock.clone());
        let write = |room: &Room, by: &Vault, id: i64| {
            let by = by.clone();
            room.write_blocking(move |tx| put(&by, tx, id, b"v")).unwrap();
        };
        let earlier = vault.keys().await.unwrap().into_iter().find(|key| key.kind == KeyKind::Data).unwrap().id;
        assert_eq!(vault.shred(Shred::Key(earlier), "the only one").await.unwrap_err(), VaultError::StillSeals(earlier));
        let newer = vault.rotate().await.unwrap();
        assert_eq!(vault.shred(Shred::Key(newer), "the one that seals").await.unwrap_err(), VaultError::StillSeals(newer));
        // The other process has met nothing that the newer key sealed.
        write(&there, &other, 1);
        assert_eq!(vault.reseal(step, |_| {}).await.unwrap_err(), VaultError::TooSoon { minutes: 30 });
        let last = std::time::Duration::from_secs(61);
        clock.advance((SETTLED_AFTER - last).try_into().unwrap());
        write(&there, &other, 2);
        assert_eq!(vault.shred(Shred::Key(earlier), "too soon").await.unwrap_err(), VaultError::TooSoon { minutes: 2 });
        // In the meantime it reads the keys again, as every server does, and seals with the newer one.
        other.refresh().await.unwrap();
        clock.advance(last.try_into().unwrap());
        write(&there, &other, 3);
        assert_eq!(vault.reseal(step, |_| {}).await.unwrap(), Resealed { seen: 3, resealed: 2 });
        vault.shred(Shred::Key(earlier), "sealed anew").await.unwrap();
        for vault in [vault, other] {
            let read = |tx: &mut Tx| (1..=3_i64).map(|id| get(&vault, tx, id)).collect::<Result<Vec<_>, _>>();
            assert_eq!(here.read_blocking(read).unwrap(), [b"v", b"v", b"v"]);
        }
    })
    .await;
}

#[tokio::test]
async fn the_time_of_an_earlier_signing_key_stays_when_the_one_after_it_is_destroyed() {
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let (here, clock) = (room(&rooms, "city"), clock());
        let vault = open_at(&here, file_master(folder.path()), clock.clone());
        vault.signer("ring").await.unwrap();
        clock.advance(std::time::Duration::from_hours(24).try_into().unwrap());
        vault.rotate_signer("ring").await.unwrap();
        let until = |vault: &Vault| vault.verifying_keys("ring").last().unwrap().2;
        let settled = until(&vault);
        assert_eq!(settled.as_millisecond(), vocabulary::Clock::now_ms(&*clock) + i64::try_from(SETTLED_AFTER.as_millis()).unwrap());
        clock.advance(std::time::Duration::from_hours(60 * 24).try_into().unwrap());
        let signing = vault.keys().await.unwrap().into_iter().filter(|key| key.kind == KeyKind::Signing);
        let newest = signing.max_by_key(|key| key.version).unwrap();
        vault.shred(Shred::Key(newest.id), "lost").await.unwrap();
        assert_eq!(until(&vault), settled);
        let again = open_at(&here, file_master(folder.path()), clock.clone());
        assert_eq!(again.verifying_keys("ring").len(), 2, "the first, and the one in the place of the destroyed one");
        assert_eq!(until(&again), settled);
    })
    .await;
}

#[tokio::test]
async fn t_30_a_key_that_is_destroyed_is_told_from_one_that_is_not_when_its_remains_are_kept_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let rooms = store::Rooms::open(store::Data::Folder(folder.path().join("rooms"))).unwrap();
    let here = room(&rooms, "city");
    let vault = open_at(&here, file_master(folder.path()), clock());
    vault.signer("ring").await.unwrap();
    let key = vault.keys().await.unwrap().into_iter().find(|key| key.kind == KeyKind::Signing).unwrap().id;
    // Somebody reads for long what was there before.
    let ((reads, is_read), (ends, end)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
    let there = here.clone();
    let reader = std::thread::spawn(move || {
        let read = |tx: &mut Tx| {
            note::table.count().get_result::<i64>(tx)?;
            reads.send(()).unwrap();
            end.recv().unwrap();
            Ok::<_, store::StoreError>(())
        };
        there.read_blocking(read).unwrap();
    });
    is_read.recv().unwrap();
    let shredded = vault.shred(Shred::Key(key), "stolen").await;
    assert!(matches!(shredded, Err(VaultError::NotScrubbed(store::StoreError::Busy(_)))), "{shredded:?}");
    assert_eq!(vault.certificates().await.unwrap().iter().map(|gone| gone.key.id).collect::<Vec<_>>(), [key]);
    ends.send(()).unwrap();
    reader.join().unwrap();
    vault.scrub().await.unwrap();
}
