//! R-REG-1: files of the resident register.

use std::io::{self, Read};
use std::process::Command;

use diesel::prelude::*;
use registry::Desk;
use registry::files::encoding::Encoding;
use registry::residents::{self, Event, FileError, First, ImportError, Imported};
use store::testing::both_blocking;
use store::{Data, Rooms};

use crate::support::{Contact, Line, contact, counts, desk, file, folder, individual, listed, look, officer, person, take, taken};

diesel::table! { resident (id) { id -> BigInt, version -> Integer, number -> Text, name -> Text, since -> Integer, contact -> Binary, import -> BigInt,
sealed_number -> Nullable<Binary>, number_index -> Nullable<Binary>, } }
diesel::table! { resident_history (id, version) { id -> BigInt, version -> Integer, replaced_by -> BigInt, contact -> Binary, import -> BigInt, } }
diesel::table! { import (id) { id -> BigInt, } }

#[test]
fn r_reg_1_a_first_file_adds_everybody_and_the_same_file_again_changes_nothing() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines: Vec<_> = (1..=50).map(person).collect();
        assert_eq!(counts(taken(&desk, &lines)), (50, 50, 0, 0, 0));
        let before = look(&desk, |tx| {
            resident::table.select((resident::id, resident::version, resident::import)).order(resident::id).load::<(i64, i32, i64)>(tx)
        });
        let again = taken(&desk, &lines);
        assert_eq!((again.already_imported, counts(again)), (true, (50, 0, 0, 50, 0)), "this run brought nothing");
        assert_eq!(again.first, Some(First { added: 50, changed: 0, unchanged: 0 }), "and it says what came of it then");
        // Another order and another way to write the same day are another file, and no news either.
        let mut same = lines;
        same.reverse();
        same.iter_mut().for_each(|line| line.birth = "S51.5.5");
        assert_eq!(counts(taken(&desk, &same)), (50, 0, 0, 50, 0));
        let after = look(&desk, |tx| {
            resident::table.select((resident::id, resident::version, resident::import)).order(resident::id).load::<(i64, i32, i64)>(tx)
        });
        assert_eq!(before, after);
        assert_eq!(look(&desk, |tx| resident_history::table.count().get_result::<i64>(tx)), 0);
    });
}

#[test]
fn t_34_a_file_that_was_taken_in_before_takes_nothing_back() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut broken = person(41);
        broken.individual = "1".to_owned();
        let first: Vec<_> = (1..=40).map(person).chain([broken]).collect();
        let mut week = first.clone();
        week[4].address = "みほん市港町9番".to_owned();
        let added = taken(&desk, &first);
        let changed = taken(&desk, &week);
        assert_eq!((counts(added), counts(changed)), ((41, 40, 0, 0, 1), (41, 0, 1, 39, 1)));
        assert!(!added.already_imported && !changed.already_imported);
        let before = digest(&rooms);
        for (lines, then) in [(&first, added), (&week, changed), (&first, added)] {
            let then = First { added: then.added, changed: then.changed, unchanged: then.unchanged };
            let (outcome, events) = take(&desk, file(lines).as_bytes(), Encoding::Auto);
            let again = Imported { already_imported: true, read: 41, added: 0, changed: 0, unchanged: 40, rejected: 1, first: Some(then) };
            assert_eq!(outcome.unwrap(), again);
            assert!(events.iter().any(|event| matches!(event, Event::Rejected(row) if row.line == 42)), "refused rows are told again");
            assert_eq!(digest(&rooms), before);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let newest = runtime.block_on(ledger::newest(desk.room().raw(), 1)).unwrap();
        assert_eq!(newest[0].entry().unwrap().detail, "the file of import 1 again: nothing written");
        // The next file is the third: nothing was counted for the ones before.
        week[5].address = "みほん市山手3番".to_owned();
        assert_eq!(counts(taken(&desk, &week)), (41, 0, 1, 39, 1));
        assert_eq!(look(&desk, |tx| import::table.select(diesel::dsl::max(import::id)).first::<Option<i64>>(tx)), Some(3));
    });
}

