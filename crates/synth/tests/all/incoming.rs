//! Records that came in: every slip occurs, the truth is the truth.

use std::collections::{HashMap, HashSet};

use crate::reading::{city, read, write};
use synth::{INCOMING_COLUMNS, Slip, Spelling, TRUTH_COLUMNS};
use vocabulary::{Sex, era, text};

#[test]
fn every_kind_of_slip_and_stranger_occurs() {
    let records = city(20_000, 7).incoming();
    assert_eq!(records.len(), 1_000);
    let mut counts: HashMap<Slip, usize> = HashMap::new();
    records.iter().flat_map(|record| &record.slips).for_each(|&slip| *counts.entry(slip).or_default() += 1);
    let slips = [
        Slip::VariantCharacters,
        Slip::NameWithoutBlank,
        Slip::HalfWidthKana,
        Slip::Hiragana,
        Slip::MissingName,
        Slip::MissingKana,
        Slip::MaidenName,
        Slip::OldAddress,
        Slip::MissingAddress,
        Slip::MissingPhone,
        Slip::SexWord,
        Slip::MissingSex,
        Slip::DateFormat,
        Slip::BirthDay,
        Slip::BirthMonth,
        Slip::BirthYear,
        Slip::Stranger,
        Slip::Namesake,
        Slip::Twin,
        Slip::Relative,
    ];
    for slip in slips.into_iter().chain(Spelling::OTHERS.map(Slip::Address)) {
        assert!(counts.get(&slip).is_some_and(|&count| count >= 2), "{slip:?}: {counts:?}");
    }
    let strangers = records.iter().filter(|record| record.resident_number.is_none()).count();
    assert!((80..170).contains(&strangers), "{strangers}");
}

#[test]
fn the_files_are_the_records_and_the_truth_names_residents() {
    let city = city(5_000, 3);
    let directory = write(&city);
    let (incoming, truth) = (read(&directory, "incoming.csv"), read(&directory, "truth.csv"));
    assert_eq!(
        (incoming.header.as_slice(), truth.header.as_slice()),
        (&INCOMING_COLUMNS.map(str::to_owned)[..], &TRUTH_COLUMNS.map(str::to_owned)[..])
    );
    let residents: HashSet<String> =
        city.people().filter(|person| person.lives_here(city.snapshot_day())).map(|person| person.resident_number()).collect();
    let records = city.incoming();
    assert_eq!((incoming.rows.len(), truth.rows.len()), (records.len(), records.len()));
    let numbers: HashSet<&str> = incoming.rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers.len(), records.len());
    for ((record, row), truth) in records.iter().zip(&incoming.rows).zip(&truth.rows) {
        assert_eq!((&row[0], &row[1], &row[6]), (&record.acceptance_number, record.name.expose(), record.address.expose()));
        assert_eq!((&truth[0], truth[1].as_str()), (&row[0], record.resident_number.as_deref().unwrap_or_default()));
        assert!(truth[1].is_empty() || residents.contains(&truth[1]));
        assert!(Sex::parse(&row[3]).is_some() && era::parse_date(&row[4]).is_ok(), "{row:?}");
        assert!(!(row[1].is_empty() && row[2].is_empty()), "a record without any name");
    }
}

#[test]
fn a_record_differs_from_the_register_only_in_the_slips_it_names() {
    let city = city(10_000, 13);
    let people: HashMap<String, synth::Person> = city.people().map(|person| (person.resident_number(), person)).collect();
    let mut checked = 0;
    for record in city.incoming() {
        let Some(person) = record.resident_number.as_ref().map(|number| &people[number]) else { continue };
        let has = |slip| record.slips.contains(&slip);
        let birth_wrong = has(Slip::BirthDay) || has(Slip::BirthMonth) || has(Slip::BirthYear);
        assert_eq!(era::parse_date(record.birth.expose()) != Ok(person.birth), birth_wrong);
        assert_eq!(record.name.expose().is_empty(), has(Slip::MissingName));
        assert_eq!(record.kana.expose().is_empty(), has(Slip::MissingKana));
        assert_eq!(record.address.expose().is_empty(), has(Slip::MissingAddress));
        if !has(Slip::MissingName) && !has(Slip::MaidenName) {
            assert_eq!(text::folded_name(record.name.expose()), text::folded_name(&person.name()));
        }
        if !has(Slip::MissingKana) {
            let same = text::folded_kana(record.kana.expose()) == text::folded_kana(&person.kana());
            assert_eq!(same, !has(Slip::MaidenName));
        }
        if record.slips.is_empty() {
            assert_eq!(*record.name.expose().replace(' ', "\u{3000}"), person.name().replace(' ', "\u{3000}"));
        }
        checked += 1;
    }
    assert!(checked > 350, "{checked}");
}

#[test]
fn strangers_are_not_in_the_register_however_much_they_look_like_it() {
    let city = city(10_000, 17);
    let register: HashSet<(String, vocabulary::Date)> =
        city.people().map(|person| (text::folded_kana(&person.kana()), person.birth)).collect();
    let strangers: Vec<_> = city.incoming().into_iter().filter(|record| record.resident_number.is_none()).collect();
    assert!(strangers.iter().any(|record| record.slips.contains(&Slip::Twin)));
    for record in strangers {
        let key = (text::folded_kana(record.kana.expose()), era::parse_date(record.birth.expose()).unwrap());
        assert!(!register.contains(&key), "{:?}", record.slips);
    }
}
