//! Files that are shown before they go in: nothing holds until a person lets the job go on, and then nothing is read again.

use std::sync::Arc;

use catalogue::Catalogue;
use diesel::prelude::*;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{ImportResidents, ImportResults, ImportedResidents, ImportedResults, Reprove, ResidentsConcerned};
use registry::residents::IMPORT;
use registry::{Desk, Media};
use store::Rooms;
use store::testing::both_blocking;
use vocabulary::{FiscalYear, MunicipalityCode, Purpose, SystemEntropy};

use crate::results::{brought, out, sheet};
use crate::support::{
    Line, ask, cancelled, clock, counts, desk, file, folder, gone_on, look, officer, operator_for, person, previewed, resumed, runtime,
    shown, taken,
};

diesel::table! { resident (id) { id -> BigInt, version -> Integer, number -> Text, contact -> Binary, import -> BigInt, } }
diesel::table! { resident_staged (import, place) { import -> BigInt, place -> BigInt, } }
diesel::table! { import (id) { id -> BigInt, state -> SmallInt, } }
diesel::table! { record_row (id) { id -> BigInt, version -> Integer, } }
diesel::table! { job_file_part (job, name, part) { job -> Binary, name -> Text, part -> Integer, content -> Binary, } }

const RESULTS: &str = "import-results";
const INSTITUTION: &str = "0110113719";