#[test]
fn r_reg_1_what_changed_goes_to_the_history_with_both_files() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines: Vec<_> = (1..=20).map(person).collect();
        taken(&desk, &lines);
        lines[4].address = "みほん市港町9番".to_owned();
        assert_eq!(counts(taken(&desk, &lines)), (20, 0, 1, 19, 0));
        lines[4].address = "みほん市山手3番".to_owned();
        assert_eq!(counts(taken(&desk, &lines[..10])), (10, 0, 1, 9, 0), "a difference file says nothing of the others");
        let now: (i64, i32, Vec<u8>, i64) = look(&desk, |tx| {
            resident::table
                .filter(resident::number.eq("5"))
                .select((resident::id, resident::version, resident::contact, resident::import))
                .first(tx)
        });
        let address = |id, version, sealed: &[u8]| contact(&desk, id, version, sealed).address;
        assert_eq!((now.1, address(now.0, now.1, &now.2), now.3), (3, "みほん市山手3番".to_owned(), 3));
        let rows = resident_history::table.order(resident_history::version).select((
            resident_history::id,
            resident_history::version,
            resident_history::contact,
            resident_history::import,
            resident_history::replaced_by,
        ));
        let then: Vec<(i64, i32, Vec<u8>, i64, i64)> = look(&desk, |tx| rows.load(tx));
        let then: Vec<_> =
            then.into_iter().map(|(id, version, sealed, by, to)| (id, version, address(id, version, &sealed), by, to)).collect();
        assert_eq!(then, [(now.0, 1, "みほん市中央一丁目5番".to_owned(), 1, 2), (now.0, 2, "みほん市港町9番".to_owned(), 2, 3)]);
    });
}

#[test]
fn r_reg_1_a_second_row_of_a_number_is_refused_with_its_line_and_the_first_holds() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut again = person(1);
        again.address = "みほん市港町9番".to_owned();
        // Of people who are new, who changed, and of whom nothing changed.
        for (lines, expected) in [
            ([person(1), person(2), again.clone(), person(1)], (4, 2, 0, 0, 2)),
            ([again.clone(), person(2), person(1), again], (4, 0, 1, 1, 2)),
        ] {
            let (outcome, events) = take(&desk, file(&lines).as_bytes(), Encoding::Auto);
            assert_eq!(counts(outcome.unwrap()), expected);
            let refused: Vec<(u64, &str)> = events
                .iter()
                .filter_map(|event| if let Event::Rejected(row) = event { Some((row.line, row.column.as_ref())) } else { None })
                .collect();
            assert_eq!(refused, [(4, "住民番号"), (5, "住民番号")]);
        }
        let now = resident::table.filter(resident::number.eq("1")).select((resident::id, resident::version, resident::contact));
        let (id, version, sealed): (i64, i32, Vec<u8>) = look(&desk, |tx| now.first(tx));
        assert_eq!((version, contact(&desk, id, version, &sealed).address), (2, "みほん市港町9番".to_owned()));
        assert_eq!(look(&desk, |tx| resident_history::table.count().get_result::<i64>(tx)), 1);
    });
}

/// A file without some of its columns.
fn without(columns: &[&str], lines: &[Line]) -> String {
    let text = file(lines);
    let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let mut narrow = String::new();
    for line in text.lines() {
        let cells = headings.iter().zip(line.split(',')).filter(|(heading, _)| !columns.contains(heading));
        narrow += &(cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(",") + "\n");
    }
    narrow
}

#[test]
fn r_reg_1_a_column_that_the_file_does_not_have_leaves_what_is_known_in_it() {
    #[derive(Debug, PartialEq, Clone)]
    struct Of {
        protected: u8,
        since: i32,
        district: String,
        tax: u8,
        number_index: Option<Vec<u8>>,
    }
    let of = |desk: &Desk, number: u32| -> Of {
        let columns = (resident::id, resident::version, resident::contact, resident::since, resident::number_index);
        let row = resident::table.filter(resident::number.eq(number.to_string())).select(columns);
        let (id, version, sealed, since, number_index): (i64, i32, Vec<u8>, i32, _) = look(desk, |tx| row.first(tx));
        let Contact { protected, district, tax, .. } = contact(desk, id, version, &sealed);
        Of { protected, since, district, tax, number_index }
    };
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut protected = person(1);
        protected.protected = "1";
        taken(&desk, &[protected.clone(), person(2)]);
        let before = of(&desk, 1);
        assert_eq!((before.protected, before.since, before.district.as_str(), before.tax), (1, 20_000_101, "101", 1));
        let lacking = ["個人番号", "行政区コード", "電話番号", "異動事由", "住民となった日", "支援措置", "個人課税区分"];
        // Nothing new in what it has is nothing new at all.
        let (outcome, _) = take(&desk, without(&lacking, &[protected.clone(), person(2)]).as_bytes(), Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (2, 0, 0, 2, 0));
        // What it has goes in, what it lacks stays; of somebody who is new it is what an empty cell says.
        protected.address = "みほん市港町9番".to_owned();
        let (outcome, _) = take(&desk, without(&lacking, &[protected.clone(), person(2), person(3)]).as_bytes(), Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (3, 1, 1, 1, 0));
        assert_eq!(of(&desk, 1), before);
        let unknown = Of { protected: 0, since: 0, district: String::new(), tax: 9, number_index: None };
        assert_eq!(of(&desk, 3), unknown);
        let index = desk.room().vault().blind("individual number", individual(1).as_bytes());
        assert_eq!(before.number_index.as_deref(), Some(&index[..]));
        // With all columns again there is nothing new, and an empty cell takes away.
        assert_eq!(counts(taken(&desk, &[protected.clone(), person(2)])), (2, 0, 0, 2, 0));
        protected.protected = "";
        protected.individual.clear();
        assert_eq!(counts(taken(&desk, &[protected])), (1, 0, 1, 0, 0));
        assert_eq!(of(&desk, 1), Of { protected: 0, number_index: None, ..before });
        // What the file says has to agree with what stays.
        let mut gone = person(2);
        gone.until = "1999-12-31";
        let (outcome, events) = take(&desk, without(&["住民となった日"], &[gone]).as_bytes(), Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (1, 0, 0, 0, 1));
        assert!(events.iter().any(|event| matches!(event, Event::Rejected(row) if row.line == 2 && row.column == "住民でなくなった日")));
    });
}

