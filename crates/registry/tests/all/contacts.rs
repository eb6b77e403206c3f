//! Issue 7, H2: where somebody lives, their phone and whether they are protected lie sealed, and open in their own row alone.

use diesel::prelude::*;
use protocol::messages::registry::{ImportResidents, ResidentsConcerned};
use registry::files::encoding::Encoding;
use registry::identification::identify;
use registry::residents::{Event, IMPORT};
use registry::{Desk, Media, RegistryError};
use store::testing::{both_blocking, contains, schema, stored};
use vocabulary::FiscalYear;

use crate::support::{
    HEADING, Line, cancelled, contact, counts, desk, folder, individual, look, officer, person, previewed, shown, swap_contacts, take,
    taken,
};

diesel::table! { resident_staged (import, place) { import -> BigInt, place -> BigInt, id -> BigInt, contact -> Binary, } }
diesel::table! { resident (id) { id -> BigInt, version -> Integer, contact -> Binary, digest -> Binary, } }
diesel::table! { resident_history (id, version) { id -> BigInt, version -> Integer, digest -> Binary, } }

/// Four people of whom the second is protected, and who all moved a week later.
fn weeks() -> [Vec<Line>; 2] {
    let protected = |number| if number == 2 { "1" } else { "" };
    let first: Vec<Line> = (1..=4).map(|number| Line { protected: protected(number), ..person(number) }).collect();
    let mut later = first.clone();
    later.iter_mut().for_each(|line| line.address = format!("みほん市港町{}番", line.number));
    [first, later]
}

/// The people of whom there is a letter among the vouchers of an extraction.
fn written_to(desk: &Desk, extraction: i64) -> Vec<u32> {
    let mut out = Vec::new();
    desk.print_vouchers(&officer(), extraction, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    (1..=4).filter(|number| text.contains(&format!("見本　花子{number}"))).collect()
}

/// What stands in the file of a week alone, of a person who is protected: 郵便番号, 住所, 方書, 行政区, 電話番号, 異動事由.
fn marks(week: u32) -> [String; 6] {
    ["郵便", "住所", "方書", "行政区", "電話", "異動"].map(|column| format!("標{week}{column}"))
}

#[test]
fn h_2_what_the_register_says_of_address_phone_and_protection_lies_sealed() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("contacts"));
        let row = |week| {
            let [postal_code, address, building, district, phone, event] = marks(week);
            let (number, name) = (individual(1), "見本　花子,ミホン　ハナコ");
            format!(
                "{HEADING}\n1,{number},1,{name},2,1976-05-05,{postal_code},{address},{building},{district},01,{phone},1,{event},,2000-01-01,,,1,1,1,1,1\n"
            )
        };
        // One week's is history then, the next is in, and the third is staged and shown.
        for week in [1, 2] {
            take(&desk, row(week).as_bytes(), Encoding::Auto).0.unwrap();
            let extraction = desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().extraction;
            assert!(desk.issue_vouchers(&officer(), extraction).unwrap().withheld > 0);
        }
        let path = place.join("residents.csv");
        std::fs::write(&path, row(3)).unwrap();
        let shown = desk.clone().with_media(Media::of_file(&path));
        previewed(&shown, IMPORT, &ImportResidents { file: "residents.csv".to_owned(), preview: true, ..ImportResidents::default() });
        let all = stored(&rooms, desk.room().name());
        assert!(contains(&all, "ミホン　ハナコ".as_bytes()), "what people are searched for by is seen");
        let open = (1..=3).flat_map(marks).chain(["支援措置".to_owned()]).filter(|mark| contains(&all, mark.as_bytes()));
        assert_eq!(open.collect::<Vec<_>>(), Vec::<String>::new());
        assert_eq!(look(&desk, |tx| resident_staged::table.count().get_result::<i64>(tx)), 1);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_5_a_contact_of_another_person_or_version_is_damage_and_nobody_is_written_to_by_it() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let [first, later] = weeks();
        taken(&desk, &first);
        taken(&desk, &later);
        let extraction = extracted(&desk);
        assert_eq!(written_to(&desk, extraction), [1, 3, 4]);
        let met = wire::testing::damage_met("a sealed value");
        // Protection goes from the second to the first, and the third lives again where they lived.
        let again = "UPDATE resident SET contact = (SELECT former.contact FROM resident_history former WHERE former.id = 3) WHERE id = 3";
        let change = desk.room().raw().write_blocking(|tx| {
            let changed = (swap_contacts(tx, "resident")?, diesel::sql_query(again).execute(tx)?);
            Ok::<_, store::StoreError>(changed)
        });
        assert_eq!(change.unwrap(), (2, 1));
        assert_eq!(written_to(&desk, extraction), [4]);
        let issued = desk.issue_vouchers(&officer(), extraction).unwrap();
        assert!(issued.withheld > 0 && wire::testing::damage_met("a sealed value") >= met + 3, "the alarm was rung for each");
        // The rows that a later file brings are whole again.
        let lines: Vec<Line> = first.into_iter().map(|line| Line { address: "みほん市山手3番".to_owned(), ..line }).collect();
        taken(&desk, &lines);
        assert_eq!(written_to(&desk, extraction), [1, 3, 4]);
    });
}

