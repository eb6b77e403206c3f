//! `kenshin hub held`: what the hub has put aside is listed and given up, without a server.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use ledger::Room;
use store::{Data, RoomName, Rooms};
use vault::FileMaster;
use vocabulary::{SystemClock, SystemEntropy};

use super::{Done, at};
use crate::support::place::{Place, on_both};

fn asked(place: &Place, command: &str, rest: &[&str]) -> Done {
    at(place, &["hub", "held", command], rest)
}

/// The nation's room as its own process would open it.
fn nation(place: &Place) -> Room {
    let master = FileMaster::open(place.files().join("keys/hub-core.national.key"), Arc::new(SystemEntropy)).unwrap();
    let rooms = Rooms::open(Data::parse(place.data()).unwrap()).unwrap();
    let migrations = work::migrations(hub_core::MIGRATIONS);
    let name = RoomName::national("hub_core");
    Room::open_blocking(&rooms, &name, &migrations, Arc::new(master), Arc::new(SystemClock), Arc::new(SystemEntropy)).unwrap()
}

#[test]
fn a_row_that_opens_for_no_city_is_listed_and_given_up_and_the_record_says_why() {
    on_both(|place| {
        asked(place, "list", &[]).ended(1);
        at(place, &["init"], &["--hub", "--name", "みほんPMH"]).ended(0);
        assert_eq!(asked(place, "list", &[]).ended(0).out.trim(), "nothing is held");
        asked(place, "drop", &["--missing", "--reason", "nothing"]).ended(1);
        let room = nation(place);
        // As somebody with the database's account could, who has no key.
        let put = room.raw().write_blocking(|tx| {
            let body = if matches!(tx, store::Tx::Sqlite(_)) { "x'00'" } else { "'\\x00'" };
            tx.batch_execute(&format!("INSERT INTO held (sequence, municipality, body, damaged) VALUES (7, 991015, {body}, 1)"))?;
            Ok::<_, store::StoreError>(())
        });
        put.unwrap();
        let listed = asked(place, "list", &[]).ended(0).out;
        assert!(listed.contains("7  put aside  lies there for 991015, opens for no city"), "{listed}");
        let listed = asked(place, "list", &["--json"]).ended(0).json();
        assert_eq!(listed["putAside"], serde_json::json!([{"sequence": 7, "liesFor": 991_015, "opensFor": null}]));
        assert!(listed["wrong"].is_string(), "nobody put it there: {listed}");
        let refused = asked(place, "return", &["7"]).ended(1).err;
        assert!(refused.contains("damaged"), "{refused}");
        asked(place, "return", &["8"]).ended(1);
        asked(place, "drop", &["7"]).ended(2);
        asked(place, "drop", &["8", "--reason", "it cannot be read"]).ended(1);
        asked(place, "drop", &["7", "--reason", "it cannot be read"]).ended(0);
        asked(place, "drop", &["--missing", "--reason", "looked into"]).ended(0);
        assert_eq!(asked(place, "list", &[]).ended(0).out.trim(), "nothing is held");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let newest = runtime.block_on(ledger::newest(room.raw(), 20)).unwrap();
        let told: Vec<String> = newest.iter().map(|found| found.entry().unwrap().detail.to_owned()).collect();
        assert!(told.contains(&"held row 7: it cannot be read".to_owned()), "{told:?}");
        assert!(told.iter().any(|told| told.ends_with(": looked into")), "{told:?}");
    });
}
