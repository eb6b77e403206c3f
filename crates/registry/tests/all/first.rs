//! The first file of a city: it goes straight in, in portions; stopped between any two of them it goes on, and one that is given up leaves
//! nobody.

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::{ImportResidents, ImportedResidents};
use registry::residents::{IMPORT, REJECTS};
use registry::{Desk, Media};
use store::Tx;
use store::testing::both_blocking;
use vocabulary::Id128;

use crate::support::{Line, ask, counts, desk, file, folder, gone_on, look, officer, person, resumed, stopped, taken};

diesel::table! { resident (id) { id -> BigInt, version -> Integer, number -> Text, import -> BigInt, } }
diesel::table! { import (id) { id -> BigInt, state -> SmallInt, } }

const PEOPLE: u32 = 12_000;

/// A city's first file, and what stands in it twice or is wrong.
fn lines() -> Vec<Line> {
    let mut lines: Vec<Line> = (1..=PEOPLE).map(person).collect();
    lines.iter_mut().filter(|line| line.number == 6).for_each(|line| line.sex = "9");
    lines.push(person(7));
    lines
}

fn there(desk: &Desk) -> i64 {
    look(desk, |tx| resident::table.count().get_result(tx))
}

/// Whether people are searched by an index.
fn has_index(desk: &Desk) -> bool {
    look(desk, |tx| {
        let named = match tx {
            Tx::Sqlite(_) => "SELECT count(*) AS count FROM sqlite_schema WHERE name = 'resident_kana'",
            Tx::Postgres(_) => "SELECT count(to_regclass('resident_kana')) AS count",
        };
        diesel::sql_query(named).get_result::<Count>(tx).map(|found| found.count == 1)
    })
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

/// Asks for the import, and lets it be cancelled when the first portion is in.
fn begun(desk: &Desk) -> Id128 {
    let asked = ImportResidents { file: "first.csv".to_owned(), ..ImportResidents::default() };
    let id = stopped(desk, ask(desk, IMPORT, &asked), || there(desk) > 0);
    assert!((1..i64::from(PEOPLE) - 1).contains(&there(desk)), "it stopped between two portions");
    id
}

#[test]
fn r_ops_a_first_file_that_is_stopped_between_portions_goes_on_with_the_same_counts() {
    both_blocking(|rooms| {
        let place = folder("first");
        let path = place.join("first.csv");
        std::fs::write(&path, file(&lines())).unwrap();
        let desk = desk(&rooms).with_media(Media::of_file(&path));
        let id = begun(&desk);
        assert!(!has_index(&desk), "it is made at the end");
        let imported: ImportedResidents = resumed(&desk, id);
        assert!(has_index(&desk));
        assert_eq!((imported.read, imported.added, imported.changed, imported.rejected), (12_001, 11_999, 0, 2));
        let rows: Vec<(i64, i32, String, i64)> = look(&desk, |tx| resident::table.order(resident::id).load(tx));
        let numbers = (1..=PEOPLE).filter(|number| *number != 6);
        let expected: Vec<_> = (1..).zip(numbers).map(|(id, number)| (id, 1, number.to_string(), 1)).collect();
        assert_eq!(rows, expected);
        let rejects = String::from_utf8(desk.file_of_job(&officer(), id, REJECTS).unwrap()).unwrap();
        assert_eq!(rejects.lines().count(), 3, "each refused row once, and one heading: {rejects}");
        assert_eq!(look(&desk, |tx| import::table.load::<(i64, i16)>(tx)), [(1, 2)]);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_a_first_file_that_is_given_up_leaves_nobody() {
    both_blocking(|rooms| {
        let place = folder("given-up");
        let path = place.join("first.csv");
        std::fs::write(&path, file(&lines())).unwrap();
        let desk = desk(&rooms).with_media(Media::of_file(&path));
        let id = begun(&desk);
        // Gone on with, the file is another one: nothing of either stays, and whoever asked is told.
        let mut others = lines();
        others[0].address = "みほん市港町1番".to_owned();
        std::fs::write(&path, file(&others)).unwrap();
        let job = gone_on(&desk, id);
        assert_eq!((job.state, there(&desk)), (JobState::Refused, 0));
        assert!(job.problem.unwrap().detail.unwrap().contains("ファイルまたは外字の設定が変わった"));
        assert!(has_index(&desk));
        // Another import instead of that one.
        assert_eq!(counts(taken(&desk, &[person(1), person(2)])), (2, 2, 0, 0, 0));
        assert_eq!(there(&desk), 2);
        std::fs::remove_dir_all(place).unwrap();
    });
}
