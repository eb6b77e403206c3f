//! R-REG-3: who is due, as a list, as a kept extraction, and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::ListEligible;
use registry::extraction::{ELIGIBLE, LIST_JOB};
use registry::results::{EnteredRow, enter};
use registry::{Desk, RegistryError};
use store::testing::both_blocking;
use vocabulary::{Date, FiscalYear, ResidentNumber, SystemEntropy};
use work::jobs::Rehearsal;

use crate::results::Items;
use crate::support::{ask, attempted, desk, listed, look, officer, person, runtime, taken};

diesel::table! { resident (id) { id -> BigInt, number -> Text, } }
diesel::table! { extraction (id) { id -> BigInt, people -> BigInt, examinations -> BigInt, } }
diesel::table! { extraction_person (extraction, resident) { extraction -> BigInt, resident -> BigInt, version -> Integer, age -> SmallInt, } }

const YEAR: FiscalYear = FiscalYear(2026);

fn day() -> Date {
    "2026-06-01".parse().unwrap()
}

/// A record of a person: number, record type, items.
fn recorded(desk: &Desk, rows: &[(&str, u16, Items<'_>)]) {
    for (number, record, items) in rows {
        let mut items: BTreeMap<String, String> = items.iter().map(|(item, value)| ((*item).to_owned(), (*value).to_owned())).collect();
        items.insert("resident_number".to_owned(), (*number).to_owned());
        let entered = enter(desk.room(), &officer(), &desk.catalogue(), *record, &items, "a test").unwrap();
        assert!(matches!(entered, EnteredRow::Added(_)), "{entered:?}");
    }
}

/// A record of the lung: fiscal year, day, smoking index; a film where it was an X-ray.
fn lung<'t>(year: &'t str, on: &'t str, film: &'t str, index: &'t str) -> [(&'t str, &'t str); 4] {
    [("fiscal_year", year), ("examined_on", on), ("film_number", film), ("smoking_index", index)]
}

fn eligible(desk: &Desk, programme: Option<&str>) -> String {
    let (came, text) = listed(desk, YEAR.0, programme, &day().to_string());
    assert_eq!((came.rows + 1, came.damaged, came.half_imported.len()), (text.lines().count() as u64, 0, 0));
    text
}

#[test]
fn r_reg_3_the_list_is_sorted_and_leaves_out_the_gone_and_the_examined() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut man = person(10);
        man.sex = "1";
        let mut dead = person(2);
        (dead.until, dead.removal) = ("2026-05-01", "2");
        let mut outside = person(3);
        outside.class = "3";
        let mut protected = person(9);
        protected.protected = "1";
        protected.birth = "1990-05-05";
        taken(&desk, &[man, dead, outside, protected]);
        // Done this year; and a detailed examination, which is none of the screenings.
        let done = [("fiscal_year", "2026"), ("examined_on", "2026-04-10")];
        recorded(&desk, &[("10", 4, &done), ("9", 14, &[("examined_on", "2026-04-10"), ("attendance", "1")])]);
        let expected = "住民番号,事業,検査,年齢\n10,lung,chest_xray,50\n10,oral_health,oral,50\n10,stomach,endoscopy,50\n10,stomach,xray,50\n\
                        9,breast,ultrasound,36\n9,cervix,cytology,36\n9,stomach,xray,36\n";
        assert_eq!(eligible(&desk, None), expected);
        assert_eq!(eligible(&desk, Some("cervix")), "住民番号,事業,検査,年齢\n9,cervix,cytology,36\n");
        let asked = ListEligible { fiscal_year: YEAR, on: day(), programme: Some("nothing".to_owned()) };
        let job = attempted(&desk, LIST_JOB, &asked);
        assert_eq!((job.state, job.problem.unwrap().code()), (JobState::Refused, "asked"));
    });
}

#[test]
fn r_ops_a_list_that_was_broken_off_says_what_the_city_is_when_it_goes_on_and_is_whole() {
    both_blocking(|rooms| {
        let (desk, rehearsal, runtime) = (desk(&rooms), Rehearsal::of(50), runtime());
        let mut lines: Vec<_> = (1..=40).map(person).collect();
        taken(&desk, &lines);
        let runner = desk.clone().rehearsed(Arc::new(SystemEntropy), rehearsal.clone()).runner();
        let id = runtime.block_on(ask(&desk, LIST_JOB, ListEligible { fiscal_year: YEAR, on: day(), programme: None })).unwrap().id;
        let attempt = |fails: usize| {
            rehearsal.fail(fails);
            runtime.block_on(runner.run_by_hand(id, &mut |_| {})).unwrap().job
        };
        let half = attempt(4);
        assert_eq!((half.state, half.files.len()), (JobState::Waiting, 1), "some of it is written: {:?}", half.problem);
        (lines[0].until, lines[0].removal) = ("2026-05-01", "2");
        taken(&desk, &lines);
        let done = attempt(0);
        assert_eq!(done.state, JobState::Done, "{:?}", done.problem);
        let text = String::from_utf8(desk.file_of_job(&officer(), id, ELIGIBLE).unwrap()).unwrap();
        assert_eq!((text.as_str(), text.contains("\n1,")), (eligible(&desk, None).as_str(), false));
    });
}

