//! What every synthetic city must be: reproducible, valid by the rules of the interfaces, believable.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::reading::{Sheet, city, day, plan, read, snapshot_of, write};
use synth::{City, Encoding, FEWEST, FIRST_CITY, Progress, RESIDENT_COLUMNS, SynthError};
use vocabulary::{Date, HouseholdNumber, ResidentNumber, Sex, address, age_on, era, text};

#[test]
fn the_same_plan_gives_the_same_bytes_on_any_number_of_cores() {
    let bytes = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| snapshot_of(&write(&city(9_000, seed))))
    };
    let first = bytes(1, 7);
    assert!(first.len() > 40, "{}", first.len());
    assert_eq!(first, bytes(3, 7));
    let other = bytes(2, 8);
    for (path, bytes) in &first {
        assert_ne!(other.get(path), Some(bytes), "{path} does not depend on the seed");
    }
}

#[test]
fn writing_again_leaves_nothing_of_the_city_before() {
    let directory = write(&city(300, 7));
    let mut shorter = plan(300, 7);
    (shorter.weeks, shorter.past_years) = (0, 1);
    std::fs::write(directory.path().join("results/notes.csv"), "kept").unwrap();
    let written = City::generate(&shorter).unwrap().write(directory.path(), Encoding::Utf8, &mut |_| {}).unwrap();
    assert!(!directory.path().join("weekly-01.csv").exists());
    assert_eq!(snapshot_of(&directory).len(), written.files.len() + 1);
    assert!(written.files.last().is_some_and(|path| path.ends_with("truth.csv")), "what shows that all is whole comes last");
}

#[test]
fn residents_csv_has_every_column_and_every_value_in_its_range() {
    let directory = write(&city(6_000, 7));
    let residents = read(&directory, "residents.csv");
    assert_eq!(residents.header, RESIDENT_COLUMNS);
    assert_eq!(residents.rows.len(), 6_000);
    let mut numbers = HashSet::new();
    let mut individual = HashSet::new();
    for row in residents.maps() {
        assert!(numbers.insert(ResidentNumber::parse(row["住民番号"]).unwrap()));
        HouseholdNumber::parse(row["世帯番号"]).unwrap();
        if row["個人番号"].is_empty() {
            assert_eq!(row["住民区分"], "3");
        } else {
            number::IndividualNumber::parse(row["個人番号"]).unwrap();
            assert!(row["個人番号"].starts_with(synth::SYNTHETIC_PREFIX));
            assert!(individual.insert(row["個人番号"].to_owned()));
        }
        assert!((3..=100).contains(&text::count(row["氏名"])) && (3..=100).contains(&text::count(row["氏名カナ"])));
        assert!(matches!(row["性別"], "0" | "1" | "2"));
        for (column, may_be_empty) in [("生年月日", false), ("異動日", true), ("住民となった日", true), ("住民でなくなった日", true)]
        {
            assert!(may_be_empty && row[column].is_empty() || era::parse_date(row[column]).is_ok(), "{column}");
        }
        assert!(row["郵便番号"].starts_with("000-") && row["郵便番号"].len() == 8);
        assert!(row["住所"].starts_with("みほん県"));
        assert!(matches!(row["住民区分"], "1" | "2" | "3"));
        assert!(matches!(row["異動事由"], "" | "転入" | "転居" | "出生" | "転出" | "死亡" | "職権" | "婚姻"));
        assert!(matches!(row["消除事由"], "" | "1" | "2" | "9"));
        assert_eq!(row["消除事由"].is_empty(), row["住民でなくなった日"].is_empty());
        assert!(matches!(row["支援措置"], "" | "1"));
        assert!(matches!(row["個人課税区分"], "0" | "1" | "9") && matches!(row["世帯課税区分"], "0" | "1" | "9"));
        assert!(matches!(row["生活保護"], "0" | "1") && matches!(row["被災者"], "0" | "1"));
    }
}

