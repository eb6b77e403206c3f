//! `kenshin jobs` with files: work on one is asked for with a server and without, and what it wrote is taken.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::served::Served;
use super::{CITY, at, init};
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, kenshin};

const HEADING: &str = "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,住所,住民区分";

pub(super) fn jobs(place: &Place, rest: &[&str]) -> Done {
    at(place, &["jobs", rest[0]], &[&["--municipality", CITY], &rest[1..]].concat())
}

/// A register of one person who can be taken in, and one born on a day that is none.
fn residents(place: &Place, name: &str, number: u32) -> PathBuf {
    let file = place.beside(name);
    let rows = format!("{number},1,見本,ミホン,1,19500401,中央,1\n{},1,見本,ミホン,1,19500231,中央,1\n", number + 1);
    fs::write(&file, format!("{HEADING}\n{rows}")).unwrap();
    file
}

/// The job, once it is done.
#[expect(clippy::disallowed_methods, reason = "another process runs on the time of the machine")]
pub(super) fn done(place: &Place, id: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(600);
    loop {
        let job = jobs(place, &["show", id, "--json"]).ended(0).json();
        if job["state"] == "done" {
            return job;
        }
        assert!(Instant::now() < until && ["waiting", "running"].iter().any(|state| job["state"] == *state), "{job}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Takes the refused rows of a job → their file.
fn rejects(place: &Place, job: &Value, reason: &str) -> String {
    let out = place.beside("taken.csv");
    let id = job["id"].as_str().unwrap();
    let told = jobs(place, &["take", id, "rejects.csv", "--out", out.to_str().unwrap(), "--reason", reason]).ended(0).out;
    assert!(told.contains("rejects.csv in "), "{told}");
    let text = fs::read_to_string(&out).unwrap();
    fs::remove_file(&out).unwrap();
    text
}

/// What the record of use says of files that were taken, the newest first: purpose, number of people, remark.
fn taken(place: &Place) -> Vec<String> {
    let rooms = store::Rooms::open(store::Data::parse(place.data()).unwrap()).unwrap();
    let room = rooms.existing(&store::RoomName::new("registry", Some(CITY.parse().unwrap()))).unwrap().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let newest = runtime.block_on(ledger::newest(&room, 50)).unwrap();
    let entries = newest.iter().map(|found| found.entry().unwrap()).filter(|entry| entry.action == "registry:job-pages.take");
    let people = |subjects: ledger::Subjects<'_>| match subjects {
        ledger::Subjects::Nobody => 0,
        ledger::Subjects::Tokens(tokens) => tokens.len(),
        ledger::Subjects::Many(count, _) => usize::try_from(count).unwrap(),
    };
    entries.map(|entry| format!("{} {} {}", entry.purpose, people(entry.subjects), entry.detail)).collect()
}

/// What the folder of media holds, by name.
fn media(place: &Place) -> Vec<String> {
    let names = fs::read_dir(place.files().join("input").join(CITY)).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).filter(|name| !name.contains("rejects")).collect()
}

#[test]
fn work_on_a_file_is_left_to_the_server_that_runs_or_will_with_a_copy_of_the_file() {
    on_both(|place| {
        init(place).ended(0);
        let file = residents(place, "residents.csv", 1);
        let start = |file: &Path| jobs(place, &["start", "import-residents", "--file", file.to_str().unwrap(), "--json"]).ended(0).json();
        // Without a server it waits, once, whatever becomes of the file.
        let first = start(&file);
        assert_eq!((&first["state"], &start(&file)["id"]), (&"waiting".into(), &first["id"]));
        assert_eq!(media(place).len(), 1, "{:?}", media(place));
        fs::remove_file(&file).unwrap();
        let config = place.files().join("etc").join(format!("registry.{CITY}.toml"));
        let served = Served::start(&config, "its pages are at ");
        let job = done(place, first["id"].as_str().unwrap());
        assert_eq!((&job["result"]["added"], &job["result"]["rejected"]), (&1.into(), &1.into()));
        // With one, another file of the same name is another job.
        let second = start(&residents(place, "residents.csv", 3));
        assert_ne!(second["id"], first["id"]);
        let job = done(place, second["id"].as_str().unwrap());
        assert_eq!((&job["result"]["added"], &job["result"]["alreadyImported"]), (&1.into(), &false.into()));
        assert_eq!(media(place).len(), 2);
        let text = rejects(place, &job, "取込元への連絡");
        assert!(text.contains("生年月日") && !text.contains("19500231"), "{text}");
        drop(served);
        // A file of the media folder is named as it lies there.
        let name = media(place).remove(0);
        let there = start(&place.files().join("input").join(CITY).join(&name));
        assert_eq!((&there["state"], media(place).len()), (&"waiting".into(), 2));
    });
}

#[test]
fn work_is_done_here_without_a_server_and_its_files_are_taken_with_a_reason() {
    on_both(|place| {
        init(place).ended(0);
        let file = residents(place, "residents.csv", 1);
        let file = file.to_str().unwrap();
        let here = |rest: &[&str]| jobs(place, &[&["start", "--here", "--json"], rest].concat());
        let job = here(&["import-residents", "--file", file, "encoding=utf-8"]).ended(1).json();
        assert_eq!((&job["state"], &job["result"]["added"], &job["result"]["rejected"]), (&"done".into(), &1.into(), &1.into()));
        assert!(media(place).is_empty(), "it was read where it lies");
        assert!(rejects(place, &job, "取込元への連絡").lines().count() == 2);
        let id = job["id"].as_str().unwrap();
        // What it tells to be typed next works as it stands, but for a reason.
        let shown = jobs(place, &["show", id, "--as", "hanako"]).ended(0).out;
        let line = shown.lines().find_map(|line| line.trim().strip_prefix("kenshin ")).unwrap();
        assert!(line.starts_with(&format!("jobs take {id} rejects.csv --out rejects.csv")) && line.ends_with("--as hanako"), "{shown}");
        let typed = line
            .replace(&format!("'{}'", place.data()), place.data())
            .replace("--out rejects.csv", "--out next.csv")
            .replace("TEXT", "次の作業");
        let next = kenshin().current_dir(place.beside("")).args(typed.split(' ')).output().unwrap();
        Done::from(next).ended(0);
        assert!(place.beside("next.csv").exists());
        // Whom it told of and what for is on record; without a reason, or of no file, nothing leaves.
        let reasons = ["次の作業", "取込元への連絡"].map(|reason| format!("resident-import 0 job {id}: file rejects.csv, for: {reason}"));
        assert_eq!(taken(place), reasons);
        let out = place.beside("out.csv");
        let out = out.to_str().unwrap();
        jobs(place, &["take", id, "rejects.csv", "--out", out]).ended(2);
        jobs(place, &["take", id, "rejects.csv", "--out", out, "--reason", " "]).ended(2);
        let told = jobs(place, &["take", id, "printer.csv", "--out", out, "--reason", "見本"]).ended(1).err;
        assert!(told.contains("it has rejects.csv"), "{told}");
        assert!(!Path::new(out).exists());
        let incoming = place.beside("incoming.csv");
        fs::write(&incoming, "受付番号,氏名,氏名カナ,性別,生年月日,住所\nA1,見本,ミホン,男,1950-04-01,中央\n").unwrap();
        let matched = here(&["match", "--file", incoming.to_str().unwrap()]).ended(0).json();
        assert!(matched["files"].as_array().unwrap().iter().any(|file| file["name"] == "verdicts.csv"), "{matched}");
        // What the commands of the registry write is a job's too, done by them or left to the server.
        let year = ["--municipality", CITY, "--fiscal-year", "2026", "--on", "2026-06-01", "--out", out];
        at(place, &["registry", "eligible"], &year).ended(0);
        let of_command = fs::read_to_string(out).unwrap();
        assert!(of_command.starts_with("住民番号,事業,検査,年齢\n1,"), "{of_command}");
        let listed = here(&["list-eligible", "fiscalYear=2026", "on=2026-06-01"]).ended(0).json();
        assert_eq!((&listed["result"]["rows"], listed["kind"].as_str()), (&(of_command.lines().count() - 1).into(), Some("list-eligible")));
        jobs(place, &["take", listed["id"].as_str().unwrap(), "eligible.csv", "--out", out, "--reason", "名簿の確認"]).ended(0);
        assert_eq!(fs::read_to_string(out).unwrap(), of_command);
        let last = taken(place).remove(0);
        assert!(last.starts_with("eligibility 1 ") && last.ends_with("eligible.csv, for: 名簿の確認"), "{last}");
        assert_eq!(jobs(place, &["list"]).ended(0).out.matches("list-eligible").count(), 2);
        let extracted = here(&["extract", "fiscalYear=2026", "on=2026-06-01"]).ended(0).json();
        let extraction = format!("extraction={}", extracted["result"]["extraction"]);
        here(&["issue-vouchers", &extraction]).ended(0);
        let printed = here(&["print-vouchers", &extraction]).ended(0).json();
        let names: Vec<&str> = printed["files"].as_array().unwrap().iter().map(|file| file["name"].as_str().unwrap()).collect();
        assert_eq!(names.len(), 1, "{printed}");
        jobs(place, &["take", printed["id"].as_str().unwrap(), names[0], "--out", out, "--reason", "印刷"]).ended(0);
        assert!(fs::read_to_string(out).unwrap().contains("見本"));
        let (last, told) = (taken(place).remove(0), format!("file {}, for: 印刷", names[0]));
        assert!(last.starts_with("invitation 1 ") && last.ends_with(&told), "{last}");
    });
}

#[test]
fn what_asks_for_no_file_takes_none_and_what_needs_others_is_not_done_here() {
    let place = Place::folder();
    init(&place).ended(0);
    let file = residents(&place, "residents.csv", 1);
    let file = file.to_str().unwrap();
    for (wrong, told) in [
        (&["extract", "fiscalYear=2026", "on=2026-06-01", "--file", file][..], "asks for no file"),
        (&["import-residents", "file=residents.csv", "--file", file], "given twice"),
        (&["import-residents", "--here"], "file=… cannot be"),
        (&["fetch-answers", "--here"], "leave --here out"),
        (&["import-results", "--file", file], "recordType=… cannot be"),
        (&["match", "--here", "--file", file, "out=verdicts.csv"], "leave it out with --here"),
    ] {
        let err = jobs(&place, &[&["start"], wrong].concat()).ended(2).err;
        assert!(err.contains(told), "{wrong:?}: {err}");
    }
    jobs(&place, &["start", "import-results", "--file", file, "recordType=99999"]).ended(2);
    assert_eq!(media(&place), Vec::<String>::new(), "what is asked wrongly leaves no copy");
    let err = at(&place, &["jobs", "start"], &["--system", "hub-core", "exchange", "--here"]).ended(2).err;
    assert!(err.contains("leave it out"), "{err}");
    let nowhere = place.beside("nowhere.csv");
    jobs(&place, &["start", "import-residents", "--file", nowhere.to_str().unwrap()]).ended(1);
    // C-II-6-PMH-5: what no policy permits leaves no copy behind it.
    jobs(&place, &["start", "unified-numbers"]).ended(1);
    assert!(media(&place).iter().all(|name| !name.starts_with("nowhere")));
    let config = place.files().join("etc").join(format!("registry.{CITY}.toml"));
    let text = fs::read_to_string(&config).unwrap();
    let without: String = text.lines().filter(|line| !line.starts_with("media")).flat_map(|line| [line, "\n"]).collect();
    fs::write(&config, without).unwrap();
    let err = jobs(&place, &["start", "import-residents", "--file", file]).ended(1).err;
    assert!(err.contains("no `media` folder"), "{err}");
}
