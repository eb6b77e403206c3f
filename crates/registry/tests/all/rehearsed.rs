//! Every kind of job in portions of seven rows, killed at each of them: what comes of it is what comes of a job that nothing disturbs.

use std::path::Path;
use std::sync::Arc;

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::{
    ExportResults, Extract, FollowUp, ImportResidents, ImportResults, IssueVouchers, ListEligible, Match, PrintVouchers, Reprove,
};
use registry::{Desk, Media};
use serde::Serialize;
use serde_json::Value;
use store::Rooms;
use store::testing::both_blocking;
use vocabulary::{FiscalYear, MunicipalityCode, Purpose, SystemEntropy};
use work::jobs::Rehearsal;

use crate::results::sheet;
use crate::support::{Line, ask, clock, contact, file, folder, look, officer, operator_for, person};

const PEOPLE: u32 = 30;
const ROWS: usize = 7;
const YEAR: FiscalYear = FiscalYear(2026);

/// A desk and how its jobs are disturbed, if they are.
struct Office {
    desk: Desk,
    rehearsal: Option<Rehearsal>,
}

impl Office {
    fn open(rooms: &Rooms, city: &str, rehearsal: Option<Rehearsal>) -> Self {
        let (master, catalogue) = (Arc::new(ledger::testing::master().unwrap()), catalogue::Catalogue::built_in().unwrap());
        let city = MunicipalityCode::parse(city).unwrap();
        let desk = Desk::open(rooms, city, Arc::new(catalogue), master, clock(), Arc::new(SystemEntropy)).unwrap();
        match &rehearsal {
            Some(rehearsal) => {
                Self { desk: desk.rehearsed(Arc::new(SystemEntropy), rehearsal.clone()), rehearsal: Some(rehearsal.clone()) }
            }
            None => Self { desk, rehearsal: None },
        }
    }

    /// Asks for a job on a file, which may be none, and sees it to its end → its result, the files it wrote, and how many attempts it took. In each
    /// attempt a portion fails: where `grows`, the first in the first, the second in the second; else the second in all but the first.
    fn run(&self, kind: &str, asked: impl Serialize, (file, grows): (&Path, bool)) -> (Value, Vec<(String, String)>, usize) {
        let desk = self.desk.clone().with_media(Media::of_file(file));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let id = runtime.block_on(ask(&desk, kind, &asked)).unwrap().id;
        let (mut attempt, mut before) = (0, 0);
        // and one attempt ends when all is in and nobody has heard of it
        let cut_short = || self.rehearsal.as_ref().map_or((), |rehearsal| rehearsal.cut_short(1));
        cut_short();
        loop {
            attempt += 1;
            assert!(attempt < 100, "{kind} comes to no end");
            if let Some(rehearsal) = &self.rehearsal {
                rehearsal.fail(if grows { attempt - before } else { attempt.min(2) });
            }
            let job = runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job;
            if job.state == JobState::Done {
                let written = |file: &protocol::messages::jobs::JobFile| {
                    (file.name.clone(), String::from_utf8(desk.file_of_job(&officer(), id, &file.name).unwrap()).unwrap())
                };
                return (job.result.unwrap(), job.files.iter().map(written).collect(), attempt);
            }
            if job.state == JobState::Previewed {
                let operator = operator_for(&desk, Purpose::Operation);
                desk.room().raw().write_blocking(|tx| desk.jobs().resume(tx, id, &operator)).unwrap();
                std::fs::write(file, "it is not read again").unwrap();
                before = attempt;
                cut_short();
                continue;
            }
            assert_eq!(job.state, JobState::Waiting, "{:?}", job.problem);
        }
    }

    /// Changes something past the registry.
    fn change(&self, sql: &str) {
        let changed = self.desk.room().raw().write_blocking(|tx| Ok::<_, store::StoreError>(diesel::sql_query(sql).execute(tx)?));
        assert!(changed.unwrap() > 0, "{sql}");
    }