/// Rows of the stomach's X-ray of these people: number, 履歴番号, judgement.
fn rows(people: impl Iterator<Item = (u32, &'static str, &'static str)>) -> String {
    let people: Vec<(String, &str, &str)> = people.map(|(number, history, judgement)| (number.to_string(), history, judgement)).collect();
    let items = |(number, history, judgement): &'_ (String, &'static str, &'static str)| {
        vec![
            ("resident_number", number.clone()),
            ("history_number", (*history).to_owned()),
            ("fiscal_year", "2026".to_owned()),
            ("examined_on", "2026-05-01".to_owned()),
            ("institution", INSTITUTION.to_owned()),
            ("method", "1".to_owned()),
            ("judgement", (*judgement).to_owned()),
            ("payment_excluded", "0".to_owned()),
            ("claim_month", "2026-06".to_owned()),
        ]
    };
    let people: Vec<Vec<(&str, String)>> = people.iter().map(items).collect();
    let people: Vec<Vec<(&str, &str)>> =
        people.iter().map(|row| row.iter().map(|(item, value)| (*item, value.as_str())).collect()).collect();
    sheet(2, &people.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The desk of another city.
fn neighbour(rooms: &Rooms) -> Desk {
    let (city, master) = (MunicipalityCode::parse("992020").unwrap(), Arc::new(ledger::testing::master().unwrap()));
    Desk::open(rooms, city, Arc::new(Catalogue::built_in().unwrap()), master, clock(), Arc::new(SystemEntropy)).unwrap()
}

fn aside(desk: &Desk) -> Vec<Vec<u8>> {
    look(desk, |tx| job_file_part::table.filter(job_file_part::name.eq(".aside")).select(job_file_part::content).load(tx))
}

fn records(desk: &Desk) -> Vec<(i64, i32)> {
    look(desk, |tx| record_row::table.order(record_row::id).select((record_row::id, record_row::version)).load(tx))
}

fn files(desk: &Desk) -> Vec<i16> {
    look(desk, |tx| import::table.order(import::id).select(import::state).load(tx))
}

fn residents(desk: &Desk) -> Vec<(i64, i32, String, Vec<u8>, i64)> {
    let columns = (resident::id, resident::version, resident::number, resident::contact, resident::import);
    look(desk, |tx| resident::table.order(resident::id).select(columns).load(tx))
}

fn staged(desk: &Desk) -> i64 {
    look(desk, |tx| resident_staged::table.count().get_result(tx))
}

/// Known records of 1 to 20; a file with five known as they are, fifteen corrected, twenty new, one corrected twice, one without 履歴番号, one of
/// nobody.
fn results(desk: &Desk) -> String {
    taken(desk, &(1..=40).map(person).collect::<Vec<_>>());
    brought(desk, 2, rows((1..=20).map(|number| (number, "1", "2"))).as_bytes());
    let known = (1..=20).map(|number| (number, "1", if number <= 5 { "2" } else { "1" }));
    rows(known.chain((21..=40).map(|number| (number, "1", "2"))).chain([(21, "1", "1"), (22, "", "1"), (99, "1", "2")]))
}

#[test]
fn r_reg_6_results_are_shown_before_they_go_in_and_go_in_without_the_file() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("previewed"));
        let path = place.join("02.csv");
        std::fs::write(&path, results(&desk)).unwrap();
        let desk = desk.with_media(Media::of_file(&path));
        let (before, noted) = (records(&desk), files(&desk));
        let asked = ImportResults { record_type: 2, file: "02.csv".to_owned(), preview: true };
        let job = previewed(&desk, RESULTS, &asked);
        let expected = ImportedResults { read: 43, added: 21, corrected: 16, unchanged: 5, rejected: 1, damaged: 0 };
        assert_eq!(serde_json::from_value::<ImportedResults>(job.result.unwrap()).unwrap(), expected);
        // Nothing holds, and nobody is warned of a file that is half in.
        assert_eq!((records(&desk), files(&desk)), (before, noted));
        let extracted = desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap();
        assert_eq!(extracted.half_imported, Vec::<String>::new());
        // Who was refused can be taken; what is kept aside is sealed, and nobody takes it.
        assert_eq!(job.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["rejects.csv"]);
        let rejects = String::from_utf8(desk.file_of_job(&officer(), job.id, "rejects.csv").unwrap()).unwrap();
        assert_eq!((rejects.lines().count(), rejects.contains("44")), (2, true), "{rejects}");
        let kept = aside(&desk);
        assert!(!kept.is_empty() && kept.iter().all(|part| !part.windows(10).any(|bytes| bytes == INSTITUTION.as_bytes())));
        assert!(desk.file_of_job(&officer(), job.id, ".aside").is_err());
        std::fs::remove_file(&path).unwrap();
        let imported: ImportedResults = resumed(&desk, job.id);
        assert_eq!((imported, aside(&desk)), (expected, Vec::new()));
        assert_eq!(records(&desk).len(), 41);
        // The record says what the same file says that goes in at once.
        let other = neighbour(&rooms);
        let text = results(&other);
        let (at_once, _) = brought(&other, 2, text.as_bytes());
        assert_eq!((at_once, out(&other, 2)), (expected, out(&desk, 2)));
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_6_what_was_kept_aside_of_results_goes_when_the_preview_is_dropped_or_forgotten() {
    both_blocking(|rooms| {
        let place = folder("dropped");
        let path = place.join("02.csv");
        let clock = clock();
        let desk = crate::support::desk_at(&rooms, Arc::clone(&clock)).with_media(Media::of_file(&path));
        std::fs::write(&path, results(&desk)).unwrap();
        let before = records(&desk);
        let asked = ImportResults { record_type: 2, file: "02.csv".to_owned(), preview: true };
        let id = previewed(&desk, RESULTS, &asked).id;
        assert!(!aside(&desk).is_empty());
        cancelled(&desk, id);
        assert_eq!(aside(&desk), Vec::<Vec<u8>>::new());
        // Resumed, it shows again what the file would bring, as the file is by then.
        std::fs::write(&path, rows([(31, "1", "2")].into_iter())).unwrap();
        let again = gone_on(&desk, id);
        assert_eq!((again.state, again.result.unwrap()["added"].as_u64()), (JobState::Previewed, Some(1)));
        // Nobody lets it go on for a month: then nobody can.
        clock.advance(jiff::SignedDuration::from_hours(31 * 24));
        desk.room().raw().write_blocking(|tx| desk.jobs().forget(tx)).unwrap();
        assert_eq!((aside(&desk), records(&desk)), (Vec::new(), before));
        let operator = operator_for(&desk, Purpose::Operation);
        assert!(desk.room().raw().write_blocking(|tx| desk.jobs().resume(tx, id, &operator)).is_err());
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn what_waits_to_be_looked_at_is_left_alone_when_the_form_is_sent_again_to_be_done_at_once() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("sent-again"));
        let path = place.join("02.csv");
        std::fs::write(&path, results(&desk)).unwrap();
        let desk = desk.with_media(Media::of_file(&path));
        let before = records(&desk);
        let results = |preview| serde_json::to_value(ImportResults { record_type: 2, file: "02.csv".to_owned(), preview }).unwrap();
        let reprove = |preview| serde_json::to_value(Reprove { preview }).unwrap();
        let sent = |kind: &str, asked: &serde_json::Value| runtime().block_on(ask(&desk, kind, asked)).unwrap();
        let kinds: [(&str, &dyn Fn(bool) -> serde_json::Value); 2] = [(RESULTS, &results), ("reprove", &reprove)];
        for (kind, asked) in kinds {
            let id = previewed(&desk, kind, &asked(true)).id;
            // its file may be another by now
            let anew = sent(kind, &asked(false));
            assert!(anew.id != id && anew.state == JobState::Waiting, "{kind}: {anew:?}");
            assert_eq!(runtime().block_on(desk.jobs().find(id)).unwrap().state, JobState::Previewed);
            assert_eq!(records(&desk), before);
            cancelled(&desk, id);
            cancelled(&desk, anew.id);
        }
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn what_was_corrected_since_results_were_shown_is_compared_anew() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("since"));
        let path = place.join("02.csv");
        std::fs::write(&path, results(&desk)).unwrap();
        let desk = desk.with_media(Media::of_file(&path));
        let of_one = |desk: &Desk| out(desk, 2).lines().find(|line| line.starts_with("1,")).map(str::to_owned).unwrap();
        let id = previewed(&desk, RESULTS, &ImportResults { record_type: 2, file: "02.csv".to_owned(), preview: true }).id;
        let shown = of_one(&desk);
        // Meanwhile one of the new is there already, another is there with something else, and a known one was corrected.
        brought(&desk, 2, rows([(23, "1", "2"), (24, "1", "1"), (1, "1", "1")].into_iter()).as_bytes());
        let corrected = of_one(&desk);
        assert_ne!(corrected, shown);
        let imported: ImportedResults = resumed(&desk, id);
        assert_eq!(imported, ImportedResults { read: 43, added: 19, corrected: 17, unchanged: 6, rejected: 1, damaged: 0 });
        assert_eq!(of_one(&desk), corrected, "what was shown as known is left alone");
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn what_a_command_was_shown_goes_in_when_it_is_run_again_and_a_preview_never_lets_it() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("command"));
        let path = place.join("02.csv");
        std::fs::write(&path, results(&desk)).unwrap();
        let desk = desk.with_media(Media::of_file(&path));
        let (runtime, operator) = (runtime(), operator_for(&desk, Purpose::ResultEntry));
        let run = |preview| {
            let asked = ImportResults { record_type: 2, file: "02.csv".to_owned(), preview };
            let id = runtime.block_on(desk.ask_by_hand(&operator, RESULTS, &asked, Some(&path))).unwrap().id;
            runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job
        };
        let shown = run(true);
        // Another file goes in, and what is told is what would come by now.
        brought(&desk, 2, rows([(23, "1", "2")].into_iter()).as_bytes());
        let again = run(true);
        let added = |job: &Job| job.result.as_ref().unwrap()["added"].as_u64().unwrap();
        assert_eq!((again.id, again.state, added(&shown), added(&again)), (shown.id, JobState::Previewed, 21, 20));
        let done = run(false);
        assert_eq!((done.id, done.state, done.result), (shown.id, JobState::Done, again.result));
        assert_eq!(records(&desk).len(), 41);
        let after = run(true);
        assert_eq!((after.id == shown.id, after.state), (false, JobState::Previewed), "it is other work by then");
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_reg_1_a_preview_says_what_an_import_would_bring_and_nothing_of_it_holds() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines: Vec<Line> = (1..=10).map(person).collect();
        lines[8].protected = "1";
        let told = |shown: ImportedResidents| {
            ((shown.read, shown.added, shown.changed, shown.unchanged, shown.rejected), shown.concerned.unwrap())
        };
        let expected = ResidentsConcerned { protected: 1, ..ResidentsConcerned::default() };
        assert_eq!(told(shown(&desk, &lines, false)), ((10, 10, 0, 0, 0), expected));
        taken(&desk, &lines);
        let before = residents(&desk);
        lines[0].removal = "1";
        lines[0].until = "2026-05-01";
        lines[1].removal = "2";
        lines[2].protected = "1";
        lines[8].protected = "";
        lines[4].name = "別名　太郎".to_owned();
        lines[4].sex = "1";
        lines[5].address = "みほん市港町6番".to_owned();
        let mut broken = person(12);
        broken.individual = "1".to_owned();
        lines.extend([person(11), broken]);
        lines.remove(6);
        let expected =
            ResidentsConcerned { moved_out: 1, died: 1, protected: 1, unprotected: 1, confused: 1, ..ResidentsConcerned::default() };
        assert_eq!(told(shown(&desk, &lines, false)), ((11, 1, 6, 3, 1), expected));
        assert_eq!(told(shown(&desk, &lines, true)), ((11, 1, 6, 3, 1), ResidentsConcerned { missing: Some(1), ..expected }));
        assert_eq!((residents(&desk), staged(&desk), files(&desk)), (before, 0, vec![2]));
        // What it said is what comes.
        assert_eq!(counts(taken(&desk, &lines)), (11, 1, 6, 3, 1));
    });
}

