//! Versions of the city's folder: what was accepted holds, of what was looked at, and nothing that the database alone says.

use std::path::Path;
use std::thread;

use access::Caller;
use diesel::prelude::*;
use ledger::{LedgerError, Room};
use registry::folder::{FolderInUse, Waiting};
use registry::{OpenError, RegistryError};
use store::testing::both_blocking;
use vocabulary::{FiscalYear, Purpose};
use wire::{Cause, Damaged};

use crate::support::{city_folder, desk, edit, person, taken};

fn operator() -> Caller {
    ledger::testing::caller("s1001", Purpose::Operation)
}

fn open(room: &Room, folder: &Path) -> Result<FolderInUse, OpenError> {
    FolderInUse::open(room, Some(folder), &operator())
}

/// What is named when what waits is accepted.
fn offer(folder: &FolderInUse) -> String {
    folder.compare(&operator()).unwrap().unwrap().digest
}

fn name(folder: &FolderInUse) -> String {
    folder.in_force().now().institution_name("M-0001").to_owned()
}

fn run(room: &Room, statement: &str) -> usize {
    room.raw().write_blocking(|tx| Ok::<_, store::StoreError>(diesel::sql_query(statement).execute(tx)?)).unwrap()
}

const DAMAGED: &str = "a version of the city's folder";

fn is_damage(error: &RegistryError) -> bool {
    matches!(error, RegistryError::Cause(Cause::Damaged(Damaged(DAMAGED))))
}

#[test]
fn r_reg_2_a_version_that_the_database_alone_put_in_does_not_hold_and_is_an_alarm() {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let room = desk.room();
        let folder = open(room, &path).unwrap();
        edit(&path, "institutions.csv", "みほん耳鼻科", "よその耳鼻科").unwrap();
        let digest = offer(&folder).split_once('-').unwrap().1.to_owned();
        let bytes = hex::encode(serde_json::from_value::<protocol::Digest>(digest.clone().into()).unwrap().0);
        let bytes = if room.is_embedded() { format!("X'{bytes}'") } else { format!("'\\x{bytes}'::bytea") };
        // The row of version 1 again, for what lies in the folder: with its seal, and with one that is none.
        for seal in ["seal", "digest"] {
            let row = format!("SELECT 2, {bytes}, operator, at, {seal} FROM city_folder WHERE id = 1");
            assert_eq!(run(room, &format!("INSERT INTO city_folder (id, digest, operator, at, seal) {row}")), 1);
            assert!(is_damage(&folder.look(&operator()).unwrap_err()));
            assert!(is_damage(&folder.accept(&operator(), &format!("2-{digest}")).unwrap_err()));
            assert_eq!(name(&folder), "みほん耳鼻科", "what was accepted goes on");
            let before = wire::testing::damage_met(DAMAGED);
            assert!(matches!(open(room, &path), Err(OpenError::Folder(error)) if is_damage(&error)));
            assert!(wire::testing::damage_met(DAMAGED) > before, "whoever starts rings the alarm");
            run(room, "DELETE FROM city_folder WHERE id = 2");
        }
        folder.look(&operator()).unwrap();
        assert_eq!(name(&open(room, &path).unwrap()), "みほん耳鼻科");
        std::fs::remove_dir_all(path).unwrap();
    });
}

/// Runs a test on both databases, in a city whose second version of the folder was accepted.
fn of_a_second_version(test: impl Fn(&Room, &Path)) {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let folder = open(desk.room(), &path).unwrap();
        edit(&path, "institutions.csv", "みほん耳鼻科", "よその耳鼻科").unwrap();
        assert_eq!(folder.accept(&operator(), &offer(&folder)).unwrap(), 2);
        test(desk.room(), &path);
        std::fs::remove_dir_all(path).unwrap();
    });
}

#[test]
fn r_reg_2_versions_that_were_taken_away_in_the_database_bring_no_former_one_back_and_no_new_beginning() {
    of_a_second_version(|room, path| {
        let aside = |from: &str, to: &str| format!("INSERT INTO {to} SELECT * FROM {from}");
        for table in ["city_folder", "city_folder_file"] {
            run(room, &format!("CREATE TABLE aside_{table} AS SELECT * FROM {table}"));
        }
        let attacked = || {
            for (of, files) in [("WHERE id = 2", "WHERE folder = 2"), ("", "")] {
                run(room, &format!("DELETE FROM city_folder {of}"));
                run(room, &format!("DELETE FROM city_folder_file {files}"));
                let before = wire::testing::damage_met(DAMAGED);
                assert!(matches!(open(room, path), Err(OpenError::Folder(error)) if is_damage(&error)), "{of}");
                assert!(wire::testing::damage_met(DAMAGED) > before, "whoever starts rings the alarm");
            }
            for table in ["city_folder", "city_folder_file"] {
                run(room, &format!("DELETE FROM {table}"));
                run(room, &aside(&format!("aside_{table}"), table));
            }
            assert_eq!(name(&open(room, path).unwrap()), "よその耳鼻科");
        };
        attacked();
        // However much was recorded since, which is looked through once.
        let busy = room.clone();
        let record = async move {
            let mut events = tokio::task::JoinSet::new();
            for _ in 0..5_000 {
                let room = busy.clone();
                let act = ledger::Act::new("registry:test.look");
                events.spawn(async move { room.event(&operator(), act, ledger::Outcome::Read, ledger::Subject::None, "").await });
            }
            events.join_all().await.into_iter().for_each(|recorded| recorded.unwrap());
        };
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(record);
        attacked();
        assert_eq!(run(room, "UPDATE city_folder_record SET id = id"), 1);
        attacked();
    });
}