#[test]
fn r_reg_7_nobody_is_identified_by_a_former_address_that_was_another_persons() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        for lines in weeks() {
            taken(&desk, &lines);
        }
        let file = "受付番号,氏名,氏名カナ,生年月日,住所\n1,見本　花子1,ミホン　ハナコ,1976-05-05,みほん市中央一丁目1番\n";
        let matched = || identify(desk.room(), &officer(), file.as_bytes(), Encoding::Utf8, Vec::new(), &mut |_| {});
        assert_eq!(matched().unwrap().matched, 1, "by where they lived before");
        assert_eq!(desk.room().raw().write_blocking(|tx| swap_contacts(tx, "resident_history")).unwrap(), 2);
        let met = wire::testing::damage_met("a sealed value");
        assert_eq!(matched().unwrap().matched, 0);
        assert!(wire::testing::damage_met("a sealed value") >= met + 2, "the alarm was rung for each");
        // An address of today that does not open ends it: somebody else could be taken for its person.
        desk.room().raw().write_blocking(|tx| swap_contacts(tx, "resident")).unwrap();
        let refused = matched().unwrap_err();
        assert!(matches!(refused, RegistryError::Cause(wire::Cause::Vault(_))), "{refused}");
    });
}

/// Does this to the database behind the program's back.
fn tamper(desk: &Desk, statements: &[String]) {
    let run = |tx: &mut store::Tx| statements.iter().try_for_each(|sql| diesel::sql_query(sql).execute(tx).map(drop));
    desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(run(tx)?)).unwrap();
}

/// Four people of whom nobody is protected at first, and the first a week later, when they move.
fn protected_later() -> [Vec<Line>; 2] {
    let first: Vec<Line> = (1..=4).map(person).collect();
    let mut later = first.clone();
    later.iter_mut().take(1).for_each(|line| (line.protected, line.address) = ("1", "みほん市港町1番".to_owned()));
    [first, later]
}

fn extracted(desk: &Desk) -> i64 {
    let extraction = desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().extraction;
    desk.issue_vouchers(&officer(), extraction).unwrap();
    extraction
}

#[test]
fn r_reg_5_a_former_row_that_is_put_back_opens_nothing_and_the_next_file_brings_the_new_one_again() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let [first, mut later] = protected_later();
        taken(&desk, &first);
        taken(&desk, &later);
        let extraction = extracted(&desk);
        let put_back = |columns: &str| {
            let of =
                |column: &str| format!("{column} = (SELECT {column} FROM resident_history former WHERE former.id = 1 AND version = 1)");
            let set: Vec<String> = columns.split(' ').map(of).collect();
            tamper(&desk, &[format!("UPDATE resident SET {} WHERE id = 1", set.join(", "))]);
        };
        put_back("version contact");
        assert_eq!(written_to(&desk, extraction), [2, 3, 4], "the former cell does not open in the row of today");
        later.push(person(5));
        assert_eq!(counts(taken(&desk, &later)), (5, 1, 1, 3, 0), "and the row is no longer known by what it says");
        // Put back whole it is the former row, until the next file of everybody.
        put_back("version contact digest import");
        later.push(person(6));
        assert_eq!(counts(taken(&desk, &later)), (6, 1, 1, 4, 0));
        let (version, sealed): (i32, Vec<u8>) =
            look(&desk, |tx| resident::table.find(1).select((resident::version, resident::contact)).first(tx));
        assert_eq!(contact(&desk, 1, version, &sealed).protected, 1);
        assert_eq!(written_to(&desk, extraction), [2, 3, 4]);
    });
}