#[test]
fn r_reg_1_a_nul_refuses_its_row_alone_and_a_death_without_a_day_goes_in() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let (mut nul, mut dead) = (person(1), person(2));
        nul.name = "見本\0花子".to_owned();
        dead.removal = "2";
        let (outcome, events) = take(&desk, file(&[nul, dead, person(3)]).as_bytes(), Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (3, 2, 0, 0, 1));
        assert!(events.iter().any(|event| matches!(event, Event::Rejected(row) if row.line == 2 && row.column == "氏名")));
        assert_eq!(listed(&desk, 2026, Some("cervix"), "2026-06-01").1, "住民番号,事業,検査,年齢\n3,cervix,cytology,50\n");
    });
}

#[test]
fn r_reg_1_a_bad_row_is_refused_with_line_column_and_reason_and_the_others_go_in() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut wrong = person(2);
        wrong.individual = "123456789012".to_owned();
        let mut nobody = person(3);
        nobody.name = "　".to_owned();
        let text = file(&[person(1), wrong, person(4), nobody, person(5)]).replace('\n', "\r\n") + "6,,\r\n";
        let (outcome, events) = take(&desk, text.as_bytes(), Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (6, 3, 0, 0, 3));
        let rejected: Vec<(u64, &str)> = events
            .iter()
            .filter_map(|event| if let Event::Rejected(row) = event { Some((row.line, row.column.as_ref())) } else { None })
            .collect();
        assert_eq!(rejected, [(3, "個人番号"), (5, "氏名"), (7, "")]);
        assert!(!format!("{events:?}").contains("123456789012"));
    });
}

#[test]
fn r_reg_1_cp932_is_read_as_what_it_says() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut tall = person(1);
        tall.name = "髙橋　﨑子".to_owned();
        let text = file(&[tall, person(2)]);
        let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(&text);
        assert!(!lost);
        let (outcome, _) = take(&desk, &bytes, Encoding::Auto);
        assert_eq!(counts(outcome.unwrap()), (2, 2, 0, 0, 0));
        let name: String = look(&desk, |tx| resident::table.filter(resident::number.eq("1")).select(resident::name).first(tx));
        assert_eq!(name, "髙橋　﨑子");
    });
}

#[test]
fn r_reg_1_a_wrong_file_is_refused_whole() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(1)]);
        let before = digest(&rooms);
        let without = file(&[person(2)]).replacen("住所", "住処", 1);
        assert!(matches!(take(&desk, without.as_bytes(), Encoding::Auto).0, Err(ImportError::File(FileError::Heading(_)))));
        assert!(matches!(take(&desk, b"", Encoding::Auto).0, Err(ImportError::File(FileError::Empty))));
        assert_eq!(digest(&rooms), before);
    });
}

type State = (Vec<(i64, i32, String, Vec<u8>, i64)>, i64, i64);

/// Everything that an import writes.
fn digest(rooms: &Rooms) -> State {
    look(&desk(rooms), |tx| {
        let rows = resident::table
            .select((resident::id, resident::version, resident::number, resident::contact, resident::import))
            .order(resident::id);
        Ok((rows.load(tx)?, resident_history::table.count().get_result(tx)?, import::table.count().get_result(tx)?))
    })
}

