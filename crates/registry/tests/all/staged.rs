//! Later files of the register: staged, shown, applied in portions; killed at any portion and gone on with, nothing twice and nothing lost.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::{ImportResidents, ImportedResidents};
use registry::residents::IMPORT;
use registry::{Desk, Media};
use store::testing::both_blocking;
use vocabulary::Purpose;
use work::jobs::Rehearsal;

use crate::support::{Line, clock, contact, counts, desk, desk_at, file, folder, look, officer, operator_for, person, taken};

diesel::table! { resident (id) { id -> BigInt, version -> Integer, number -> Text, contact -> Binary, import -> BigInt, } }
diesel::table! { resident_history (id, version) { id -> BigInt, version -> Integer, replaced_by -> BigInt, } }
diesel::table! { resident_staged (import, place) { import -> BigInt, place -> BigInt, } }
diesel::table! { import (id) { id -> BigInt, digest -> Binary, state -> SmallInt, added -> BigInt, changed -> BigInt, } }

/// A city, and its file a week later: everybody moved, some came.
fn weeks() -> (Vec<Line>, Vec<Line>) {
    let first: Vec<Line> = (1..=1_800).map(person).collect();
    let mut later: Vec<Line> = (1..=2_000).map(person).collect();
    later.iter_mut().for_each(|line| line.address = format!("みほん市港町{}番", line.number));
    (first, later)
}

type Rows = Vec<(i64, i32, String, String)>;

fn residents(desk: &Desk) -> Rows {
    let columns = (resident::id, resident::version, resident::number, resident::contact);
    let rows: Vec<(i64, i32, String, Vec<u8>)> = look(desk, |tx| resident::table.select(columns).order(resident::id).load(tx));
    let address =
        |(id, version, number, sealed): (i64, i32, String, Vec<u8>)| (id, version, number, contact(desk, id, version, &sealed).address);
    rows.into_iter().map(address).collect()
}

fn staged(desk: &Desk) -> i64 {
    look(desk, |tx| resident_staged::table.count().get_result(tx))
}

#[test]
fn r_ops_an_import_that_is_killed_while_it_is_applied_goes_on_with_one_effect() {
    both_blocking(|rooms| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (clock, place) = (clock(), folder("staged"));
        let path = place.join("later.csv");
        let (first, later) = weeks();
        std::fs::write(&path, file(&later)).unwrap();
        let desk = desk_at(&rooms, Arc::clone(&clock)).with_media(Media::of_file(&path));
        taken(&desk, &first);
        let asked = ImportResidents { file: "later.csv".to_owned(), ..ImportResidents::default() };
        let operator = operator_for(&desk, Purpose::ResidentImport);
        let ask = || runtime.block_on(desk.ask_by_hand(&operator, IMPORT, &asked, Some(&path))).unwrap().id;
        let id = ask();
        let runner = desk.runner();
        let running = runtime.spawn(async move { runner.run_by_hand(id, &mut |_| {}).await.map(|_| ()) });
        // As a kill would: the attempt ends after some portions, wherever it is, and its lease with time.
        let moved = || look(&desk, |tx| resident::table.filter(resident::import.eq(2)).count().get_result::<i64>(tx));
        while moved() == 0 {
            assert!(!running.is_finished());
            std::thread::park_timeout(Duration::from_millis(1));
        }
        running.abort();
        std::fs::remove_file(&path).unwrap();
        // The file is not needed any more: it has been read to its end. What the thread of the aborted attempt still does counts once too.
        let runner = desk.runner();
        let heir = runtime.spawn(async move { runner.run_by_hand(id, &mut |_| {}).await.unwrap().job });
        while !heir.is_finished() {
            clock.advance(jiff::SignedDuration::from_secs(31));
            std::thread::park_timeout(Duration::from_millis(50));
        }
        let ended = runtime.block_on(heir).unwrap();
        assert_eq!(ended.state, JobState::Done);
        let imported: ImportedResidents = serde_json::from_value(ended.result.unwrap()).unwrap();
        assert_eq!((imported.read, imported.added, imported.changed, imported.rejected), (2_000, 200, 1_800, 0));
        let expected: Rows = (1..=2_000)
            .map(|number| (number, if number <= 1_800 { 2 } else { 1 }, number.to_string(), format!("みほん市港町{number}番")))
            .collect();
        assert_eq!(residents(&desk), expected);
        let history: Vec<(i32, i64)> =
            look(&desk, |tx| resident_history::table.select((resident_history::version, resident_history::replaced_by)).load(tx));
        assert_eq!(history, vec![(1, 2); 1_800]);
        assert_eq!(staged(&desk), 0);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn what_an_earlier_file_left_half_applied_is_applied_before_the_next_one() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let (first, later) = weeks();
        taken(&desk, &first[..20]);
        taken(&desk, &later[..40]);
        // As if the process had ended before the last portion: one staged row is left of a file that is being applied.
        desk.room()
            .raw()
            .write_blocking(|tx| {
                diesel::sql_query("INSERT INTO resident_staged SELECT 7, resident.* FROM resident WHERE number = '40'").execute(tx)?;
                diesel::sql_query("DELETE FROM resident WHERE number = '40'").execute(tx)?;
                diesel::sql_query("UPDATE import SET state = 1 WHERE id = 2").execute(tx)?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        assert_eq!(residents(&desk).len(), 39);
        assert_eq!(counts(taken(&desk, &later[..41])), (41, 1, 0, 40, 0));
        assert_eq!((residents(&desk).len(), staged(&desk)), (41, 0));
        let states: Vec<i16> = look(&desk, |tx| import::table.order(import::id).select(import::state).load(tx));
        assert_eq!(states, [2, 2, 2]);
    });
}

#[test]
fn h_3_the_digest_of_a_file_is_keyed() {
    use sha2::{Digest as _, Sha256};
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let (first, later) = weeks();
        taken(&desk, &first[..5]);
        taken(&desk, &later[..5]);
        let digests: Vec<Vec<u8>> = look(&desk, |tx| import::table.order(import::id).select(import::digest).load(tx));
        for (digest, lines) in digests.iter().zip([&first, &later]) {
            assert_eq!(digest.len(), 32);
            assert_ne!(digest.as_slice(), Sha256::digest(file(&lines[..5])).as_slice(), "whoever has a copy of the file cannot tell it");
        }
    });
}