#[test]
fn r_reg_1_a_row_that_says_what_a_former_one_said_has_another_digest() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let [first, later] = protected_later();
        taken(&desk, &first);
        taken(&desk, &later);
        let again: Vec<Line> = first.iter().cloned().chain([person(5)]).collect();
        assert_eq!(counts(taken(&desk, &again)), (5, 1, 1, 3, 0));
        let now: Vec<u8> = look(&desk, |tx| resident::table.find(1).select(resident::digest).first(tx));
        let then: Vec<u8> = look(&desk, |tx| resident_history::table.find((1, 1)).select(resident_history::digest).first(tx));
        assert_ne!(now, then);
    });
}

#[test]
fn r_reg_5_a_contact_of_a_file_that_was_only_shown_does_not_open_in_the_row_that_went_in() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("only-shown"));
        let [first, later] = protected_later();
        taken(&desk, &first);
        let path = place.join("residents.csv");
        let lines: Vec<Line> = later.iter().map(|line| Line { protected: "", ..line.clone() }).collect();
        std::fs::write(&path, crate::support::file(&lines)).unwrap();
        let with_file = desk.clone().with_media(Media::of_file(&path));
        let asked = ImportResidents { file: "residents.csv".to_owned(), preview: true, ..ImportResidents::default() };
        let job = previewed(&with_file, IMPORT, &asked);
        let stolen: Vec<u8> =
            look(&desk, |tx| resident_staged::table.filter(resident_staged::id.eq(1)).select(resident_staged::contact).first(tx));
        cancelled(&desk, job.id);
        desk.clear_left_imports(&officer()).unwrap();
        taken(&desk, &later);
        let extraction = extracted(&desk);
        let set = diesel::update(resident::table.find(1)).set(resident::contact.eq(stolen));
        desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(set.execute(tx)?)).unwrap();
        assert_eq!(written_to(&desk, extraction), [2, 3, 4]);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_5_a_contact_does_not_open_beside_another_persons_number_and_name() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines = &weeks()[0];
        taken(&desk, lines);
        let extraction = extracted(&desk);
        assert_eq!(written_to(&desk, extraction), [1, 3, 4]);
        // All but id, version and contact, and then the digest back: the protected second is named where the first lives.
        let exchange = |columns: &str| {
            let of = |column: &str| format!("{column} = (SELECT {column} FROM kept WHERE kept.id = 3 - resident.id)");
            let set: Vec<String> = columns.split(' ').map(of).collect();
            tamper(
                &desk,
                &[
                    "CREATE TABLE kept AS SELECT * FROM resident WHERE id < 3".to_owned(),
                    "UPDATE resident SET number = 'x' || number, number_index = NULL WHERE id < 3".to_owned(),
                    format!("UPDATE resident SET {} WHERE id < 3", set.join(", ")),
                    "DROP TABLE kept".to_owned(),
                ],
            );
        };
        exchange("number household name kana kana_key birth sex sealed_number number_index digest import");
        assert_eq!(written_to(&desk, extraction), [3, 4]);
        let keep =
            "UPDATE resident SET digest = (SELECT other.digest FROM resident_kept other WHERE other.id = 3 - resident.id) WHERE id < 3";
        let digests = ["CREATE TABLE resident_kept AS SELECT id, digest FROM resident WHERE id < 3", keep, "DROP TABLE resident_kept"];
        tamper(&desk, &digests.map(str::to_owned));
        assert_eq!(written_to(&desk, extraction), [3, 4], "nor when the digests stay");
    });
}

#[test]
fn r_reg_1_a_preview_counts_whose_contact_does_not_open_and_takes_them_for_protected() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines = weeks()[0].clone();
        taken(&desk, &lines);
        desk.room().raw().write_blocking(|tx| swap_contacts(tx, "resident")).unwrap();
        lines[0].address = "みほん市港町1番".to_owned();
        (lines[0].removal, lines[0].until) = ("1", "2026-05-01");
        lines[1].address = "みほん市港町2番".to_owned();
        let told = shown(&desk, &lines, false);
        assert_eq!((told.read, told.added, told.changed), (4, 0, 2));
        let expected = ResidentsConcerned { moved_out: 1, unprotected: 1, damaged: 2, ..ResidentsConcerned::default() };
        assert_eq!(told.concerned, Some(expected));
    });
}