#[test]
fn t_17_an_individual_number_lies_sealed_and_is_found_by_its_index_alone() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines: Vec<_> = (1..=30).map(person).collect();
        taken(&desk, &lines);
        let sealed: Vec<(Option<Vec<u8>>, Option<Vec<u8>>)> =
            look(&desk, |tx| resident::table.select((resident::sealed_number, resident::number_index)).load(tx));
        for number in (1..=30).map(individual) {
            let digits = number.as_bytes();
            let index = desk.room().vault().blind("individual number", digits);
            let found = sealed.iter().find(|(_, of)| of.as_deref() == Some(&index)).unwrap();
            let sealed = found.0.as_deref().unwrap();
            assert!(!sealed.windows(12).any(|window| window == digits));
        }
        if let Data::Folder(folder) = rooms.data() {
            let mut looked = 0;
            for entry in std::fs::read_dir(folder.join("registry")).unwrap() {
                let bytes = std::fs::read(entry.unwrap().path()).unwrap();
                looked += bytes.len();
                // All of them begin with 99 and nine digits that no other cell of this city holds.
                assert!(!bytes.windows(10).any(|window| window == b"9900000000"), "a number lies in the file as it is");
            }
            assert!(looked > 10_000);
        }
    });
}

/// Reads what it has, then fails or ends the process.
struct Broken<'a> {
    rest: &'a [u8],
    kill: bool,
}

impl Read for Broken<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.rest.read(buffer)? {
            0 if self.kill => std::process::abort(),
            0 => Err(io::Error::other("the medium was taken out")),
            count => Ok(count),
        }
    }
}

/// A city of 7,000, large enough that rows are written before the file ends.
fn large() -> String {
    file(&(1..=7_000).map(person).collect::<Vec<_>>())
}

#[test]
fn r_reg_1_a_file_that_breaks_off_leaves_nothing() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &[person(9_001)]);
        let before = digest(&rooms);
        let text = large();
        let outcome = residents::import(
            desk.room(),
            &officer(),
            Broken { rest: text.as_bytes(), kill: false },
            "residents.csv",
            Encoding::Utf8,
            &mut |_| {},
        );
        assert!(matches!(outcome, Err(ImportError::File(FileError::Read(_)))));
        assert_eq!(digest(&rooms), before);
        assert_eq!(counts(take(&desk, text.as_bytes(), Encoding::Utf8).0.unwrap()), (7_000, 7_000, 0, 0, 0));
    });
}

const KILLED: &str = "KENSHIN_TEST_KILLED_IMPORT";

#[test]
fn r_ops_a_kill_in_the_middle_of_an_import_leaves_nothing_and_the_next_one_works() {
    both_blocking(|rooms| {
        let folder = folder("killed");
        std::fs::write(folder.join("residents.csv"), large()).unwrap();
        drop(desk(&rooms));
        // Its text leaves out the password.
        let data = match rooms.data() {
            Data::Folder(path) => path.display().to_string(),
            Data::Postgres(url) => url.clone(),
        };
        let mut child = Command::new(std::env::current_exe().unwrap());
        child
            .args(["--exact", "residents::the_process_that_is_killed", "--ignored"])
            .env(KILLED, data)
            .env("KENSHIN_TEST_FILE", folder.join("residents.csv"));
        let output = child.output().unwrap();
        assert!(!output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("test result"), "the child was to be killed");
        let desk = desk(&rooms);
        // Too few for a portion; how a first file goes on between two of them is tried in `first.rs`.
        assert_eq!(look(&desk, |tx| resident::table.count().get_result::<i64>(tx)), 0);
        assert_eq!(counts(take(&desk, large().as_bytes(), Encoding::Utf8).0.unwrap()), (7_000, 7_000, 0, 0, 0));
        std::fs::remove_dir_all(folder).unwrap();
    });
}

#[test]
#[ignore = "started and killed by the test above"]
#[expect(clippy::disallowed_methods, reason = "a process that a test starts has no other settings")]
fn the_process_that_is_killed() {
    // Started by nobody when every ignored test is run.
    let Ok(data) = std::env::var(KILLED) else { return };
    let rooms = Rooms::open(Data::parse(&data).unwrap()).unwrap();
    let text = std::fs::read(std::env::var("KENSHIN_TEST_FILE").unwrap()).unwrap();
    let desk = desk(&rooms);
    let _ = residents::import(desk.room(), &officer(), Broken { rest: &text, kill: true }, "residents.csv", Encoding::Utf8, &mut |_| {});
}
