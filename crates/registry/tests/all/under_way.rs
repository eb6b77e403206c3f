//! A changed city's folder that is accepted while a job is under way: no work is done by half under each version.

use std::path::PathBuf;
use std::sync::Arc;

use diesel::prelude::*;
use ledger::testing;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{
    Extract, Extracted, FollowUp, FollowedUp, ImportResults, ImportedResults, IssueVouchers, IssuedVouchers, PrintVouchers,
    PrintedVouchers, Reprove, Reproved,
};
use registry::folder::FolderInUse;
use registry::{Desk, Media};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Rooms;
use store::testing::both_blocking;
use vocabulary::{FiscalYear, Id128, Purpose, SystemEntropy};
use work::jobs::{JobRun, Rehearsal, Workplace as _};

use crate::results::sheet;
use crate::support::{ask, city_folder, desk, edit, folder, look, operator_for, person, runtime, taken};

diesel::table! { detailed_case (fiscal_year, programme, resident, row) { fiscal_year -> Integer, programme -> Text, resident -> BigInt, row -> BigInt, } }

const PEOPLE: u32 = 20;
const RULES: &str = "programmes/colorectal.toml";

/// A desk whose jobs go in portions of seven rows, and the folder of its city.
struct Office {
    desk: Desk,
    rehearsal: Rehearsal,
    folder: FolderInUse,
    path: PathBuf,
    media: PathBuf,
}

impl Office {
    /// Twenty people who need a detailed examination, in a file.
    fn open(rooms: &Rooms) -> Self {
        let (path, media, rehearsal) = (city_folder(), folder("under-way"), Rehearsal::of(7));
        std::fs::copy(format!("{}/../../catalogue/{RULES}", env!("CARGO_MANIFEST_DIR")), path.join(RULES)).unwrap();
        let desk = desk(rooms);
        taken(&desk, &(1..=PEOPLE).map(person).collect::<Vec<_>>());
        let folder = FolderInUse::open(desk.room(), Some(&path), &testing::caller("s1001", Purpose::Operation)).unwrap();
        let numbers: Vec<String> = (1..=PEOPLE).map(|number| number.to_string()).collect();
        let items = [("history_number", "1"), ("fiscal_year", "2026"), ("examined_on", "2026-05-01"), ("judgement", "2")];
        let claim = [("institution", "0110113719"), ("claim_month", "2026-05"), ("payment_excluded", "0")];
        let row = |number: &'_ String| -> Vec<(&str, String)> {
            let all = std::iter::once(("resident_number", number.as_str())).chain(items).chain(claim);
            all.map(|(item, value)| (item, value.to_owned())).collect()
        };
        let rows: Vec<Vec<(&str, String)>> = numbers.iter().map(row).collect();
        let rows: Vec<Vec<(&str, &str)>> =
            rows.iter().map(|row| row.iter().map(|(item, value)| (*item, value.as_str())).collect()).collect();
        std::fs::write(media.join("04.csv"), sheet(4, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())).unwrap();
        let desk = desk.rehearsed(Arc::new(SystemEntropy), rehearsal.clone()).with_folder(&folder);
        let desk = desk.with_media(Media::of_file(&media.join("04.csv")));
        Self { desk, rehearsal, folder, path, media }
    }

    fn ask(&self, kind: &str, asked: &impl Serialize) -> Id128 {
        runtime().block_on(ask(&self.desk, kind, asked)).unwrap().id
    }

    /// One attempt, of which this portion fails; with 0 none does.
    fn attempt(&self, id: Id128, fails: usize) -> Job {
        self.rehearsal.fail(fails);
        runtime().block_on(self.desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job
    }

    /// An officer changes the folder, looks at it and accepts it.
    fn accept(&self, from: &str, to: &str) {
        let operator = testing::caller("s1001", Purpose::Operation);
        edit(&self.path, RULES, from, to).unwrap();
        let offer = self.folder.compare(&operator).unwrap().unwrap().digest;
        self.folder.accept(&operator, &offer).unwrap();
    }

    /// A job whose portion fails, and which then finds other rules → the result of the same work asked for anew.
    fn refused_and_asked_anew<T: DeserializeOwned>(&self, kind: &str, asked: &impl Serialize, fails: usize, rules: [&str; 2]) -> T {
        let id = self.ask(kind, asked);
        assert_eq!(self.attempt(id, fails).state, JobState::Waiting);
        self.accept(rules[0], rules[1]);
        let job = self.attempt(id, 0);
        let told = job.problem.unwrap().detail.unwrap_or_default();
        assert!(
            job.state == JobState::Refused && told.contains("市の設定またはプログラムが変わりました"),
            "{kind}: {:?}, {told}",
            job.state
        );
        let anew = self.ask(kind, asked);
        assert_ne!(anew, id);
        self.result(anew)
    }

    fn result<T: DeserializeOwned>(&self, id: Id128) -> T {
        let job = self.attempt(id, 0);
        assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
        serde_json::from_value(job.result.unwrap()).unwrap()
    }
}

