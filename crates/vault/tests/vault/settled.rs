//! A data key goes when nobody seals with it any more.

use crate::life::{elsewhere, get, put, step};
use crate::support::{clock, file_master, open_at, room};
use store::testing::both;
use store::{Room, Tx};
use vault::{Kind, Resealed, SETTLED_AFTER, Shred, Vault, VaultError};

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
        let earlier = vault.keys().await.unwrap().into_iter().find(|key| key.kind == Kind::Data).unwrap().id;
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