/// A column and a value that must occur in it.
const SHAPES: [(&str, &str); 19] = [
    ("住民区分", "2"),
    ("住民区分", "3"),
    ("消除事由", "1"),
    ("消除事由", "2"),
    ("支援措置", "1"),
    ("生活保護", "1"),
    ("被災者", "1"),
    ("個人課税区分", "0"),
    ("個人課税区分", "1"),
    ("個人課税区分", "9"),
    ("異動事由", "転入"),
    ("異動事由", "転居"),
    ("異動事由", "出生"),
    ("異動事由", "転出"),
    ("異動事由", "死亡"),
    ("生年月日", "1987-04-01"),
    ("生年月日", "1987-04-02"),
    ("生年月日", "1988-02-29"),
    ("性別", "2"),
];

#[test]
fn even_the_smallest_city_has_every_shape() {
    for seed in 0..5 {
        let directory = write(&city(FEWEST + 40, seed));
        let residents = read(&directory, "residents.csv");
        for (column, value) in SHAPES {
            assert!(residents.maps().any(|row| row[column] == value), "seed {seed}: no {column} {value}");
        }
        assert!(residents.maps().any(|row| row["氏名"].contains('\u{E0100}')));
        let births: Vec<(&str, &str)> = residents.maps().map(|row| (row["世帯番号"], row["生年月日"])).collect();
        assert!(births.len() > births.iter().collect::<HashSet<_>>().len(), "no twins");
        assert!(!read(&directory, "weekly-01.csv").rows.is_empty());
    }
}

#[test]
fn ages_sexes_and_households_are_believable() {
    let city = city(30_000, 3);
    let day = city.snapshot_day();
    let mut households: BTreeMap<u32, Vec<(i16, Sex)>> = BTreeMap::new();
    let mut ages = Vec::new();
    for person in city.people().filter(|person| person.lives_here(day)) {
        let age = age_on(person.birth, day);
        assert!((0..=112).contains(&age));
        ages.push(age);
        households.entry(person.household).or_default().push((age, person.sex));
    }
    let share = |from: i16, to: i16| ages.iter().filter(|&&age| (from..to).contains(&age)).count() * 1_000 / ages.len();
    let young_middle_old = (share(0, 15), share(15, 65), share(65, 200), share(75, 200));
    assert!((100..130).contains(&young_middle_old.0), "{young_middle_old:?}");
    assert!((570..620).contains(&young_middle_old.1), "{young_middle_old:?}");
    assert!((270..310).contains(&young_middle_old.2), "{young_middle_old:?}");
    assert!((150..190).contains(&young_middle_old.3), "{young_middle_old:?}");
    let mean = ages.len() as f64 / households.len() as f64;
    assert!((1.8..2.6).contains(&mean), "{mean}");
    let without_adult = households.values().filter(|members| members.iter().all(|(age, _)| *age < 18)).count();
    // A parent may have died or left; otherwise nobody under age lives alone.
    assert!(without_adult * 200 < households.len(), "{without_adult}");
}

#[test]
fn nobody_came_before_birth_or_left_before_coming_or_moves_in_the_future() {
    let city = city(9_000, 11);
    for person in city.people() {
        let day = city.snapshot_day();
        assert!(person.birth <= day);
        assert!(person.became.is_none_or(|came| person.birth <= came && came <= day));
        assert!(person.ceased.is_none_or(|(left, _)| Some(left) >= person.became && left <= day));
        assert!(person.event.is_none_or(|event| event.on <= day));
    }
}

