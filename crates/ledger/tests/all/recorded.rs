//! What a recorded room promises: no entry, no data.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use ledger::testing::{caller, room, room_at};
use ledger::{About, Act, Actor, ActorKind, LedgerError, Outcome, PersonId, Room, Seen, Subject, Subjects, Trusted};
use store::testing::both;
use store::{RoomName, Rooms, StoreError};
use vocabulary::{ManualClock, Purpose, Timestamp};

diesel::table! { note (id) { id -> BigInt, text -> Text, } }

const READ: Act = Act::new("test:notes.read");
const WRITE: Act = Act::new("test:notes.write");

fn name() -> RoomName {
    RoomName::new("registry", Some("991015".parse().unwrap()))
}

async fn noted(rooms: &Rooms) -> Room {
    let room = room(rooms, &name(), &[]).await.unwrap();
    room.raw()
        .write(|tx| {
            tx.batch_execute("CREATE TABLE IF NOT EXISTS note (id BIGINT PRIMARY KEY, text TEXT NOT NULL)")?;
            diesel::insert_into(note::table).values((note::id.eq(1), note::text.eq("secret"))).execute(tx)?;
            Ok::<_, LedgerError>(())
        })
        .await
        .unwrap();
    room
}

fn secret(tx: &mut store::Tx) -> Result<String, LedgerError> {
    Ok(note::table.find(1).select(note::text).first(tx)?)
}

