//! Who was seen: every act is found by everybody whom it concerned, however many they were.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use ledger::testing::{caller, room};
use ledger::{About, Act, LedgerError, PersonId, Problem, Report, Room, Seen, Subjects, Trusted};
use store::testing::both;
use store::{RoomName, Rooms};
use vocabulary::Purpose;

diesel::table! { ledger_people (digest, first) { digest -> Binary, first -> Binary, tokens -> Binary, } }

const READ: Act = Act::new("test:people.read");
const WRITE: Act = Act::new("test:people.write");

async fn city(rooms: &Rooms) -> Room {
    room(rooms, &RoomName::new("registry", Some("991015".parse().unwrap())), &[]).await.unwrap()
}

fn person(number: u32) -> PersonId<'static> {
    PersonId::new(format!("{number:07}"))
}

/// The acts on a person, the newest first, without the searches.
async fn acts(room: &Room, number: u32) -> Vec<String> {
    let auditor = caller("auditor", Purpose::Audit);
    let found = ledger::find(room, &auditor, About::Person(&format!("{number:07}")), 0..i64::MAX, 1000).await.unwrap();
    let acts = found.iter().map(|found| found.entry().unwrap().action.to_owned());
    acts.filter(|action| action.starts_with("test:")).collect()
}

async fn report(room: &Room) -> Report {
    let raw = room.raw().clone();
    let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &Trusted::default(), |_| ())).await.unwrap();
    report.unwrap().unwrap()
}

/// An import of so many people, each named twice, by a thread that may block.
async fn import(room: &Room, people: u32) {
    let room = room.clone();
    let import = move || {
        let mut concerned = room.people();
        concerned.extend((0..people).chain(0..people).map(person));
        let staff = caller("batch", Purpose::ResidentImport);
        room.change_blocking(&staff, WRITE, |_, record| {
            record.note("residents.csv");
            Ok::<_, LedgerError>(Seen::many(concerned, ()))
        })
    };
    tokio::task::spawn_blocking(import).await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_act_on_few_on_one_and_on_nobody_says_so() {
    both(|rooms| async move {
        let room = city(&rooms).await;
        let staff = caller("tanaka", Purpose::Consultation);
        let name = room.see(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::person(person(1), "name"))).await.unwrap();
        assert_eq!(name, "name");
        room.change(&staff, WRITE, |_, _| Ok::<_, LedgerError>(Seen::people([person(1), person(2)], ()))).await.unwrap();
        room.see(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::nobody(7_u64))).await.unwrap();
        let nothing: Vec<u8> = room.seek(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::nothing())).await.unwrap();
        assert!(nothing.is_empty());
        let newest = ledger::newest(room.raw(), 9).await.unwrap();
        let named = newest.iter().map(|found| match found.entry().unwrap().subjects {
            Subjects::Tokens(tokens) => tokens.len(),
            Subjects::Nobody => 0,
            Subjects::Many(..) => 99,
        });
        assert_eq!(named.collect::<Vec<_>>(), [0, 2, 1], "a look that finds no work leaves no entry");
        assert_eq!(acts(&room, 1).await, [WRITE.name(), READ.name()]);
        assert_eq!(acts(&room, 2).await, [WRITE.name()]);
        assert_eq!(room.count(|_| Ok::<_, LedgerError>([3_i64, 4])).await.unwrap(), [3, 4]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_bulk_act_is_found_by_everybody_whom_it_concerned() {
    both(|rooms| async move {
        let room = city(&rooms).await;
        import(&room, 100_000).await;
        let newest = ledger::newest(room.raw(), 1).await.unwrap();
        assert!(matches!(newest[0].entry().unwrap().subjects, Subjects::Many(100_000, _)), "named twice is once");
        // A read of many, and of exactly as many as an entry has room for, one of them twice.
        let staff = caller("tanaka", Purpose::Invitation);
        room.see(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::people((0..1_000).map(person), ()))).await.unwrap();
        room.see(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::people((0..255).chain([0]).map(person), ()))).await.unwrap();
        for (number, expected) in [(0, 3), (254, 3), (255, 2), (999, 2), (1_000, 1), (54_321, 1), (99_999, 1), (100_000, 0)] {
            assert_eq!(acts(&room, number).await.len(), expected, "person {number}");
        }
        let report = report(&room).await;
        assert!(report.is_whole(), "{:?}", report.findings);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_list_serves_every_act_on_the_same_people() {
    both(|rooms| async move {
        let room = city(&rooms).await;
        import(&room, 5_000).await;
        let rows = || async { room.count(|tx| Ok::<i64, LedgerError>(ledger_people::table.count().get_result(tx)?)).await.unwrap() };
        let once = rows().await;
        import(&room, 5_000).await;
        assert_eq!(rows().await, once);
        assert_eq!(acts(&room, 4_999).await.len(), 2);
        import(&room, 5_001).await;
        assert!(rows().await > once);
        assert_eq!(acts(&room, 5_000).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_01_a_changed_list_is_told_with_its_entry_and_so_is_one_that_is_gone() {
    both(|rooms| async move {
        let room = city(&rooms).await;
        let staff = caller("tanaka", Purpose::Operation);
        room.change(&staff, WRITE, |_, _| Ok::<_, LedgerError>(Seen::nobody(()))).await.unwrap();
        import(&room, 5_000).await;
        assert!(report(&room).await.is_whole());
        let change = |sql: &'static str| {
            let raw = room.raw().clone();
            async move { raw.write(move |tx| Ok::<_, LedgerError>(tx.batch_execute(sql)?)).await.unwrap() }
        };
        change("DELETE FROM ledger_people WHERE first = (SELECT first FROM ledger_people ORDER BY first DESC LIMIT 1)").await;
        let found = report(&room).await;
        let findings: Vec<_> = found.findings.iter().map(|finding| (finding.problem, finding.from)).collect();
        assert_eq!(findings, [(Problem::People, 1)]);
        change("DELETE FROM ledger_people").await;
        let found = report(&room).await;
        assert_eq!(found.findings.iter().map(|finding| (finding.problem, finding.from)).collect::<Vec<_>>(), [(Problem::People, 1)]);
        change("DELETE FROM ledger_people_list").await;
        let found = report(&room).await;
        assert_eq!(found.findings.iter().map(|finding| (finding.problem, finding.from)).collect::<Vec<_>>(), [(Problem::PeopleGone, 1)]);
        assert_eq!(acts(&room, 77).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_04_a_bulk_read_whose_people_cannot_be_named_shows_nothing() {
    both(|rooms| async move {
        let room = city(&rooms).await;
        let staff = caller("tanaka", Purpose::Invitation);
        let raw = room.raw().clone();
        raw.write(|tx| Ok::<_, LedgerError>(tx.batch_execute("ALTER TABLE ledger_people RENAME TO gone")?)).await.unwrap();
        let many = room.see(&staff, READ, |_, _| Ok::<_, LedgerError>(Seen::people((0..1_000).map(person), "names"))).await;
        assert!(matches!(many, Err(LedgerError::Store(_))));
        assert!(ledger::newest(room.raw(), 9).await.unwrap().is_empty(), "no entry for what was not shown");
    })
    .await;
}
