//! What is damaged is one person's: it is counted, and nobody else waits for it.

use std::collections::BTreeMap;

use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::registry::{ExportedResults, FollowUp, FollowedUp, Reproved, UNIFIED_NUMBERS, UnifiedNumbersObtained};
use registry::Desk;
use registry::files::encoding::Encoding;
use registry::results::{EnteredRow, enter, import, reprove};
use store::StoreError;
use store::testing::{both, both_blocking};
use vocabulary::{Date, FiscalYear};

use crate::layouts::rearranged;
use crate::outbox::rehearsed;
use crate::results::{brought, sheet, sheet_of};
use crate::support::{clock, desk, ended, exported, individual, listed, look, officer, person, taken};

diesel::table! { fact (row, fact_id) { row -> BigInt, #[sql_name = "fact"] fact_id -> Text, value -> Binary, } }
diesel::table! { record_row (id) { id -> BigInt, content -> Binary, } }
diesel::table! { resident (id) { id -> BigInt, number -> Text, sealed_number -> Nullable<Binary>, } }
diesel::table! { detailed_case (resident) { resident -> BigInt, state -> Text, } }
diesel::table! { import (id) { id -> BigInt, state -> SmallInt, } }

const YEAR: FiscalYear = FiscalYear(2026);

fn on() -> Date {
    "2026-06-01".parse().unwrap()
}

/// A smoker's record of the lung, of each.
fn smokers(desk: &Desk, numbers: &[u32]) {
    taken(desk, &numbers.iter().copied().map(person).collect::<Vec<_>>());
    for number in numbers {
        let items = [
            ("resident_number", number.to_string().as_str()),
            ("fiscal_year", "2023"),
            ("examined_on", "2023-05-10"),
            ("smoking_index", "800"),
        ]
        .map(|(item, value)| (item.to_owned(), value.to_owned()));
        let entered = enter(desk.room(), &officer(), &desk.catalogue(), 3, &BTreeMap::from(items), "a test").unwrap();
        assert!(matches!(entered, EnteredRow::Added(_)), "{entered:?}");
    }
}

fn changed(desk: &Desk, change: impl FnOnce(&mut store::Tx) -> QueryResult<usize>) {
    assert_eq!(desk.room().raw().write_blocking(|tx| Ok::<_, StoreError>(change(tx)?)).unwrap(), 1);
}

fn due(desk: &Desk, examination: &str) -> u64 {
    let extracted = desk.extract(&officer(), YEAR, on()).unwrap();
    let of = |programme: &str| extracted.counts.iter().find(|count| count.programme == programme && count.examination == examination);
    of("lung").map_or(0, |count| count.people)
}

#[test]
fn r_reg_3_a_fact_that_cannot_be_read_is_counted_and_the_others_are_extracted() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        smokers(&desk, &[1, 2, 3]);
        let before = due(&desk, "sputum");
        assert_eq!(before, 3, "who smoked so much is due for it");
        changed(&desk, |tx| diesel::update(fact::table.filter(fact::row.eq(2))).set(fact::value.eq(vec![0_u8; 40])).execute(tx));
        assert_eq!(due(&desk, "sputum"), 2);
        assert_eq!(desk.extract(&officer(), YEAR, on()).unwrap().damaged, 1);
        let (came, list) = listed(&desk, YEAR.0, Some("lung"), "2026-06-01");
        assert_eq!((came.damaged, list.matches(",sputum,").count()), (1, 2), "{list}");
    });
}

#[test]
fn r_reg_2_a_record_that_cannot_be_read_proves_what_it_did_and_a_fact_that_cannot_be_read_is_derived_anew() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        smokers(&desk, &[1, 2, 3]);
        changed(&desk, |tx| diesel::update(fact::table.filter(fact::row.eq(2))).set(fact::value.eq(vec![0_u8; 40])).execute(tx));
        changed(&desk, |tx| diesel::update(record_row::table.find(1)).set(record_row::content.eq(vec![0_u8; 40])).execute(tx));
        let run = || reprove(desk.room(), &officer(), &desk.catalogue(), false, &mut |_| {}).unwrap();
        let Reproved { records, damaged, differing, .. } = run();
        assert_eq!((records, damaged, differing), (3, 1, 1));
        assert_eq!(run().differing, 0);
        assert_eq!(look(&desk, |tx| fact::table.count().get_result::<i64>(tx)), 3);
        assert_eq!((due(&desk, "sputum"), desk.extract(&officer(), YEAR, on()).unwrap().damaged), (3, 0));
    });
}

