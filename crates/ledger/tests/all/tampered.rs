//! Whoever has the database and hides a look: rows are removed and changed behind the program's back, and the verifier names the place.

use diesel::connection::SimpleConnection as _;
use ledger::testing::{caller, room};
use ledger::{About, Act, LedgerError, Outcome, PersonId, Problem, Room, Seen, Subject, Trusted};
use store::testing::both;
use store::{RoomName, Rooms};
use vocabulary::Purpose;

const READ: Act = Act::new("test:people.read");
const WRITE: Act = Act::new("test:people.write");
/// Bulk acts, each on other people: enough that their lists are merged.
const LISTS: u32 = 9;

/// Three looks at single persons, then the bulk acts, then a search: the looks are entries 0 to 2, the acts 3 to 11, the search 12.
async fn looked_at(rooms: &Rooms, system: &str) -> Room {
    let room = room(rooms, &RoomName::new(system, Some("991015".parse().unwrap())), &[]).await.unwrap();
    let staff = caller("tanaka", Purpose::Consultation);
    for number in 0..3 {
        room.event(&staff, READ, Outcome::Read, Subject::One(&name(number)), "").await.unwrap();
    }
    for list in 0..LISTS {
        bulk(&room, list).await;
    }
    assert_eq!(found(&room, 1).await, 1);
    room
}

fn name(number: u32) -> String {
    format!("{number:07}")
}

/// An act on a thousand people, none of whom was looked at alone.
async fn bulk(room: &Room, list: u32) {
    let (room, staff) = (room.clone(), caller("batch", Purpose::ResidentImport));
    let act = move || {
        let mut people = room.people();
        people.extend((100 + list..1_100 + list).map(|number| PersonId::new(name(number))));
        room.change_blocking(&staff, WRITE, |_, _| Ok::<_, LedgerError>(Seen::many(people, ())))
    };
    tokio::task::spawn_blocking(act).await.unwrap().unwrap();
}

/// How many acts on a person a search finds, without the searches.
async fn found(room: &Room, number: u32) -> usize {
    let auditor = caller("auditor", Purpose::Audit);
    let found = ledger::find(room, &auditor, About::Person(&name(number)), 0..i64::MAX, 1_000).await.unwrap();
    found.iter().filter(|found| found.entry().unwrap().action.starts_with("test:")).count()
}

async fn sql(room: &Room, text: &'static str) {
    room.raw().write(move |tx| Ok::<_, LedgerError>(tx.batch_execute(text)?)).await.unwrap();
}