    /// What is stored, but for what is sealed other than addresses.
    fn dump(&self) -> Vec<String> {
        #[derive(QueryableByName)]
        struct Lives {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            id: i64,
            #[diesel(sql_type = diesel::sql_types::Integer)]
            version: i32,
            #[diesel(sql_type = diesel::sql_types::Binary)]
            contact: Vec<u8>,
        }
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let sql = "SELECT 'resident ' || id || ' ' || version || ' ' || number || ' ' || import AS line FROM resident \
            UNION ALL SELECT 'former ' || id || ' ' || version || ' ' || replaced_by FROM resident_history \
            UNION ALL SELECT 'staged ' || import || ' ' || place FROM resident_staged \
            UNION ALL SELECT 'import ' || id || ' ' || kind || ' ' || state || ' ' || added || ' ' || changed || ' ' || rejected FROM import \
            UNION ALL SELECT 'record ' || id || ' ' || resident || ' ' || history || ' ' || version || ' ' || import FROM record_row \
            UNION ALL SELECT 'record before ' || id || ' ' || version || ' ' || import FROM record_former \
            UNION ALL SELECT 'examination ' || resident || ' ' || row || ' ' || programme || ' ' || needs_detailed || ' ' || claim_month FROM examination \
            UNION ALL SELECT 'fact ' || row || ' ' || fact || ' ' || known_on FROM fact \
            UNION ALL SELECT 'extraction ' || id || ' ' || people || ' ' || examinations FROM extraction \
            UNION ALL SELECT 'in it ' || extraction || ' ' || resident || ' ' || version || ' ' || age FROM extraction_person \
            UNION ALL SELECT 'due ' || extraction || ' ' || resident || ' ' || programme || ' ' || examination FROM extraction_row \
            UNION ALL SELECT 'voucher ' || resident || ' ' || programme || ' ' || COALESCE(number, 'withheld') FROM voucher \
            UNION ALL SELECT 'case ' || resident || ' ' || programme || ' ' || row || ' ' || state FROM detailed_case \
            UNION ALL SELECT 'claim ' || month || ' ' || institution || ' ' || programme || ' ' || examinations FROM claim \
            ORDER BY line";
        let mut lines: Vec<String> =
            look(&self.desk, |tx| diesel::sql_query(sql).load::<Line>(tx)).into_iter().map(|row| row.line).collect();
        let sql =
            "SELECT id, version, contact FROM resident UNION ALL SELECT id, version, contact FROM resident_history ORDER BY id, version";
        let lives = look(&self.desk, |tx| diesel::sql_query(sql).load::<Lives>(tx));
        lines.extend(lives.iter().map(|Lives { id, version, contact: sealed }| {
            format!("lives {id} {version} {}", contact(&self.desk, *id, *version, sealed).address)
        }));
        lines
    }
}

/// The same job on both: with the same result, the same files and the same tables, in this many attempts at least.
fn alike(offices: &[Office; 2], kind: &'static str, asked: impl Serialize + Clone, on: (&Path, bool), attempts: usize) -> Value {
    let [disturbed, alone] = offices;
    let (result, files, took) = disturbed.run(kind, asked.clone(), on);
    let (expected, of_expected, once) = alone.run(kind, asked, on);
    assert_eq!((&result, &files), (&expected, &of_expected), "{kind}");
    assert_eq!(once, 1);
    assert!(took >= attempts, "{kind}: {took} attempts");
    assert_eq!(disturbed.dump(), alone.dump(), "{kind}");
    result
}

fn moved(mut line: Line) -> Line {
    line.address = format!("みほん市港町{}番", line.number);
    line
}

