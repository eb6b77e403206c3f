//! One municipality's keys go, and every other's stay.

use std::sync::Arc;

use store::testing::both;
use vault::{Cell, Shred, Vault, VaultError};
use vocabulary::SystemEntropy;

use crate::support::{clock, file_master, open, room};

#[tokio::test]
async fn c_ii_6_rel_3_of_a_hundred_rooms_one_is_destroyed_and_ninety_nine_open() {
    const DESTROYED: usize = 41;
    both(|rooms| async move {
        let folder = tempfile::tempdir().unwrap();
        let master = file_master(folder.path());
        let cell = Cell::new("replica", "1", "envelope");
        let mut bodies = Vec::new();
        for body in 0..100 {
            let here = room(&rooms, &format!("body{body:02}"));
            let vault = open(&here, master.clone());
            let sealed = vault.seal(&cell, format!("of body {body}").as_bytes()).unwrap();
            bodies.push((here, vault, sealed));
        }
        let certificates = bodies[DESTROYED].1.shred(Shred::Room, "the disk is replaced").await.unwrap();
        assert!(!certificates.is_empty());
        for (body, (here, _, sealed)) in bodies.iter().enumerate() {
            let again = Vault::open(here, master.clone(), Arc::new(SystemEntropy), clock()).await;
            if body == DESTROYED {
                assert_eq!(again.unwrap_err(), VaultError::RoomDestroyed("body41_national".into()));
                assert!(bodies[DESTROYED].1.open_cell(&cell, sealed).is_err());
            } else {
                assert_eq!(*again.unwrap().open_cell(&cell, sealed).unwrap(), format!("of body {body}").as_bytes());
            }
        }
    })
    .await;
}