#[test]
fn r_reg_1_what_was_staged_of_a_cancelled_import_goes_without_another_one() {
    both_blocking(|rooms| {
        let place = folder("cancelled");
        let path = place.join("later.csv");
        let (first, later) = weeks();
        let rehearsal = Rehearsal::of(500);
        let desk = desk(&rooms).with_media(Media::of_file(&path)).rehearsed(Arc::new(vocabulary::SystemEntropy), rehearsal.clone());
        taken(&desk, &first);
        std::fs::write(&path, file(&later)).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let asked = ImportResidents { file: "later.csv".to_owned(), ..ImportResidents::default() };
        let operator = operator_for(&desk, Purpose::ResidentImport);
        let id = runtime.block_on(desk.ask_by_hand(&operator, IMPORT, &asked, Some(&path))).unwrap().id;
        // Its last portion before anything would hold comes to nothing; whoever may still go on with it finds it as it is.
        rehearsal.fail(2);
        runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap();
        let stage = |tx: &mut store::Tx| {
            diesel::sql_query("INSERT INTO resident_staged SELECT resident.id, resident.* FROM resident").execute(tx)?;
            diesel::sql_query("UPDATE resident_staged SET import = 2").execute(tx)?;
            diesel::sql_query(
                "INSERT INTO import SELECT 2, kind, file, digest, operator, at, rows_read, added, changed, unchanged, rejected, 0, job FROM import",
            )
            .execute(tx)?;
            Ok::<_, store::StoreError>(())
        };
        desk.room().raw().write_blocking(stage).unwrap();
        desk.clear_left_imports(&officer()).unwrap();
        assert_eq!(staged(&desk), 1_800, "its job is to be tried again");
        desk.room().raw().write_blocking(|tx| desk.jobs().cancel(tx, id, &officer())).unwrap();
        desk.clear_left_imports(&officer()).unwrap();
        assert_eq!((staged(&desk), residents(&desk).len()), (0, 1_800));
        assert_eq!(look(&desk, |tx| import::table.select(import::state).load::<i16>(tx)), [2]);
        std::fs::remove_dir_all(place).unwrap();
    });
}
