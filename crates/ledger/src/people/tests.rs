use std::collections::HashMap;

use store::testing::both;
use store::{RoomName, StoreError, Tx};
use vocabulary::Purpose;

use super::{gather, lists_with};
use crate::testing::{caller, room};
use crate::{Act, LedgerError, PersonId, Problem, Room, Seen, Trusted, record, verify_room};

/// Small lists and large ones, whose merging takes several stretches.
const LISTS: [(u32, u32); 16] = [
    (0, 300),
    (100, 400),
    (200, 500),
    (300, 600),
    (400, 700),
    (500, 800),
    (600, 900),
    (700, 1_000),
    (0, 5_000),
    (500, 5_500),
    (1_000, 6_000),
    (1_500, 6_500),
    (2_000, 7_000),
    (2_500, 7_500),
    (3_000, 8_000),
    (3_500, 8_500),
];

fn name(person: u32) -> String {
    format!("{person:07}")
}

fn import_all(room: &Room) {
    for (from, to) in LISTS {
        let mut people = room.people();
        people.extend((from..to).map(|person| PersonId::new(name(person))));
        let import = |_: &mut Tx, _: &mut crate::Record<'_>| Ok::<_, LedgerError>(Seen::many(people, ()));
        room.change_blocking(&caller("batch", Purpose::ResidentImport), Act::new("test:people.write"), import).unwrap();
    }
}

/// Everybody is found on as many lists as they are on, and every list is what its entry says.
fn compare(room: &Room) {
    let counts = room.raw().read_blocking(|tx| {
        let of = [0, 299, 300, 550, 999, 1_000, 4_999, 5_000, 8_499, 8_500].map(|person| {
            let found = lists_with(tx, &record::token(room.vault(), &name(person))).unwrap();
            let expected = LISTS.iter().filter(|(from, to)| (*from..*to).contains(&person)).count();
            (person, (found.len(), expected))
        });
        Ok::<_, StoreError>(HashMap::from(of))
    });
    for (person, (found, expected)) in counts.unwrap() {
        assert_eq!(found, expected, "person {person}");
    }
    let report = verify_room(room.raw(), &Trusted::default(), |_| ()).unwrap().unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_every_step_of_merging_everybody_is_found_and_every_list_holds() {
    both(|rooms| async move {
        let room = room(&rooms, &RoomName::national("people"), &[]).await.unwrap();
        let look = move || {
            import_all(&room);
            let mut steps = 0;
            while room.raw().write_blocking(gather).unwrap() {
                compare(&room);
                steps += 1;
            }
            assert!(steps > 6, "taken in, and each size in stretches: {steps}");
            // Those taken in again lie there once; new ones are found beside the merged.
            import_all(&room);
            assert!(!room.raw().write_blocking(gather).unwrap());
            compare(&room);
            room
        };
        let room = tokio::task::spawn_blocking(look).await.unwrap();
        // Somebody takes a person off the merged lists.
        let change = room.raw().write(|tx| {
            use diesel::connection::SimpleConnection as _;
            let first = "(SELECT first FROM ledger_people_merged ORDER BY first DESC LIMIT 1)";
            Ok::<_, LedgerError>(tx.batch_execute(&format!("DELETE FROM ledger_people_merged WHERE first = {first}"))?)
        });
        change.await.unwrap();
        let verify = move || verify_room(room.raw(), &Trusted::default(), |_| ()).unwrap().unwrap();
        let report = tokio::task::spawn_blocking(verify).await.unwrap();
        assert!(report.findings.iter().any(|finding| finding.problem == Problem::People));
    })
    .await;
}