#[test]
fn r_reg_1_a_file_of_the_register_that_was_shown_goes_in_without_the_file_unless_another_went_in_first() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("shown-first"));
        let path = place.join("a.csv");
        let desk = desk.with_media(Media::of_file(&path));
        let mut lines: Vec<Line> = (1..=30).map(person).collect();
        let asked = ImportResidents { file: "a.csv".to_owned(), preview: true, ..ImportResidents::default() };
        let show = |lines: &[Line]| {
            std::fs::write(&path, file(lines)).unwrap();
            previewed(&desk, IMPORT, &asked).id
        };
        // A first file.
        let id = show(&lines);
        std::fs::remove_file(&path).unwrap();
        assert_eq!((residents(&desk).len(), staged(&desk)), (0, 30));
        let imported: ImportedResidents = resumed(&desk, id);
        assert_eq!((imported.added, imported.concerned), (30, None));
        assert_eq!((residents(&desk).len(), staged(&desk), files(&desk)), (30, 0, vec![2]));
        // Of a preview that waits, upkeep leaves what was staged; of one that was dropped beside it, nothing stays.
        lines[3].address = "みほん市港町4番".to_owned();
        let waits = show(&lines);
        let dropped = show(&lines[..20]);
        cancelled(&desk, dropped);
        desk.clear_left_imports(&officer()).unwrap();
        assert_eq!((staged(&desk), files(&desk)), (1, vec![2, 0]));
        // Another file goes in: what was shown is no longer what would come.
        lines[4].address = "みほん市港町5番".to_owned();
        assert_eq!(counts(taken(&desk, &lines)), (30, 0, 2, 28, 0));
        let late = gone_on(&desk, waits);
        assert_eq!(late.state, JobState::Refused);
        assert!(late.problem.unwrap().detail.unwrap().contains("確認からやり直してください"));
        assert_eq!((staged(&desk), residents(&desk).len()), (0, 30));
        std::fs::remove_dir_all(place).unwrap();
    });
}