#[test]
fn r_ops_every_job_of_the_desk_that_is_killed_at_each_portion_comes_to_what_one_comes_to_that_is_not() {
    both_blocking(|rooms| {
        let place = folder("rehearsed");
        let path = place.join("a.csv");
        let on = |grows| (path.as_path(), grows);
        let offices = [Office::open(&rooms, "991015", Some(Rehearsal::of(ROWS))), Office::open(&rooms, "992020", None)];
        let residents = || ImportResidents { file: "a.csv".to_owned(), ..ImportResidents::default() };
        // A first file, and one in which all but a few have moved, one is refused and some are new.
        std::fs::write(&path, file(&(1..=PEOPLE).map(person).collect::<Vec<_>>())).unwrap();
        alike(&offices, "import-residents", residents(), on(true), 4);
        let mut later: Vec<Line> = (1..=PEOPLE + 9).map(person).map(|line| if line.number > 3 { moved(line) } else { line }).collect();
        later[20].individual = "1".to_owned();
        std::fs::write(&path, file(&later)).unwrap();
        let came = alike(&offices, "import-residents", residents(), on(true), 5);
        assert_eq!((&came["added"], &came["changed"], &came["rejected"]), (&9.into(), &26.into(), &1.into()));
        // Records: of two people nothing is known; then corrections of a few.
        let numbers: Vec<String> = (1..=PEOPLE + 11).map(|number| number.to_string()).collect();
        let rows = |judgement: &'static str, most: usize| {
            let row = move |number: &String| {
                let year = [("history_number", "1"), ("fiscal_year", "2026"), ("examined_on", "2026-05-01"), ("judgement", judgement)];
                let claim = [("institution", "0110113719"), ("claim_month", "2026-05"), ("payment_excluded", "0")];
                let own = vec![("resident_number".to_owned(), number.clone())];
                own.into_iter()
                    .chain(year.into_iter().chain(claim).map(|(item, value)| (item.to_owned(), value.to_owned())))
                    .collect::<Vec<_>>()
            };
            let rows: Vec<Vec<(String, String)>> = numbers.iter().take(most).map(row).collect();
            let rows: Vec<Vec<(&str, &str)>> =
                rows.iter().map(|row| row.iter().map(|(item, value)| (item.as_str(), value.as_str())).collect()).collect();
            sheet(4, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
        };
        let results = || ImportResults { record_type: 4, file: "a.csv".to_owned(), ..ImportResults::default() };
        std::fs::write(&path, rows("1", numbers.len())).unwrap();
        let came = alike(&offices, "import-results", results(), on(false), 4);
        assert_eq!((&came["added"], &came["rejected"]), (&39.into(), &2.into()));
        std::fs::write(&path, rows("2", 25)).unwrap();
        let came = alike(&offices, "import-results", results(), on(false), 4);
        assert_eq!((&came["corrected"], &came["unchanged"]), (&25.into(), &0.into()));
        let came = alike(&offices, "export-results", ExportResults { record_type: 4 }, on(false), 6);
        assert_eq!((&came["written"], &came["damaged"]), (&39.into(), &0.into()));
        // The rest takes no file.
        let day = "2026-06-01".parse().unwrap();
        let came = alike(&offices, "extract", Extract { fiscal_year: YEAR, on: day }, on(true), 4);
        assert_eq!((&came["damaged"], &came["halfImported"]), (&0.into(), &Value::Array(Vec::new())));
        let (extraction, rows) = (came["extraction"].as_i64().unwrap(), came["rows"].clone());
        let came = alike(&offices, "list-eligible", ListEligible { fiscal_year: YEAR, on: day, programme: None }, on(false), 5);
        assert_eq!((&came["rows"], &came["damaged"]), (&rows, &0.into()));
        let came = alike(&offices, "issue-vouchers", IssueVouchers { extraction }, on(false), 2);
        assert!(came["vouchers"].as_u64() > Some(PEOPLE.into()));
        let vouchers = came["vouchers"].clone();
        let came = alike(&offices, "print-vouchers", PrintVouchers { extraction }, on(false), 5);
        assert_eq!((&came["printed"], &came["withheld"]), (&vouchers, &0.into()));
        let came = alike(&offices, "follow-up", FollowUp { fiscal_year: YEAR }, on(false), 4);
        assert_eq!((&came["needsDetailed"], &came["examined"], &came["damaged"]), (&25.into(), &39.into(), &0.into()));
        // What some of the records prove is gone: it is found, and derived anew.
        for office in &offices {
            office.change("DELETE FROM examination WHERE row % 3 = 0");
        }
        for differing in [13, 0] {
            let came = alike(&offices, "reprove", Reprove { preview: false }, on(false), 5);
            assert_eq!((&came["records"], &came["differing"], &came["people"]), (&39.into(), &differing.into(), &differing.into()));
        }
        // Records of everybody by the five data items; one row breaks off, and of one nobody is known.
        let mut text = "受付番号,氏名,氏名カナ,性別,生年月日,住所\n".to_owned();
        for line in later.iter().take(30) {
            text += &format!("A{},{},ミホン ハナコ,女,1976-05-05,{}\n", line.number, line.name, line.address);
        }
        text += "B1,\"見本\nB2,別人　太郎,ベツジン タロウ,男,1950-01-01,よその市9番\n";
        std::fs::write(&path, text).unwrap();
        let asked = Match { file: "a.csv".to_owned(), out: Some("verdicts.csv".to_owned()) };
        let came = alike(&offices, "match", asked, on(false), 5);
        // Whose move was refused lives elsewhere by the register.
        assert_eq!((&came["matched"], &came["review"], &came["unmatched"]), (&29.into(), &1.into(), &2.into()));
        assert_eq!(came["unreadable"], 1);
        std::fs::remove_dir_all(place).unwrap();
    });
}