diesel::table! { ledger_batch (first) { first -> BigInt, entries -> Binary, } }

/// Tells the newest acceptance otherwise in the record of use: as another act, of the same length.
fn overwrite_acceptance(room: &Room) {
    const ACT: &[u8] = b"registry:city-folder.accept";
    let place = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|window| window == text);
    let overwritten = room.raw().write_blocking(|tx| {
        let rows: Vec<(i64, Vec<u8>)> = ledger_batch::table.order(ledger_batch::first.desc()).load(tx)?;
        let accepted = |bytes: &[u8]| place(bytes, b"version 2 of the city's folder").and(place(bytes, ACT));
        let found = rows.into_iter().find_map(|(first, bytes)| accepted(&bytes).map(|at| (first, bytes, at + ACT.len() - 1)));
        let (first, mut bytes, end) = found.unwrap();
        *bytes.get_mut(end).unwrap() ^= 1;
        let row = diesel::update(ledger_batch::table.find(first)).set(ledger_batch::entries.eq(bytes));
        Ok::<_, store::StoreError>(row.execute(tx)?)
    });
    assert_eq!(overwritten.unwrap(), 1);
}

#[test]
fn r_reg_2_an_acceptance_that_was_overwritten_in_the_record_of_use_brings_no_former_version_back() {
    of_a_second_version(|room, path| {
        overwrite_acceptance(room);
        run(room, "DELETE FROM city_folder_file WHERE folder = 2");
        run(room, "DELETE FROM city_folder WHERE id = 2");
        let opened = open(room, path);
        let damaged = |error: &RegistryError| matches!(error, RegistryError::Cause(Cause::Ledger(LedgerError::Damaged(_))));
        assert!(matches!(&opened, Err(OpenError::Folder(error)) if damaged(error)), "{:?}", opened.err());
    });
}

#[test]
fn r_reg_2_an_accepted_version_that_was_changed_in_the_database_does_not_open() {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let room = desk.room();
        open(room, &path).unwrap();
        edit(&path, "institutions.csv", "みほん耳鼻科", "よその耳鼻科").unwrap();
        for (change, back) in [
            (
                "UPDATE city_folder_file SET name = 'gaiji.csv.md' WHERE name = 'gaiji.csv'",
                "UPDATE city_folder_file SET name = 'gaiji.csv' WHERE name = 'gaiji.csv.md'",
            ),
            ("UPDATE city_folder SET operator = 'x' || operator", "UPDATE city_folder SET operator = substr(operator, 2)"),
            ("UPDATE city_folder SET at = at + 1", "UPDATE city_folder SET at = at - 1"),
            ("UPDATE city_folder SET id = 2", "UPDATE city_folder SET id = 1"),
        ] {
            assert_eq!(run(room, change), 1, "{change}");
            assert!(matches!(open(room, &path), Err(OpenError::Folder(error)) if is_damage(&error)), "{change}");
            run(room, back);
            assert_eq!(name(&open(room, &path).unwrap()), "みほん耳鼻科", "{back}");
        }
        let files = "UPDATE city_folder_file SET content = (SELECT content FROM city_folder_file WHERE name = 'gaiji.csv') WHERE name = 'prices.csv'";
        assert_eq!(run(room, files), 1);
        assert!(matches!(open(room, &path), Err(OpenError::Folder(error)) if is_damage(&error)));
        std::fs::remove_dir_all(path).unwrap();
    });
}

#[test]
fn r_reg_2_what_was_compared_with_an_earlier_version_is_not_accepted() {
    both_blocking(|rooms| {
        let (desk, mine, theirs) = (desk(&rooms), city_folder(), city_folder());
        let (one, other) = (open(desk.room(), &mine).unwrap(), open(desk.room(), &theirs).unwrap());
        edit(&mine, "prices.csv", "2200", "2400").unwrap();
        edit(&theirs, "institutions.csv", "みほん耳鼻科", "よその耳鼻科").unwrap();
        let seen = offer(&one);
        assert_eq!(other.accept(&operator(), &offer(&other)).unwrap(), 2);
        assert!(matches!(one.accept(&operator(), &seen), Err(RegistryError::Stale)), "it would take back what nobody looked at");
        assert_eq!(name(&one), "よその耳鼻科");
        let comparison = one.compare(&operator()).unwrap().unwrap();
        assert!(comparison.changes.iter().any(|change| change.before.as_deref() == Some("よその耳鼻科")), "{:?}", comparison.changes);
        assert_eq!(one.accept(&operator(), &comparison.digest).unwrap(), 3);
        for path in [mine, theirs] {
            std::fs::remove_dir_all(path).unwrap();
        }
    });
}