#[test]
fn r_reg_6_a_record_that_cannot_be_read_is_left_out_of_the_export_and_corrected_by_a_file() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[1, 2, 3].map(person));
        let row = |number: &'static str, index: &'static str| {
            [("resident_number", number), ("history_number", "1"), ("examined_on", "2023-05-10"), ("smoking_index", index)]
        };
        let came = brought(&desk, 3, sheet(3, &[&row("1", "800"), &row("2", "800"), &row("3", "800")]).as_bytes()).0;
        assert_eq!(came.added, 3);
        changed(&desk, |tx| diesel::update(record_row::table.find(1)).set(record_row::content.eq(vec![0_u8; 40])).execute(tx));
        let exported = || exported(&desk, 3).0;
        assert_eq!(exported(), ExportedResults { written: 2, damaged: 1 });
        // The layout has changed too, so that what is stored is read before it is compared.
        let (catalogue, met) = (rearranged(), wire::testing::damage_met("a sealed value"));
        let text = sheet_of(&catalogue, 3, &[&row("1", "900"), &row("2", "900"), &row("3", "800")]);
        let came = import(desk.room(), &officer(), &catalogue, 3, text.as_bytes(), "03.csv", Encoding::Utf8, &mut |_| {}).unwrap();
        assert_eq!((came.corrected, came.unchanged, came.damaged), (2, 1, 1));
        assert!(wire::testing::damage_met("a sealed value") > met, "the alarm was rung");
        assert_eq!(exported(), ExportedResults { written: 3, damaged: 0 });
    });
}

#[test]
fn r_reg_6_the_file_that_brought_a_record_mends_it_when_it_is_damaged() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[1, 2].map(person));
        let row = |number: &'static str| [("resident_number", number), ("examined_on", "2023-05-10"), ("smoking_index", "800")];
        let text = sheet(3, &[&row("1"), &row("2")]);
        assert_eq!(brought(&desk, 3, text.as_bytes()).0.added, 2);
        changed(&desk, |tx| diesel::update(record_row::table.find(1)).set(record_row::content.eq(vec![0_u8; 40])).execute(tx));
        let again = || {
            let came = brought(&desk, 3, text.as_bytes()).0;
            (came.added, came.corrected, came.unchanged, came.damaged)
        };
        assert_eq!(again(), (0, 1, 1, 1));
        assert_eq!(exported(&desk, 3).0, ExportedResults { written: 2, damaged: 0 });
        assert_eq!(again(), (0, 0, 2, 0));
    });
}

#[test]
fn r_reg_8_a_detailed_examination_that_cannot_be_read_leaves_its_case_unknown_and_the_others_are_followed_up() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[1, 2].map(person));
        let screening = |number: &'static str| {
            [
                ("resident_number", number),
                ("history_number", "1"),
                ("fiscal_year", "2026"),
                ("examined_on", "2026-05-01"),
                ("judgement", "2"),
            ]
        };
        brought(&desk, 4, sheet(4, &[&screening("1"), &screening("2")]).as_bytes());
        let detailed = |number: &'static str| [("resident_number", number), ("history_number", "1"), ("attendance", "1")];
        brought(&desk, 12, sheet(12, &[&detailed("1"), &detailed("2")]).as_bytes());
        changed(&desk, |tx| diesel::update(record_row::table.find(3)).set(record_row::content.eq(vec![0_u8; 40])).execute(tx));
        let made: FollowedUp = ended(&desk, "follow-up", &FollowUp { fiscal_year: FiscalYear(2026) });
        assert_eq!((made.needs_detailed, made.damaged), (2, 1));
        let states: Vec<(i64, String)> = look(&desk, |tx| {
            detailed_case::table.order(detailed_case::resident).select((detailed_case::resident, detailed_case::state)).load(tx)
        });
        assert_eq!(states, [(1, "unknown".to_owned()), (2, "done".to_owned())]);
    });
}

#[test]
fn r_reg_3_an_extraction_says_when_a_file_was_half_in() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1)]);
        let half_in = || desk.extract(&officer(), YEAR, on()).unwrap().half_imported;
        let states = [(0, 0), (1, 1), (3, 1), (2, 0)];
        for (state, expected) in states {
            changed(&desk, |tx| diesel::update(import::table.find(1)).set(import::state.eq(state)).execute(tx));
            assert_eq!(half_in().len(), expected, "state {state}");
            assert_eq!(listed(&desk, YEAR.0, None, "2026-06-01").0.half_imported.len(), expected, "state {state}");
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_13_a_person_whose_number_cannot_be_read_is_counted_and_the_others_are_numbered() {
    both(|rooms| async move {
        let city = rehearsed(rooms, clock(), None).await?;
        city.take("residents.csv", &[person(1), person(2), person(3)]).await?;
        city.damage(|tx| {
            let second = resident::table.filter(resident::number.eq("2"));
            diesel::update(second).set(resident::sealed_number.eq(Some(vec![0_u8; 40]))).execute(tx)
        })
        .await?;
        for _ in 0..2 {
            let numbered: UnifiedNumbersObtained = city.run(UNIFIED_NUMBERS, &Nothing {}).await?;
            assert_eq!((numbered.unified_numbers, numbered.refused, numbered.damaged), (2, 0, 1));
        }
        assert_eq!(city.got.lock().unwrap().numbers, [1, 3].map(individual));
        city.stop().await
    })
    .await;
}