#[test]
fn r_ops_a_file_that_is_shown_first_and_killed_at_each_portion_comes_to_what_one_comes_to_that_goes_in_at_once() {
    both_blocking(|rooms| {
        let place = folder("rehearsed-previews");
        let path = place.join("a.csv");
        let offices = [Office::open(&rooms, "991015", Some(Rehearsal::of(ROWS))), Office::open(&rooms, "992020", None)];
        let both = |kind: &str, text: &str, asked: &dyn Fn(bool) -> Value, attempts: usize| {
            let [shown, at_once] = [(&offices[0], true), (&offices[1], false)].map(|(office, preview)| {
                std::fs::write(&path, text).unwrap();
                // only the attempts that read it begin anew when they are killed; what is applied goes on
                office.run(kind, asked(preview), (&path, true))
            });
            assert_eq!((&shown.0, &shown.1), (&at_once.0, &at_once.1), "{kind}");
            assert!(shown.2 >= attempts, "{kind}: {} attempts", shown.2);
            assert_eq!(offices[0].dump(), offices[1].dump(), "{kind}");
            shown.0
        };
        let residents =
            |preview| serde_json::to_value(ImportResidents { file: "a.csv".to_owned(), preview, ..ImportResidents::default() }).unwrap();
        let results = |preview| serde_json::to_value(ImportResults { record_type: 4, file: "a.csv".to_owned(), preview }).unwrap();
        both("import-residents", &file(&(1..=PEOPLE).map(person).collect::<Vec<_>>()), &residents, 6);
        let mut later: Vec<Line> = (1..=PEOPLE + 9).map(person).map(|line| if line.number > 3 { moved(line) } else { line }).collect();
        later[20].individual = "1".to_owned();
        let came = both("import-residents", &file(&later), &residents, 6);
        assert_eq!((&came["added"], &came["changed"], &came["rejected"]), (&9.into(), &26.into(), &1.into()));
        for (judgement, added, corrected) in [("1", 39, 0), ("2", 0, 39)] {
            let numbers: Vec<String> = (1..=PEOPLE + 11).map(|number| number.to_string()).collect();
            let rows = numbers.iter().map(|number| {
                [
                    ("resident_number", number.as_str()),
                    ("history_number", "1"),
                    ("fiscal_year", "2026"),
                    ("examined_on", "2026-05-01"),
                    ("judgement", judgement),
                ]
            });
            let rows: Vec<_> = rows.collect();
            let came = both("import-results", &sheet(4, &rows.iter().map(|row| row.as_slice()).collect::<Vec<_>>()), &results, 10);
            assert_eq!((&came["added"], &came["corrected"], &came["rejected"]), (&added.into(), &corrected.into(), &2.into()));
        }
        for office in &offices {
            office.change("DELETE FROM examination WHERE row % 3 = 0");
        }
        let came = both("reprove", "", &|preview| serde_json::to_value(Reprove { preview }).unwrap(), 6);
        assert_eq!((&came["records"], &came["differing"], &came["people"]), (&39.into(), &13.into(), &13.into()));
        std::fs::remove_dir_all(place).unwrap();
    });
}