#[test]
fn r_reg_2_two_first_starts_with_two_folders_begin_with_one_of_them() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let folders: Vec<_> = (0..4)
            .map(|number| {
                let path = city_folder();
                edit(&path, "institutions.csv", "みほん耳鼻科", &format!("耳鼻科{number}")).unwrap();
                path
            })
            .collect();
        let start = std::sync::Barrier::new(folders.len());
        let opened: Vec<FolderInUse> = thread::scope(|scope| {
            let one = |path| {
                start.wait();
                open(desk.room(), path).unwrap()
            };
            let threads: Vec<_> = folders.iter().map(|path| scope.spawn(move || one(path))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let names: Vec<String> = opened.iter().map(name).collect();
        assert!(names.iter().all(|name| *name == names[0]), "{names:?}");
        assert_eq!(opened.iter().filter(|folder| matches!(folder.waiting(), Some(Waiting::Change(_)))).count(), 3);
        assert_eq!(run(desk.room(), "UPDATE city_folder SET at = at"), 1, "there is one version");
        for path in folders {
            std::fs::remove_dir_all(path).unwrap();
        }
    });
}

#[test]
fn a_look_that_began_earlier_does_not_put_back_what_held_then() {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let folder = open(desk.room(), &path).unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    while !done.load(std::sync::atomic::Ordering::Relaxed) {
                        folder.look(&operator()).unwrap();
                    }
                });
            }
            let stale: Vec<u32> = (0..4)
                .filter(|round| {
                    edit(&path, "prices.csv", &format!("{}", 2200 + round), &format!("{}", 2201 + round)).unwrap();
                    folder.accept(&operator(), &offer(&folder)).unwrap();
                    folder.waiting().is_some()
                })
                .collect();
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert_eq!(stale, [0; 0], "rounds after which the change that holds waits again");
        });
        std::fs::remove_dir_all(path).unwrap();
    });
}

#[test]
fn nobody_is_asked_about_one_by_one_with_a_changed_folder() {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let mut people: Vec<_> = (1..=14).map(person).collect();
        people.iter_mut().for_each(|one| one.birth = "1950-05-05");
        people.iter_mut().take(1).for_each(|one| one.birth = "1960-05-05");
        taken(&desk, &people);
        let folder = open(desk.room(), &path).unwrap();
        let mut ages = 65;
        let mut asked = |from: u8| {
            edit(&path, "programmes/hearing.toml", &format!("from = {ages}"), &format!("from = {from}")).unwrap();
            ages = from;
            let people = folder.compare(&operator()).unwrap().unwrap().people;
            let of_hearing = people.into_iter().find(|effect| effect.programme == "hearing").unwrap();
            serde_json::to_value(of_hearing).unwrap()
        };
        let of_one = asked(70);
        let few = "fewer than 10";
        let told = serde_json::json!({"programme": "hearing", "before": "10–19", "after": "10–19", "become_due": few, "cease": few});
        assert_eq!(of_one, told);
        assert_eq!(of_one, asked(66), "the same as of nobody");
        let of_many = asked(80);
        assert_eq!([&of_many["after"], &of_many["cease"]], [few, "10–19"]);
        std::fs::remove_dir_all(path).unwrap();
    });
}

#[test]
fn r_reg_5_a_changed_wording_is_printed_when_it_has_been_accepted_and_not_before() {
    both_blocking(|rooms| {
        let (desk, path) = (desk(&rooms), city_folder());
        let folder = open(desk.room(), &path).unwrap();
        let desk = desk.with_folder(&folder);
        taken(&desk, &[person(1)]);
        let extraction = desk.extract(&operator(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().extraction;
        desk.issue_vouchers(&operator(), extraction).unwrap();
        let print = || {
            let mut out = Vec::new();
            desk.print_vouchers(&operator(), extraction, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        let before = print();
        assert!(before.contains("問合せ先") && before.contains("見本　花子1様") && before.contains("みほん市健康課 健診係"), "{before}");
        assert!(before.contains("のご案内（令和8年度）") && !before.contains('{'), "{before}");
        edit(&path, "texts/voucher.toml", "みほん市健康課 健診係", "みほん市役所 2階").unwrap();
        let waits = folder.compare(&operator()).unwrap().unwrap();
        let told: Vec<String> = waits.changes.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["texts voucher contact: みほん市健康課 健診係 → みほん市役所 2階"]);
        assert_eq!(print(), before, "it is printed before it was accepted");
        folder.accept(&operator(), &waits.digest).unwrap();
        assert_eq!(print(), before.replace("みほん市健康課 健診係", "みほん市役所 2階"));
        std::fs::remove_dir_all(path).unwrap();
    });
}