#[test]
fn r_reg_2_a_job_that_began_under_another_version_of_the_folder_is_refused_and_asked_for_anew_doubles_nothing() {
    both_blocking(|rooms| {
        let office = Office::open(&rooms);
        let prices = ["unit_price = 2400", "unit_price = 2500"];
        let asked = ImportResults { record_type: 4, file: "04.csv".to_owned(), ..ImportResults::default() };
        let imported: ImportedResults = office.refused_and_asked_anew("import-results", &asked, 3, prices);
        assert_eq!((imported.read, imported.added, imported.unchanged), (u64::from(PEOPLE), u64::from(PEOPLE) - 7, 7));
        // By other rules six are derived anew; when the former ones hold again, those six are taken back and nobody else is touched.
        office.accept("needs_detailed = [\"2\"]", "needs_detailed = [\"1\"]");
        let back = ["needs_detailed = [\"1\"]", "needs_detailed = [\"2\"]"];
        let reproved: Reproved = office.refused_and_asked_anew("reprove", &Reprove { preview: false }, 2, back);
        assert_eq!((reproved.records, reproved.differing), (u64::from(PEOPLE), 6));
        // What was shown under other rules is not what would be changed.
        let id = office.ask("reprove", &Reprove { preview: true });
        assert_eq!(office.attempt(id, 0).state, JobState::Previewed);
        office.accept("unit_price = 2500", "unit_price = 2600");
        let operator = operator_for(&office.desk, Purpose::Operation);
        office.desk.room().raw().write_blocking(|tx| office.desk.jobs().resume(tx, id, &operator)).unwrap();
        assert_eq!(office.attempt(id, 0).state, JobState::Refused);
        std::fs::remove_dir_all(office.path).unwrap();
        std::fs::remove_dir_all(office.media).unwrap();
    });
}

#[test]
fn r_reg_2_a_follow_up_that_began_under_another_version_of_the_folder_is_worked_out_anew_by_the_one_that_holds() {
    both_blocking(|rooms| {
        let office = Office::open(&rooms);
        let asked = ImportResults { record_type: 4, file: "04.csv".to_owned(), ..ImportResults::default() };
        let imported: ImportedResults = office.result(office.ask("import-results", &asked));
        assert_eq!(imported.added, u64::from(PEOPLE));
        let id = office.ask("follow-up", &FollowUp { fiscal_year: FiscalYear(2026) });
        assert_eq!(office.attempt(id, 2).state, JobState::Waiting);
        let cases = || look(&office.desk, |tx| detailed_case::table.count().get_result::<i64>(tx));
        assert_eq!(cases(), 7);
        office.accept("unit_price = 2400", "unit_price = 2500");
        let made: FollowedUp = office.result(id);
        assert_eq!((cases(), made.needs_detailed, made.amount_yen), (i64::from(PEOPLE), u64::from(PEOPLE), i64::from(PEOPLE) * 2_500));
        std::fs::remove_dir_all(office.path).unwrap();
        std::fs::remove_dir_all(office.media).unwrap();
    });
}

#[test]
fn r_reg_2_a_job_works_by_the_folder_as_it_was_when_it_began_or_is_refused() {
    both_blocking(|rooms| {
        let office = Office::open(&rooms);
        let operator = operator_for(&office.desk, Purpose::Operation);
        let of_job = office.desk.for_job(&JobRun::alone(office.desk.room(), &operator)).unwrap();
        let extract = Extract { fiscal_year: FiscalYear(2026), on: "2026-06-01".parse().unwrap() };
        let extracted: Extracted = office.refused_and_asked_anew("extract", &extract, 4, ["unit_price = 2400", "unit_price = 2500"]);
        assert_ne!(of_job.catalogue().digest(), office.desk.catalogue().digest(), "what is accepted since reaches no job that has begun");
        let extraction = extracted.extraction;
        let issued: IssuedVouchers =
            office.refused_and_asked_anew("issue-vouchers", &IssueVouchers { extraction }, 2, ["unit_price = 2500", "unit_price = 2600"]);
        assert!(issued.vouchers >= u64::from(PEOPLE), "{issued:?}");
        let printed: PrintedVouchers =
            office.refused_and_asked_anew("print-vouchers", &PrintVouchers { extraction }, 2, ["unit_price = 2600", "unit_price = 2700"]);
        assert_eq!(printed.printed, issued.vouchers, "a list is printed under one version of the folder, or not");
        std::fs::remove_dir_all(office.path).unwrap();
        std::fs::remove_dir_all(office.media).unwrap();
    });
}
