//! Who was seen: what the registry does with many people is found by each of them.

use ledger::testing::caller;
use ledger::{About, LedgerError, Room};
use protocol::messages::jobs::JobState;
use protocol::messages::registry::Match;
use registry::Media;
use registry::identification::{MATCH, VERDICTS};
use store::testing::both_blocking;
use vocabulary::{Date, FiscalYear, Purpose};

use crate::support::{desk, folder, listed, officer, operator_for, person, shown, taken};

/// What the record says was done with a person's data.
pub(crate) async fn acts_on(room: &Room, number: &str) -> Result<Vec<String>, LedgerError> {
    let auditor = caller("auditor", Purpose::Audit);
    let found = ledger::find(room, &auditor, About::Person(number), 0..i64::MAX, 100).await?;
    Ok(found.iter().map(|found| found.entry().unwrap().action.to_owned()).filter(|action| action.starts_with("registry:")).collect())
}

fn acts(room: &Room, number: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(acts_on(room, number)).unwrap()
}

#[test]
fn whoever_is_one_of_hundreds_finds_every_act_on_them() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines: Vec<_> = (1..=300).map(person).collect();
        taken(&desk, &lines);
        let on: Date = "2026-06-01".parse().unwrap();
        listed(&desk, 2026, None, "2026-06-01");
        let extraction = desk.extract(&officer(), FiscalYear(2026), on).unwrap().extraction;
        desk.issue_vouchers(&officer(), extraction).unwrap();
        desk.print_vouchers(&officer(), extraction, &mut Vec::new()).unwrap();
        for number in ["1", "256", "300"] {
            let acts = acts(desk.room(), number);
            for act in ["residents.import", "extractions.list", "job-files.read", "extractions.make", "vouchers.issue", "vouchers.print"] {
                assert!(acts.iter().any(|found| found == &format!("registry:{act}")), "{act} of person {number}: {acts:?}");
            }
        }
        assert_eq!(acts(desk.room(), "301"), Vec::<String>::new());
    });
}

#[test]
fn whoever_took_the_verdicts_of_a_job_is_found_by_those_who_stand_in_them() {
    both_blocking(|rooms| {
        let place = folder("verdicts");
        let path = place.join("records.csv");
        let row = |number: u32| format!("{number},見本　花子{number},ミホンハナコ,2,1976-05-05,みほん市中央一丁目{number}番\n");
        std::fs::write(&path, format!("受付番号,氏名,氏名カナ,性別,生年月日,住所\n{}{}", row(3), row(7))).unwrap();
        let desk = desk(&rooms).with_media(Media::of_file(&path));
        taken(&desk, &(1..=20).map(person).collect::<Vec<_>>());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let asked = Match { file: "records.csv".to_owned(), out: Some("verdicts.csv".to_owned()) };
        let operator = operator_for(&desk, Purpose::Identification);
        let id = runtime.block_on(desk.ask_by_hand(&operator, MATCH, &asked, Some(&path))).unwrap().id;
        let done = runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job;
        assert_eq!(done.state, JobState::Done, "{:?}", done.problem);
        let taking = |number: &str| acts(desk.room(), number).iter().filter(|act| *act == "registry:job-files.read").count();
        assert_eq!(taking("3"), 0);
        let verdicts = String::from_utf8(desk.file_of_job(&officer(), id, VERDICTS).unwrap()).unwrap();
        let named: Vec<String> =
            (1..=20).map(|number| number.to_string()).filter(|number| verdicts.contains(&format!(",{number},"))).collect();
        assert!(named.contains(&"3".to_owned()) && named.contains(&"7".to_owned()), "{verdicts}");
        for number in (1..=20).map(|number| number.to_string()) {
            assert_eq!(taking(&number), usize::from(named.contains(&number)), "person {number}");
        }
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn a_file_of_a_few_names_them_and_nobody_else() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &(1..=300).map(person).collect::<Vec<_>>());
        let before = acts(desk.room(), "200").len();
        let mut few: Vec<_> = [5, 6, 301].map(person).into();
        few[0].address = "みほん市港町5番".to_owned();
        let shown = shown(&desk, &few, false);
        assert_eq!((shown.added, shown.changed, shown.unchanged), (1, 1, 1));
        let imported = taken(&desk, &few);
        assert_eq!((imported.added, imported.changed, imported.unchanged), (1, 1, 1));
        assert_eq!(acts(desk.room(), "200").len(), before, "who is not in a file is not looked at for it");
        for number in ["5", "6", "301"] {
            assert!(acts(desk.room(), number).len() > usize::from(number != "301") * before, "person {number}");
        }
    });
}

#[test]
fn a_long_file_is_compared_with_everybody_and_says_the_same() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines: Vec<_> = (1..=21_000).map(person).collect();
        taken(&desk, &lines);
        // Changes and a new person before and after the rows that are looked up by number, and somebody who stands there twice.
        for place in [3, 20_990] {
            lines[place].address = "みほん市港町9番".to_owned();
        }
        lines.remove(10);
        lines.insert(0, person(30_001));
        lines.push(person(30_002));
        lines.push(person(4));
        lines.push(person(30_001));
        let shown = shown(&desk, &lines, true);
        assert_eq!((shown.added, shown.changed, shown.rejected, shown.concerned.unwrap().missing), (2, 2, 2, Some(1)));
        let imported = taken(&desk, &lines);
        assert_eq!((imported.added, imported.changed, imported.rejected), (2, 2, 2));
        assert_eq!(imported.unchanged, 20_997);
    });
}
