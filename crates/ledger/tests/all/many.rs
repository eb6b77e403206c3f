//! What a search for a person costs among many bulk acts, in steps, time and bytes.

use std::time::Instant;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use ledger::testing::{caller, room};
use ledger::{About, Act, LedgerError, PersonId, Room, Seen};
use store::testing::both;
use store::{RoomName, Tx};
use vocabulary::Purpose;

diesel::table! { ledger_people_run (run) { run -> BigInt, } }

/// As many as the city has.
const CITY: u32 = 50_000;
/// As many as a portion of a job names.
const PORTION: u32 = 500;

/// Portions of jobs over the whole city, one after another.
fn portions(room: &Room, acts: u32) {
    let batch = caller("batch", Purpose::ResidentImport);
    for act in 0..acts {
        let mut people = room.people();
        // Of each round, other people stand together.
        let round = 10 * (act * PORTION / CITY) + 1;
        people.extend((0..PORTION).map(|place| PersonId::new(format!("{:07}", (act * PORTION + place) * round % CITY))));
        let write = |_: &mut Tx, _: &mut ledger::Record<'_>| Ok::<_, LedgerError>(Seen::many(people, ()));
        room.change_blocking(&batch, Act::new("test:people.write"), write).unwrap();
    }
}

async fn found(room: &Room, person: u32) -> usize {
    let auditor = caller("auditor", Purpose::Audit);
    let found = ledger::find(room, &auditor, About::Person(&format!("{person:07}")), 0..i64::MAX, 10_000).await.unwrap();
    found.iter().filter(|found| found.entry().unwrap().action == "test:people.write").count()
}

async fn after(rooms: &store::Rooms, acts: u32) -> Room {
    let room = room(rooms, &RoomName::national("people"), &[]).await.unwrap();
    let write = move || {
        portions(&room, acts);
        room
    };
    tokio::task::spawn_blocking(write).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_search_among_many_bulk_acts_looks_in_few_places() {
    both(|rooms| async move {
        let acts = 300;
        let room = after(&rooms, acts).await;
        for person in [0, 1, 24_999, 49_999] {
            assert_eq!(found(&room, person).await, (acts * PORTION / CITY) as usize, "person {person}");
        }
        let places = room.count(|tx| Ok::<i64, LedgerError>(ledger_people_run::table.count().get_result(tx)?)).await.unwrap();
        assert!((1..=28).contains(&places), "{places}: at most seven of each of four sizes");
    })
    .await;
}

#[derive(QueryableByName)]
struct Bytes {
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

/// Of the whole room, without what is free.
async fn bytes(room: &Room) -> i64 {
    let bytes = room.raw().read(|tx| {
        let sql = match tx {
            Tx::Sqlite(_) => {
                "SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
            }
            Tx::Postgres(_) => {
                "SELECT sum(pg_total_relation_size(c.oid))::bigint AS bytes FROM pg_class c \
                 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname LIKE 'ledger_people%'"
            }
        };
        Ok::<_, LedgerError>(diesel::sql_query(sql).get_result::<Bytes>(tx)?.bytes)
    });
    bytes.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a measurement, to be run by hand with --nocapture, one thread and --release"]
async fn measure_many_bulk_acts() {
    for acts in [500, 2_000] {
        both(|rooms| async move {
            let begun = Instant::now();
            let room = after(&rooms, acts).await;
            let (written, before) = (begun.elapsed(), bytes(&room).await);
            let begun = Instant::now();
            let count = found(&room, 4_711).await;
            let (first, begun) = (begun.elapsed(), Instant::now());
            for person in 0..20 {
                found(&room, person * 2_000).await;
            }
            let (each, named) = (begun.elapsed() / 20, i64::from(acts * PORTION));
            println!("{acts} acts of {PORTION} people: written in {written:?}, {} bytes a person named", before / named);
            println!("  first search {first:?} finds {count}; the next {each:?} each; {} bytes a person named", bytes(&room).await / named);
        })
        .await;
    }
}