#[test]
fn weeks_change_about_two_rows_in_a_hundred_and_bring_newcomers() {
    let mut plan = plan(20_000, 5);
    plan.weeks = 3;
    let city = City::generate(&plan).unwrap();
    let directory = write(&city);
    let before = read(&directory, "residents.csv");
    let mut known: HashMap<String, Vec<String>> = before.rows.iter().map(|row| (row[0].clone(), row.clone())).collect();
    let mut reasons: HashSet<String> = HashSet::new();
    for week in 1..=3 {
        let weekly = read(&directory, &format!("weekly-{week:02}.csv"));
        assert_eq!(weekly.header, RESIDENT_COLUMNS);
        assert!((300..600).contains(&weekly.rows.len()), "{}", weekly.rows.len());
        let last_day = day("2026-11-22", -7 * (3 - week));
        for (map, row) in weekly.maps().zip(&weekly.rows) {
            match known.insert(row[0].clone(), row.clone()) {
                Some(old) => assert_ne!(&old, row, "an unchanged row in the difference"),
                None => {
                    assert!(matches!(map["異動事由"], "転入" | "出生"));
                    reasons.insert("new".to_owned() + map["異動事由"]);
                }
            }
            let on = era::parse_date(map["異動日"]).unwrap_or(Date::MIN);
            assert!(on <= last_day);
            if on > day("2026-11-22", -7 * (4 - week)) {
                reasons.insert(map["異動事由"].to_owned());
            }
        }
    }
    for reason in ["転居", "転出", "死亡", "婚姻", "new転入", "new出生"] {
        assert!(reasons.contains(reason), "{reason} in {reasons:?}");
    }
    // The full file after the weeks is the first one with the differences laid over it.
    let path = directory.path().join("after.csv");
    let rows = city.write_residents_after(3, &path, Encoding::Utf8).unwrap();
    let after = read(&directory, "after.csv");
    assert_eq!((after.rows.len(), rows), (known.len(), u64::try_from(known.len()).unwrap()));
    assert!(after.rows.iter().all(|row| known.get(&row[0]) == Some(row)));
}

#[test]
fn a_cp932_city_reads_back_as_windows_31j_with_crlf() {
    let directory = tempfile::tempdir().unwrap();
    city(8_000, 7).write(directory.path(), Encoding::Cp932, &mut |_| {}).unwrap();
    let bytes = std::fs::read(directory.path().join("residents.csv")).unwrap();
    let (decoded, _, broken) = encoding_rs::SHIFT_JIS.decode(&bytes);
    assert!(!broken && !decoded.contains("&#") && !decoded.contains('〓'));
    let sheet = Sheet::parse(&decoded);
    assert_eq!((sheet.header, sheet.rows.len()), (RESIDENT_COLUMNS.map(str::to_owned).to_vec(), 8_000));
    assert_eq!(decoded.matches("\r\n").count(), 8_001);
    assert!(decoded.contains('髙'), "no 髙");
    assert!(decoded.contains('﨑'), "no 﨑");
}

#[test]
fn addresses_of_the_register_are_read_by_the_vocabulary() {
    for person in city(1_000, 1).people() {
        let home = person.home.expose();
        let folded = address::normalised(&home.address());
        assert!(folded.ends_with(|c: char| c.is_ascii_digit()) && !folded.contains("丁目") && !folded.contains("県"), "{folded}");
    }
}

#[test]
fn plans_that_make_no_city_are_refused_and_progress_is_told() {
    assert!(matches!(City::generate(&plan(FEWEST - 1, 1)), Err(SynthError::Residents { .. })));
    let mut too_long = plan(100, 1);
    too_long.weeks = 53;
    assert!(matches!(City::generate(&too_long), Err(SynthError::Weeks(53))));
    let directory = tempfile::tempdir().unwrap();
    let mut last = None;
    city(5_000, 1).write(directory.path(), Encoding::Utf8, &mut |progress| last = Some(progress)).unwrap();
    assert_eq!(last, Some(Progress { residents: 5_000, of: 5_000 }));
    let file = directory.path().join("residents.csv");
    let error = city(100, 1).write(&file, Encoding::Utf8, &mut |_| {}).unwrap_err();
    assert!(error.to_string().contains("residents.csv"), "{error}");
    assert_eq!(FIRST_CITY, "991015");
}
