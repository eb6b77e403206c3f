//! Results: right in form by the catalogue, right in substance by the rules that are written down for people.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::reading::{Sheet, city, read, result_files, write};
use catalogue::Catalogue;
use vocabulary::{Date, FiscalYear, era};

#[test]
fn r_reg_6_every_value_of_all_15_record_types_is_as_the_catalogue_writes_it() {
    let catalogue = Catalogue::built_in().unwrap();
    for (residents, seed) in [(150, 1), (5_000, 2)] {
        let directory = write(&city(residents, seed));
        let mut types = BTreeSet::new();
        for (record, name) in result_files(&directory) {
            let record = catalogue.record(record).unwrap();
            assert!(name.starts_with(&format!("{:02}_{}-20", record.number, record.id)), "{name}");
            types.insert(record.number);
            let sheet = read(&directory, &format!("results/{name}"));
            let header: Vec<&str> = record.header().map(|item| if item == "整理番号" { "住民番号" } else { item }).collect();
            assert_eq!(sheet.header, header, "{name}");
            assert!(!sheet.rows.is_empty());
            for row in &sheet.rows {
                let cells: Vec<&str> = row.iter().map(String::as_str).collect();
                assert!(record.validate(&cells).is_empty(), "{name}: {:?}", record.validate(&cells));
                for (item, cell) in record.items.iter().zip(cells) {
                    assert_eq!(item.canonical(cell).as_deref(), Ok(cell), "{name} {}", item.name);
                }
            }
        }
        assert_eq!(types, (1..=15).collect::<BTreeSet<u16>>(), "{residents} residents");
    }
}

#[test]
fn results_are_of_people_who_lived_here_and_were_due_that_year() {
    let city = city(12_000, 9);
    let directory = write(&city);
    let people: HashMap<String, synth::Person> = city.people().map(|person| (person.resident_number(), person)).collect();
    let mut keys = BTreeSet::new();
    let mut years = BTreeSet::new();
    let mut done: BTreeMap<(String, i16), Vec<String>> = BTreeMap::new();
    for record in 1..=8 {
        for year in 2023..=2026 {
            let Some(sheet) = result(&directory, record, year) else { continue };
            years.insert(year);
            for row in sheet.maps() {
                let person = &people[row["住民番号"]];
                let on = era::parse_date(row["受診日"]).unwrap();
                assert!(person.lives_here(on) && on < city.snapshot_day());
                assert_eq!((row["年度"], FiscalYear::of(on)), (year.to_string().as_str(), FiscalYear(year)));
                assert!(keys.insert((record, row["住民番号"].to_owned(), row["履歴番号"].to_owned())));
                let age = FiscalYear(year).age(person.birth);
                let due = match record {
                    2 => age >= 35 && (row["検査方法"] == "1" || age >= 50),
                    3 | 4 => age >= 40,
                    5 => person.sex.code() != 1 && age >= 30,
                    6 => person.sex.code() != 1 && age >= 20,
                    7 => person.sex.code() != 1 && [40, 50, 60].contains(&age),
                    8 => [20, 30, 40, 50, 60, 70].contains(&age) && year < 2026,
                    _ => true,
                };
                assert!(due, "type {record}, age {age} in {year}");
                if record == 3 && !row["喀痰細胞診結果"].is_empty() {
                    assert!(row["喫煙指数"].parse::<u32>().unwrap() >= 600);
                }
                if record == 2 && row["検査方法"] == "2" {
                    done.entry((row["住民番号"].to_owned(), year)).or_default().push("endoscopy".to_owned());
                }
                if record == 6 && age >= 40 {
                    done.entry((row["住民番号"].to_owned(), year)).or_default().push("cervix".to_owned());
                }
            }
        }
    }
    assert_eq!(years, BTreeSet::from([2023, 2024, 2025, 2026]));
    for ((person, year), what) in &done {
        for examination in what {
            let again = done.get(&(person.clone(), year - 1)).is_some_and(|before| before.contains(examination));
            assert!(!again, "{examination} two years running");
        }
    }
}

#[test]
fn detailed_examinations_follow_a_screening_that_asked_for_one() {
    let directory = write(&city(12_000, 9));
    let mut followed = 0;
    for (screening, detailed) in [(2, 10), (3, 11), (4, 12), (5, 13), (6, 14), (7, 15), (8, 9)] {
        for year in 2023..=2026 {
            let Some(after) = result(&directory, detailed, year) else { continue };
            let before = result(&directory, screening, year).unwrap();
            let asked: HashMap<(&str, &str), (&str, Date)> = before
                .maps()
                .map(|row| ((row["住民番号"], row["履歴番号"]), (row["総合判定"], era::parse_date(row["受診日"]).unwrap())))
                .collect();
            for row in after.maps() {
                let (judgement, on) = asked[&(row["住民番号"], row["履歴番号"])];
                assert!(matches!((screening, judgement), (2..=6, "2") | (7 | 8, "3")), "{screening} {judgement}");
                assert!(row["受診日"].is_empty() || era::parse_date(row["受診日"]).unwrap() > on);
                assert_eq!(row["受診日"].is_empty(), row["受診区分"] == "2");
                followed += 1;
            }
        }
    }
    assert!(followed > 200, "{followed}");
}

fn result(directory: &tempfile::TempDir, record: u16, year: i16) -> Option<Sheet> {
    let suffix = format!("-{year}.csv");
    let (_, name) = result_files(directory).into_iter().find(|(number, name)| *number == record && name.ends_with(&suffix))?;
    Some(read(directory, &format!("results/{name}")))
}