/// What the verifier says: the problem, the first position, the one after the last.
async fn findings(room: &Room) -> Vec<(Problem, u64, u64)> {
    let raw = room.raw().clone();
    let verify = move || ledger::verify_room(&raw, &Trusted::default(), |_| ()).unwrap().unwrap();
    let report = tokio::task::spawn_blocking(verify).await.unwrap();
    report.findings.iter().map(|finding| (finding.problem, finding.from, finding.to)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_21_a_row_of_the_look_up_that_was_removed_changed_or_added_is_told_with_its_entry() {
    both(|rooms| async move {
        let room = looked_at(&rooms, "registry").await;
        assert_eq!(findings(&room).await, []);
        sql(&room, "CREATE TABLE kept AS SELECT * FROM ledger_lookup").await;
        let restore = || async {
            sql(&room, "DELETE FROM ledger_lookup").await;
            sql(&room, "INSERT INTO ledger_lookup SELECT * FROM kept").await;
            assert_eq!(findings(&room).await, []);
        };
        sql(&room, "DELETE FROM ledger_lookup WHERE position = 1").await;
        assert_eq!(found(&room, 1).await, 0, "the look is hidden");
        assert_eq!(findings(&room).await, [(Problem::Lookup, 1, 2)]);
        // The search was an act too.
        sql(&room, "INSERT INTO kept SELECT * FROM ledger_lookup WHERE position >= (SELECT size - 1 FROM ledger_lookup_head)").await;
        restore().await;
        sql(&room, "UPDATE ledger_lookup SET position = 2 WHERE position = 1 AND token NOT IN (SELECT token FROM kept WHERE position = 2)")
            .await;
        assert_eq!(findings(&room).await, [(Problem::Lookup, 1, 3)]);
        restore().await;
        sql(&room, "INSERT INTO ledger_lookup SELECT token, 1000000 FROM kept WHERE position = 3").await;
        assert_eq!(findings(&room).await, [(Problem::Lookup, 1_000_000, 1_000_001)]);
        restore().await;
        // Entries that are called looked through and are not.
        sql(&room, "UPDATE ledger_lookup_head SET size = size + 5").await;
        let size = room_size(&room).await;
        assert_eq!(findings(&room).await, [(Problem::Lookup, size, size + 5)]);
        sql(&room, "UPDATE ledger_lookup_head SET size = size - 5").await;
        sql(&room, "DELETE FROM ledger_lookup").await;
        assert_eq!(findings(&room).await, [(Problem::Lookup, 0, size)]);
        // All of it is made again by the next search, and hides nothing.
        sql(&room, "DELETE FROM ledger_lookup_head").await;
        assert_eq!(findings(&room).await, []);
        assert_eq!(found(&room, 1).await, 1);
    })
    .await;
}

async fn room_size(room: &Room) -> u64 {
    ledger::newest(room.raw(), 1).await.unwrap().first().map_or(0, |newest| newest.position + 1)
}

/// Entries as they are listed from a position on: who, or nothing of one that is not as it was recorded.
async fn listed(room: &Room, from: u64, most: u64) -> Vec<Option<String>> {
    let who = |found: &ledger::Found| match found.entry().ok()?.actor {
        ledger::Actor::Named(_, id) => Some(id.to_owned()),
        ledger::Actor::Resident(_) => None,
    };
    let oldest: Vec<_> = ledger::from(room, from, most).await.unwrap().iter().map(who).collect();
    let newest: Vec<_> = ledger::before(room, from + most, most).await.unwrap().iter().map(who).collect();
    assert_eq!(oldest, newest.into_iter().rev().collect::<Vec<_>>());
    oldest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_21_an_entry_that_was_altered_is_listed_and_found_and_tells_nothing() {
    both(|rooms| async move {
        let room = room(&rooms, &RoomName::new("registry", Some("991015".parse().unwrap())), &[]).await.unwrap();
        for number in 0..300 {
            let who = if number == 7 || number == 280 { "tanaka" } else { "suzuki" };
            let about = name(number % 50);
            room.event(&caller(who, Purpose::Consultation), READ, Outcome::Read, Subject::One(&about), "").await.unwrap();
        }
        let by = async |who| {
            ledger::find(&room, &caller("auditor", Purpose::Audit), About::Actor(ledger::ActorKind::Operator, who), 0..i64::MAX, 1_000)
                .await
                .unwrap()
        };
        let suzuki = || Some("suzuki".to_owned());
        assert_eq!(found(&room, 7).await, 6);
        assert_eq!(by("tanaka").await.len(), 2);
        // What Tanaka did becomes Sato's, within a full tile: the others there are as they were.
        ledger::testing::alter_entry(&room, 7, "tanaka", "sato--").await.unwrap();
        assert_eq!(listed(&room, 5, 5).await, [suzuki(), suzuki(), None, suzuki(), suzuki()]);
        let (tanaka, sato) = (by("tanaka").await, by("sato--").await);
        assert_eq!(
            tanaka.iter().map(|found| (found.position, found.entry().ok().map(|entry| entry.outcome))).collect::<Vec<_>>(),
            [(280, Some(Outcome::Read)), (7, None)]
        );
        assert!(sato.is_empty(), "nobody is told that Sato did it");
        let of_person = ledger::find(&room, &caller("auditor", Purpose::Audit), About::Person(&name(7)), 0..1, 1_000).await.unwrap();
        assert_eq!(of_person.iter().map(|found| found.position).collect::<Vec<_>>(), [7], "whatever time it names");
        assert!(of_person[0].entry().is_err());
        // The look-up made again from what lies there: nobody can say whom the entry is about, so every search meets it.
        sql(&room, "DELETE FROM ledger_lookup").await;
        sql(&room, "DELETE FROM ledger_lookup_head").await;
        assert_eq!(by("tanaka").await.iter().map(|found| found.position).collect::<Vec<_>>(), [280, 7]);
        assert_eq!(by("sato--").await.iter().map(|found| found.position).collect::<Vec<_>>(), [7]);
        ledger::testing::alter_entry(&room, 7, "sato--", "tanaka").await.unwrap();
        assert!(by("sato--").await.is_empty(), "what is as it was recorded is found by what it says");
        assert_eq!(by("tanaka").await.len(), 2);
        // A row that leads to somebody else's act, and one to no act.
        sql(&room, "INSERT INTO ledger_lookup SELECT token, 9 FROM ledger_lookup WHERE position = 7").await;
        sql(&room, "INSERT INTO ledger_lookup SELECT token, 1000000 FROM ledger_lookup WHERE position = 7").await;
        assert_eq!(by("tanaka").await.iter().map(|found| found.position).collect::<Vec<_>>(), [280, 7]);
        // Among the newest, and gone altogether.
        ledger::testing::alter_entry(&room, 280, "tanaka", "sato--").await.unwrap();
        assert_eq!(listed(&room, 280, 1).await, [None]);
        assert_eq!(listed(&room, 0, 256).await, [vec![suzuki(); 7], vec![Some("tanaka".to_owned())], vec![suzuki(); 248]].concat());
        sql(&room, "DELETE FROM ledger_batch WHERE first = 100").await;
        assert_eq!(listed(&room, 99, 3).await, [suzuki(), None, suzuki()]);
        assert_eq!(
            ledger::newest(room.raw(), 300).await.unwrap().iter().find(|found| found.position == 100).map(|found| found.entry().is_err()),
            Some(true)
        );
    })
    .await;
}

/// Bulk acts whose lists are not merged yet, and what is done to the second of their lists.
const WRITTEN: &[(&str, &[(Problem, u64)])] = &[
    ("DELETE FROM ledger_people WHERE digest = (SELECT digest FROM second_list)", &[(Problem::People, 4)]),
    ("DELETE FROM ledger_people_list WHERE digest = (SELECT digest FROM second_list)", &[(Problem::PeopleGone, 4)]),
    ("UPDATE ledger_people_list SET people = 7 WHERE digest = (SELECT digest FROM second_list)", &[(Problem::People, 4)]),
];

/// The same once they are merged.
const MERGED: &[(&str, &[(Problem, u64)])] = &[
    ("DELETE FROM ledger_people_list WHERE digest = (SELECT digest FROM second_list)", &[(Problem::PeopleGone, 4)]),
    ("UPDATE ledger_people_list SET list = NULL WHERE digest = (SELECT digest FROM second_list)", &[(Problem::People, 4)]),
    ("UPDATE ledger_people_list SET list = 1000 WHERE digest = (SELECT digest FROM second_list)", &[(Problem::People, 4)]),
    ("DELETE FROM ledger_people_run", EVERY_LIST),
    ("UPDATE ledger_people_run SET digest = (SELECT digest FROM second_list)", EVERY_LIST),
    ("UPDATE ledger_people_run SET moved = 0", EVERY_LIST),
    ("UPDATE ledger_people_run SET target = 1000", EVERY_LIST),
    ("DELETE FROM ledger_people_merged", EVERY_LIST),
    // A search steps over a row that lies under another first token than its own.
    (
        "UPDATE ledger_people_merged SET first = (SELECT digest FROM second_list) WHERE first = (SELECT first FROM ledger_people_merged ORDER BY first LIMIT 1)",
        &[],
    ),
];

const EVERY_LIST: &[(Problem, u64)] = &[
    (Problem::People, 3),
    (Problem::People, 4),
    (Problem::People, 5),
    (Problem::People, 6),
    (Problem::People, 7),
    (Problem::People, 8),
    (Problem::People, 9),
    (Problem::People, 10),
    (Problem::People, 11),
];

/// Tries what is done to the lists, one after another, each on what was before.
async fn try_all(room: &Room, attacks: &[(&'static str, &[(Problem, u64)])]) {
    const TABLES: [(&str, &str); 4] = [
        ("DELETE FROM ledger_people", "INSERT INTO ledger_people SELECT * FROM kept_people"),
        ("DELETE FROM ledger_people_list", "INSERT INTO ledger_people_list SELECT * FROM kept_list"),
        ("DELETE FROM ledger_people_run", "INSERT INTO ledger_people_run SELECT * FROM kept_run"),
        ("DELETE FROM ledger_people_merged", "INSERT INTO ledger_people_merged SELECT * FROM kept_merged"),
    ];
    for keep in [
        "CREATE TABLE kept_people AS SELECT * FROM ledger_people",
        "CREATE TABLE kept_list AS SELECT * FROM ledger_people_list",
        "CREATE TABLE kept_run AS SELECT * FROM ledger_people_run",
        "CREATE TABLE kept_merged AS SELECT * FROM ledger_people_merged",
    ] {
        sql(room, keep).await;
    }
    for (attack, expected) in attacks {
        sql(room, attack).await;
        let mut found: Vec<_> = findings(room).await.into_iter().map(|(problem, from, _)| (problem, from)).collect();
        found.sort_by_key(|(_, from)| *from);
        if expected.is_empty() {
            assert!(found.iter().any(|(problem, _)| *problem == Problem::People), "{attack}: {found:?}");
        } else {
            assert_eq!(found, *expected, "{attack}");
        }
        for (empty, restore) in TABLES {
            sql(room, empty).await;
            sql(room, restore).await;
        }
        assert_eq!(findings(room).await, [], "after {attack}");
    }
}

/// Keeps the digest of the list under entry 4 where an attack finds it.
async fn keep_second(room: &Room) {
    let newest = ledger::from(room, 4, 1).await.unwrap();
    let digest = newest.first().and_then(|found| match found.entry().unwrap().subjects {
        ledger::Subjects::Many(_, digest) => Some(digest),
        _ => None,
    });
    let digest = digest.unwrap();
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let keep = room.raw().write(move |tx| {
        let text = match tx {
            store::Tx::Sqlite(_) => format!("CREATE TABLE second_list AS SELECT x'{hex}' AS digest"),
            store::Tx::Postgres(_) => format!("CREATE TABLE second_list AS SELECT '\\x{hex}'::bytea AS digest"),
        };
        Ok::<_, LedgerError>(tx.batch_execute(&text)?)
    });
    keep.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_21_a_list_of_people_that_was_removed_or_changed_is_told_with_its_entry() {
    both(|rooms| async move {
        let room = room(&rooms, &RoomName::national("people"), &[]).await.unwrap();
        let staff = caller("tanaka", Purpose::Consultation);
        for number in 0..3 {
            room.event(&staff, READ, Outcome::Read, Subject::One(&name(number)), "").await.unwrap();
        }
        for list in 0..LISTS {
            bulk(&room, list).await;
        }
        keep_second(&room).await;
        try_all(&room, WRITTEN).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_21_a_run_of_merged_lists_that_was_removed_or_changed_is_told_with_its_entries() {
    both(|rooms| async move {
        let room = looked_at(&rooms, "registry").await;
        keep_second(&room).await;
        try_all(&room, MERGED).await;
        assert_eq!(found(&room, 500).await, LISTS as usize);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_erasure_is_an_act_on_record_and_leaves_the_record_whole() {
    both(|rooms| async move {
        for merged in [true, false] {
            let room = looked_at(&rooms, if merged { "registry" } else { "atena" }).await;
            let operator = caller("operator", Purpose::Operation);
            assert_eq!(found(&room, 500).await, LISTS as usize);
            // One that no search has taken in yet.
            let at = if merged { 4 } else { room_size(&room).await };
            if !merged {
                bulk(&room, 100).await;
            }
            room.erase_people(&operator, at, "their data were erased").await.unwrap();
            let newest = ledger::newest(room.raw(), 1).await.unwrap();
            let entry = newest[0].entry().unwrap();
            assert_eq!((entry.action, entry.outcome), ("ledger:people.erase", Outcome::Written));
            assert!(entry.detail.ends_with(" their data were erased"), "{}", entry.detail);
            assert_eq!(findings(&room).await, [], "erased by an act");
            assert_eq!(found(&room, 500).await, LISTS as usize - usize::from(merged), "nobody is found by what was erased");
            for entry in [at, 0, 1_000_000] {
                let again = room.erase_people(&operator, entry, "again").await;
                assert_eq!(again, Err(LedgerError::NoList), "entry {entry} has no list (any more)");
            }
            // A later act on the same people has a list, which may not go without an act of its own.
            bulk(&room, if merged { 1 } else { 100 }).await;
            let later = room_size(&room).await - 1;
            assert_eq!(found(&room, 500).await, LISTS as usize + 1 + usize::from(!merged), "the list serves the earlier act too");
            assert_eq!(findings(&room).await, []);
            sql(&room, "DELETE FROM ledger_people_list").await;
            let gone = findings(&room).await;
            assert!(gone.contains(&(Problem::PeopleGone, later, later + 1)), "{gone:?}");
            assert!(!gone.iter().any(|(_, from, _)| *from == at), "{gone:?}");
        }
    })
    .await;
}