#[test]
fn r_reg_1_a_damaged_contact_refuses_its_row_alone_and_a_file_with_every_column_mends_it() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines = weeks()[0].clone();
        taken(&desk, &lines);
        desk.room().raw().write_blocking(|tx| swap_contacts(tx, "resident")).unwrap();
        let matched = || {
            let file = "受付番号,氏名,氏名カナ,生年月日,住所\n1,見本　花子1,ミホン　ハナコ,1976-05-05,みほん市中央一丁目1番\n";
            identify(desk.room(), &officer(), file.as_bytes(), Encoding::Utf8, Vec::new(), &mut |_| {})
        };
        assert!(matched().is_err());
        let mut short = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分\n".to_owned();
        (1..=4).for_each(|number| short += &format!("{number},{number},見本　花子{number},ミホン　ハナコ,2,1976-05-05,みほん市港町,1\n"));
        let (imported, events) = take(&desk, short.as_bytes(), Encoding::Auto);
        assert_eq!(counts(imported.unwrap()), (4, 0, 2, 0, 2));
        let refused = events.into_iter().filter_map(|event| match event {
            Event::Rejected(rejected) => Some((rejected.line, rejected.reason.contains("壊れて"))),
            _ => None,
        });
        assert_eq!(refused.collect::<Vec<_>>(), [(2, true), (3, true)]);
        // Nothing of the first two is new but that it can be read again.
        let both: Vec<Line> = lines[..2].to_vec();
        assert_eq!(counts(taken(&desk, &both)), (2, 0, 2, 0, 0));
        assert_eq!(matched().unwrap().matched, 1);
    });
}

/// What of two rows differs however alike their people are: numbers, and what is made of them under a key.
const OF_EACH: [&str; 8] = ["id", "number", "place", "resident", "sealed_number", "number_index", "digest", "contact"];

#[test]
fn h_2_twins_who_differ_in_protection_alone_are_alike_in_every_table() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("twins"));
        let week = |week: u32| {
            let twin = |number: u32, protected: &str| {
                format!(
                    "{number},{},9,見本　花子,ミホン　ハナコ,2,1976-05-05,000-0021,みほん市中央一丁目{week}番,,101,01,,1,,,2000-01-01,,,{protected},1,1,0,0",
                    individual(number)
                )
            };
            format!("{HEADING}\n{}\n{}\n", twin(1, ""), twin(2, "1"))
        };
        // One week's is history then, the next is in, and the third is staged and shown.
        for number in [1, 2] {
            take(&desk, week(number).as_bytes(), Encoding::Auto).0.unwrap();
        }
        desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap();
        let path = place.join("residents.csv");
        std::fs::write(&path, week(3)).unwrap();
        let shown = desk.clone().with_media(Media::of_file(&path));
        previewed(&shown, IMPORT, &ImportResidents { file: "residents.csv".to_owned(), preview: true, ..ImportResidents::default() });
        let tables = schema(desk.room().raw()).unwrap().tables;
        let mut compared = Vec::new();
        for (name, table) in &tables {
            let of = if name.starts_with("resident") { "id" } else { "resident" };
            if !table.columns.contains_key(of) {
                continue;
            }
            let open = table.columns.iter().filter_map(|(column, shape)| match (shape.kind.as_str(), OF_EACH.contains(&column.as_str())) {
                ("bytes", _) => Some(format!("length({column})")),
                (_, true) => None,
                (_, false) => Some(format!("\"{column}\"")),
            });
            let open = open.collect::<Vec<_>>().join(", ");
            let rows = |id: u32| format!("SELECT {open} FROM {name} WHERE {of} = {id}");
            let count = |of: String| {
                look(&desk, |tx| {
                    diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("SELECT count(*) FROM ({of}) these")).get_result::<i64>(tx)
                })
            };
            for (one, other) in [(1, 2), (2, 1)] {
                assert_eq!(count(format!("{} EXCEPT {}", rows(one), rows(other))), 0, "{name}: {open}");
            }
            if count(rows(1)) > 0 {
                compared.push(name.as_str());
            }
        }
        assert!(
            ["resident", "resident_history", "resident_staged", "extraction_row"].iter().all(|name| compared.contains(name)),
            "{compared:?}"
        );
        std::fs::remove_dir_all(place).unwrap();
    });
}