async fn assert_whole(room: &Room, size: u64) {
    let raw = room.raw().clone();
    let report =
        tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &Trusted::default(), |_| ())).await.unwrap().unwrap().unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!(report.size, size);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_04_a_reads_entry_is_there_before_its_value_is() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        // Another program looks at the log at the moment the value arrives.
        let other = store::Rooms::open(rooms.data().clone()).unwrap();
        let other = tokio::task::spawn_blocking(move || other.existing(&name()).unwrap().unwrap()).await.unwrap();
        let staff = caller("tanaka", Purpose::Consultation);
        for n in 1..=20_u64 {
            let text = room.see_person(&staff, READ, PersonId::new("0001"), secret).await.unwrap();
            assert_eq!(text, "secret");
            let raw = other.clone();
            let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &Trusted::default(), |_| ())).await.unwrap();
            assert_eq!(report.unwrap().unwrap().size, n);
        }
        let newest = ledger::newest(room.raw(), 1).await.unwrap();
        let entry = newest[0].entry().unwrap();
        assert_eq!(entry.actor, Actor::Named(ActorKind::Operator, "tanaka"));
        assert_eq!((entry.action, entry.purpose, entry.outcome), ("test:notes.read", "consultation", Outcome::Read));
        assert_eq!(entry.subjects, Subjects::Tokens(&[room.vault().token("subject", b"0001")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_and_its_entry_are_one_transaction() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        let staff = caller("tanaka", Purpose::ResultEntry);
        let failed: Result<(), LedgerError> = room
            .change(&staff, WRITE, |tx, _| {
                diesel::update(note::table).set(note::text.eq("changed")).execute(tx)?;
                Err(StoreError::NotFound.into())
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(room.ledger_size().await.unwrap(), 0);
        let text = room
            .change(&staff, WRITE, |tx, record| {
                record.note("two rows");
                diesel::update(note::table).set(note::text.eq("changed")).execute(tx)?;
                Ok::<_, LedgerError>(Seen::people(["0001", "0002"].map(PersonId::new), secret(tx)?))
            })
            .await
            .unwrap();
        assert_eq!(text, "changed");
        let newest = ledger::newest(room.raw(), 9).await.unwrap();
        assert_eq!(newest.len(), 1);
        let entry = newest[0].entry().unwrap();
        assert_eq!((entry.outcome, entry.detail), (Outcome::Written, "two rows"));
        assert_eq!(entry.subjects, Subjects::Tokens(&[room.vault().token("subject", b"0001"), room.vault().token("subject", b"0002")]));
        assert_whole(&room, 1).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_holds_the_end_has_its_entry_there_whoever_else_writes() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        let staff = caller("tanaka", Purpose::ResultEntry);
        let mut others = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let (room, staff) = (room.clone(), staff.clone());
            others.spawn(async move {
                for _ in 0..50 {
                    room.see_person(&staff, READ, PersonId::new("0001"), secret).await.unwrap();
                }
            });
        }
        for _ in 0..10 {
            let vault = room.vault().clone();
            let held = room.change(&staff, WRITE, move |tx, _| {
                let end = ledger::hold_end(tx, &vault)?;
                // others would come between here
                (0..50).try_for_each(|_| secret(tx).map(drop))?;
                Ok::<_, LedgerError>(Seen::nobody(end))
            });
            let held = held.await.unwrap();
            let vault = room.vault().clone();
            let there = room.raw().read(move |tx| ledger::last_change(tx, &vault, WRITE, held..held + 1)).await.unwrap();
            assert!(there.is_some(), "at {held} stands somebody else's");
        }
        others.join_all().await;
    })
    .await;
}

#[tokio::test]
async fn a_look_for_work_is_recorded_when_there_is_any() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        let system = caller("relay", Purpose::Provision);
        let look = |text: &'static str| {
            room.seek(&system, READ, move |tx, _| {
                let found: Vec<String> = note::table.filter(note::text.eq(text)).select(note::text).load(tx)?;
                Ok::<_, LedgerError>(Seen::people(found.iter().map(|_| PersonId::new("0001")).collect::<Vec<_>>(), found))
            })
        };
        assert!(look("nothing of the kind").await.unwrap().is_empty());
        assert_eq!(room.ledger_size().await.unwrap(), 0);
        assert_eq!(look("secret").await.unwrap(), ["secret"]);
        let newest = ledger::newest(room.raw(), 9).await.unwrap();
        assert_eq!(newest.len(), 1);
        assert_eq!(newest[0].entry().unwrap().subjects, Subjects::Tokens(&[room.vault().token("subject", b"0001")]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t_04_while_the_record_cannot_be_written_nothing_is_read_or_changed() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        let staff = caller("tanaka", Purpose::Consultation);
        room.see_person(&staff, READ, PersonId::new("0001"), secret).await.unwrap();
        assert_eq!(room.ledger_healthy().await, Ok(()));
        let break_it = |from: &'static str, to: &'static str| {
            let raw = room.raw().clone();
            async move {
                raw.write(move |tx| Ok::<_, LedgerError>(tx.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?)).await.unwrap()
            }
        };
        break_it("ledger_batch", "gone").await;
        let mut tries = tokio::task::JoinSet::new();
        for n in 0..10_000 {
            let (room, staff) = (room.clone(), staff.clone());
            tries.spawn(async move {
                match n % 50 {
                    0 => room
                        .change(&staff, WRITE, |tx, _| Ok(diesel::delete(note::table).execute(tx).map(|_| Seen::nobody(()))?))
                        .await
                        .map(|()| String::new()),
                    1 => room.see(&staff, READ, |tx, _| Ok(Seen::person(PersonId::new("0001"), secret(tx)?))).await,
                    _ => room.see_person(&staff, READ, PersonId::new("0001"), secret).await,
                }
            });
        }
        while let Some(outcome) = tries.join_next().await {
            assert!(matches!(outcome.unwrap(), Err(LedgerError::Store(_))));
        }
        assert!(matches!(room.ledger_healthy().await, Err(LedgerError::Store(_))));
        break_it("gone", "ledger_batch").await;
        // Nothing has to be restarted, and nothing of what was refused had an effect.
        assert_eq!(room.see_person(&staff, READ, PersonId::new("0001"), secret).await.unwrap(), "secret");
        assert_eq!(room.ledger_healthy().await, Ok(()));
        assert_whole(&room, 2).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_readers_and_writers_of_two_instances_leave_one_whole_log() {
    both(|rooms| async move {
        let first = noted(&rooms).await;
        let second = room(&Rooms::open(rooms.data().clone()).unwrap(), &name(), &[]).await.unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..600_u64 {
            let room = if n % 2 == 0 { first.clone() } else { second.clone() };
            tasks.spawn(async move {
                let staff = caller(&format!("staff-{}", n % 7), Purpose::Consultation);
                match n % 10 {
                    0 => room.change(&staff, WRITE, |_, _| Ok::<_, LedgerError>(Seen::person(PersonId::new("0009"), ()))).await,
                    _ => room.see_person(&staff, READ, PersonId::new("0001"), secret).await.map(|_| ()),
                }
            });
        }
        while let Some(outcome) = tasks.join_next().await {
            outcome.unwrap().unwrap();
        }
        assert_whole(&first, 600).await;
        let auditor = caller("auditor", Purpose::Audit);
        let found = ledger::find(&first, &auditor, About::Person("0009"), 0..i64::MAX, 1000).await.unwrap();
        // The search itself is the newest of them.
        assert_eq!(found.len(), 61);
        assert_eq!(found[0].entry().unwrap().action, "ledger:entries.find");
        let by = ledger::find(&second, &auditor, About::Actor(ActorKind::Operator, "staff-3"), 0..i64::MAX, 1000).await.unwrap();
        assert_eq!(by.len(), (0..600).filter(|n| n % 7 == 3).count());
        assert!(by.is_sorted_by_key(|found| std::cmp::Reverse(found.position)));
        assert!(ledger::find(&first, &auditor, About::Person("0009"), 0..1000, 1000).await.unwrap().is_empty());
        assert_whole(&first, 603).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_blocking_reader_and_writer_share_the_log() {
    both(|rooms| async move {
        let room = noted(&rooms).await;
        let copy = room.clone();
        tokio::task::spawn_blocking(move || {
            let staff = caller("batch", Purpose::ResidentImport);
            for _ in 0..5 {
                copy.change_blocking(&staff, WRITE, |_, record| {
                    record.note("residents.csv");
                    Ok::<_, LedgerError>(Seen::nobody(()))
                })
                .unwrap();
                copy.see_blocking(&staff, READ, |tx, _| {
                    Ok::<_, LedgerError>(Seen::people((0..300).map(|n| PersonId::new(n.to_string())), secret(tx)?))
                })
                .unwrap();
            }
        })
        .await
        .unwrap();
        let newest = ledger::newest(room.raw(), 2).await.unwrap();
        assert!(
            matches!(newest[0].entry().unwrap().subjects, Subjects::Many(300, _)),
            "more than an entry names stand in the list under it"
        );
        assert_eq!(newest[1].entry().unwrap().subjects, Subjects::Nobody);
        assert_whole(&room, 10).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_checkpoint_is_signed_every_second_and_on_demand_and_one_an_hour_is_kept() {
    both(|rooms| async move {
        let clock = Arc::new(ManualClock::at(Timestamp::from_second(1_790_000_000).unwrap()));
        let room = room_at(&rooms, &name(), &[], clock.clone()).await.unwrap();
        assert_eq!(room.checkpoint().await.unwrap(), None);
        let staff = caller("tanaka", Purpose::Consultation);
        let signed = async || {
            let raw = room.raw().clone();
            let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &Trusted::default(), |_| ())).await.unwrap();
            let report = report.unwrap().unwrap();
            assert!(report.is_whole(), "{:?}", report.findings);
            (report.size, report.signed, report.checkpoints)
        };
        let act = async || room.event(&staff, READ, Outcome::Read, Subject::None, "").await.unwrap();
        act().await;
        assert_eq!(signed().await, (1, 1, 1));
        act().await;
        assert_eq!(signed().await, (2, 1, 1), "the tail is told apart");
        clock.advance(jiff::SignedDuration::from_millis(1000));
        act().await;
        assert_eq!(signed().await, (3, 3, 1));
        act().await;
        clock.advance(jiff::SignedDuration::from_hours(-1));
        act().await;
        assert_eq!(signed().await, (5, 5, 2), "a clock that goes back leaves nothing unsigned");
        clock.advance(jiff::SignedDuration::from_hours(3));
        act().await;
        act().await;
        let note = room.checkpoint().await.unwrap().unwrap();
        assert_eq!(note.verify(room.verifier_key()).unwrap().size, 7);
        assert_eq!(signed().await, (7, 7, 3));
        assert_eq!(room.checkpoint().await.unwrap().unwrap(), note, "the same log is not signed twice");
    })
    .await;
}

#[test]
fn t_39_every_column_of_the_ledger_has_a_class() {
    let schema = store::testing::same_on_both(&[ledger::MIGRATIONS]);
    assert_eq!(store::columns::compare(&[store::COLUMNS, ledger::COLUMNS], &schema), Vec::<String>::new());
}