#[test]
fn r_reg_3_the_latest_smoking_index_decides_and_an_examination_of_tomorrow_is_not_known_today() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1), person(2), person(3), person(4), person(5)]);
        recorded(
            &desk,
            &[
                ("1", 3, &lung("2023", "2023-05-10", "1", "500")),
                ("1", 3, &lung("2024", "", "", "600")),
                ("1", 3, &lung("2024", "2024-05-10", "", "600")),
                ("2", 3, &lung("2024", "2024-05-10", "2", "900")),
                ("2", 3, &lung("2025", "2025-05-10", "3", "599")),
                ("3", 3, &lung("2026", "2026-06-02", "4", "900")),
                // Without a day it is a fact and no examination; and of two facts of one day the later row holds.
                ("4", 3, &lung("2026", "", "", "900")),
                ("5", 3, &lung("2025", "2025-05-10", "5", "900")),
                ("5", 3, &lung("2025", "2025-05-10", "6", "100")),
            ],
        );
        assert_eq!(
            eligible(&desk, Some("lung")),
            "住民番号,事業,検査,年齢\n1,lung,chest_xray,50\n1,lung,sputum,50\n2,lung,chest_xray,50\n3,lung,chest_xray,50\n\
             4,lung,chest_xray,50\n4,lung,sputum,50\n5,lung,chest_xray,50\n"
        );
        let explain = |number: &str| desk.explain(&officer(), &ResidentNumber::parse(number).unwrap(), "lung", day()).unwrap();
        let due = |number: &str| explain(number).verdicts.iter().map(|verdict| verdict.is_due()).collect::<Vec<_>>();
        assert_eq!(["1", "2", "3", "4", "5"].map(due), [[true; 2], [true, false], [true, false], [true; 2], [true, false]]);
    });
}

#[test]
fn r_reg_3_an_extraction_is_the_same_until_something_that_it_says_has_changed() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines: Vec<_> = (1..=40).map(person).collect();
        taken(&desk, &lines);
        let first = desk.extract(&officer(), YEAR, day()).unwrap();
        assert_eq!(eligible(&desk, None).lines().count() as u64, first.rows + 1);
        assert_eq!(first.counts.iter().map(|count| count.people).sum::<u64>(), first.rows);
        assert_eq!(desk.extract(&officer(), YEAR, day()).unwrap(), first, "asked again it is the same");
        assert_eq!(
            look(&desk, |tx| extraction::table.select((extraction::people, extraction::examinations)).load::<(i64, i64)>(tx)),
            [(40, first.rows as i64)]
        );
        lines[6].address = "みほん市港町9番".to_owned();
        taken(&desk, &lines);
        let second = desk.extract(&officer(), YEAR, day()).unwrap();
        assert_eq!((second.extraction, second.rows), (first.extraction + 1, first.rows), "the address at extraction is another");
        // The first still says which row was looked at: what stood there then is in the history.
        let versions = |id: i64| {
            look(&desk, |tx| {
                extraction_person::table
                    .filter(extraction_person::extraction.eq(id).and(extraction_person::version.gt(1)))
                    .count()
                    .get_result::<i64>(tx)
            })
        };
        assert_eq!((versions(first.extraction), versions(second.extraction)), (0, 1));
    });
}

#[test]
fn r_reg_3_every_answer_has_its_reasons_in_japanese_and_agrees_with_the_list() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1), person(2)]);
        recorded(&desk, &[("2", 6, &[("fiscal_year", "2025"), ("examined_on", "2025-08-01")])]);
        let explain = |number: &str| desk.explain(&officer(), &ResidentNumber::parse(number).unwrap(), "cervix", day()).unwrap();
        assert!(explain("1").verdicts[0].is_due());
        assert!(!explain("2").verdicts[0].is_due());
        assert!(explain("2").ja().contains("2025年度に受診しています"), "{}", explain("2").ja());
        assert_eq!(eligible(&desk, Some("cervix")), "住民番号,事業,検査,年齢\n1,cervix,cytology,50\n");
        let nobody = desk.explain(&officer(), &ResidentNumber::parse("77").unwrap(), "cervix", day());
        assert!(matches!(nobody, Err(RegistryError::Cause(wire::Cause::Unknown(_)))));
    });
}
