//! R-REG-3: who is due, as a list, as a kept extraction, and why.

use diesel::prelude::*;
use registry::{Desk, RegistryError};
use store::testing::both_blocking;
use vocabulary::{Date, FiscalYear, ResidentNumber};

use crate::support::{desk, look, officer, person, taken};

diesel::table! {
    examination (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, programme -> Text,
        #[sql_name = "examination"]
        which -> Text,
        fiscal_year -> Integer, examined_on -> Integer, institution -> Text, judgement -> Text, needs_detailed -> SmallInt,
        smoking_index -> Nullable<Integer>, source -> Text, row -> BigInt, history -> Integer, setting -> Text, claim_month -> Integer,
        excluded -> SmallInt,
    }
}
diesel::table! { resident (id) { id -> BigInt, number -> Text, } }
diesel::table! { extraction (id) { id -> BigInt, people -> BigInt, examinations -> BigInt, } }
diesel::table! { extraction_person (extraction, resident) { extraction -> BigInt, resident -> BigInt, version -> Integer, age -> SmallInt, } }

const YEAR: FiscalYear = FiscalYear(2026);

fn day() -> Date {
    "2026-06-01".parse().unwrap()
}

/// An examination of a person: (number, record, programme, examination, fiscal year, day, smoking index).
fn examined(desk: &Desk, rows: &[(&str, i16, &str, &str, i32, i32, Option<i32>)]) {
    desk.room()
        .raw()
        .write_blocking(|tx| {
            let mut id: i64 = examination::table.count().get_result(tx)?;
            for (number, record, programme, which, year, on, smoking) in rows {
                id += 1;
                let resident: i64 = resident::table.filter(resident::number.eq(number)).select(resident::id).first(tx)?;
                let known = (
                    examination::id.eq(id),
                    examination::resident.eq(resident),
                    examination::record.eq(record),
                    examination::programme.eq(programme),
                );
                let told = (
                    examination::which.eq(which),
                    examination::fiscal_year.eq(year),
                    examination::examined_on.eq(on),
                    examination::smoking_index.eq(smoking),
                );
                let rest = (
                    examination::institution.eq(""),
                    examination::judgement.eq("1"),
                    examination::needs_detailed.eq(0),
                    examination::source.eq("file"),
                );
                let more = (
                    examination::row.eq(id),
                    examination::history.eq(1),
                    examination::setting.eq("1"),
                    examination::claim_month.eq(0),
                    examination::excluded.eq(0),
                );
                diesel::insert_into(examination::table).values((known, told, rest, more)).execute(tx)?;
            }
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
}

fn eligible(desk: &Desk, programme: Option<&str>) -> String {
    let mut out = Vec::new();
    let lines = desk.eligible(&officer(), YEAR, programme, day(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(lines + 1, text.lines().count() as u64);
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
        examined(&desk, &[("10", 4, "colorectal", "fit", 2026, 20_260_410, None), ("9", 14, "cervix", "cytology", 2026, 20_260_410, None)]);
        let expected = "住民番号,事業,検査,年齢\n10,lung,chest_xray,50\n10,oral_health,oral,50\n10,stomach,endoscopy,50\n10,stomach,xray,50\n\
                        9,breast,ultrasound,36\n9,cervix,cytology,36\n9,stomach,xray,36\n";
        assert_eq!(eligible(&desk, None), expected);
        assert_eq!(eligible(&desk, Some("cervix")), "住民番号,事業,検査,年齢\n9,cervix,cytology,36\n");
        assert!(matches!(desk.eligible(&officer(), YEAR, Some("nothing"), day(), &mut Vec::new()), Err(RegistryError::Plan(_))));
    });
}

#[test]
fn r_reg_3_the_latest_smoking_index_decides_and_an_examination_of_tomorrow_is_not_known_today() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1), person(2), person(3), person(4), person(5)]);
        examined(
            &desk,
            &[
                ("1", 3, "lung", "chest_xray", 2023, 20_230_510, Some(500)),
                ("1", 3, "lung", "", 2024, 0, Some(600)),
                ("1", 3, "lung", "", 2024, 20_240_510, Some(600)),
                ("2", 3, "lung", "chest_xray", 2024, 20_240_510, Some(900)),
                ("2", 3, "lung", "chest_xray", 2025, 20_250_510, Some(599)),
                ("3", 3, "lung", "chest_xray", 2026, 20_260_602, Some(900)),
                // Without a day it is a fact and no examination; and of two facts of one day the later row holds.
                ("4", 3, "lung", "", 2026, 0, Some(900)),
                ("5", 3, "lung", "chest_xray", 2025, 20_250_510, Some(900)),
                ("5", 3, "lung", "chest_xray", 2025, 20_250_510, Some(100)),
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
        examined(&desk, &[("2", 6, "cervix", "cytology", 2025, 20_250_801, None)]);
        let explain = |number: &str| desk.explain(&officer(), &ResidentNumber::parse(number).unwrap(), "cervix", day()).unwrap();
        assert!(explain("1").verdicts[0].is_due());
        assert!(!explain("2").verdicts[0].is_due());
        assert!(explain("2").ja().contains("2025年度に受診しています"), "{}", explain("2").ja());
        assert_eq!(eligible(&desk, Some("cervix")), "住民番号,事業,検査,年齢\n1,cervix,cytology,50\n");
        let nobody = desk.explain(&officer(), &ResidentNumber::parse("77").unwrap(), "cervix", day());
        assert!(matches!(nobody, Err(RegistryError::Unknown(_))));
    });
}
