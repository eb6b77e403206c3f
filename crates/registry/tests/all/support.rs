//! A desk at a small city, and files written by hand.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::Caller;
use catalogue::Catalogue;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{ExportResults, ExportedResults, ImportResidents, ImportedResidents, ListEligible, ListedEligible};
use registry::extraction::{ELIGIBLE, LIST_JOB};
use registry::files::encoding::Encoding;
use registry::residents::{Event, IMPORT, ImportError, Imported, import};
use registry::results::{EXPORT_JOB, RESULTS};
use registry::{Desk, Media};
use store::{Rooms, Tx};
use vocabulary::{FiscalYear, Id128, ManualClock, MunicipalityCode, Purpose, SystemEntropy};
use work::jobs::{JobError, Rehearsal, Through};

pub(crate) const CITY: &str = "991015";

/// The heading row of the tests' files.
pub(crate) const HEADING: &str = "住民番号,個人番号,世帯番号,氏名,氏名カナ,性別,生年月日,郵便番号,住所,方書,行政区コード,支所コード,電話番号,住民区分,異動事由,異動日,住民となった日,住民でなくなった日,消除事由,支援措置,個人課税区分,世帯課税区分,生活保護,被災者";

pub(crate) fn city() -> MunicipalityCode {
    MunicipalityCode::parse(CITY).unwrap()
}

/// 1 June 2026.
pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-06-01T00:00:00Z".parse().unwrap()))
}

pub(crate) fn desk(rooms: &Rooms) -> Desk {
    desk_at(rooms, clock())
}

pub(crate) fn desk_at(rooms: &Rooms, clock: Arc<ManualClock>) -> Desk {
    desk_with(rooms, clock, Catalogue::built_in().unwrap())
}

pub(crate) fn desk_with(rooms: &Rooms, clock: Arc<ManualClock>, catalogue: Catalogue) -> Desk {
    let master = Arc::new(ledger::testing::master().unwrap());
    Desk::open(rooms, city(), Arc::new(catalogue), master, clock, Arc::new(SystemEntropy)).unwrap()
}

pub(crate) fn officer() -> Caller {
    ledger::testing::caller("s1001", Purpose::ResidentImport)
}

/// A person of a file: change what a test is about.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) number: u32,
    pub(crate) individual: String,
    pub(crate) name: String,
    pub(crate) sex: &'static str,
    pub(crate) birth: &'static str,
    pub(crate) address: String,
    pub(crate) class: &'static str,
    pub(crate) until: &'static str,
    pub(crate) removal: &'static str,
    pub(crate) protected: &'static str,
}

/// A woman of 50.
pub(crate) fn person(number: u32) -> Line {
    Line {
        number,
        individual: individual(number),
        name: format!("見本　花子{number}"),
        sex: "2",
        birth: "1976-05-05",
        address: format!("みほん市中央一丁目{number}番"),
        class: "1",
        until: "",
        removal: "",
        protected: "",
    }
}

/// An individual number of nobody.
pub(crate) fn individual(serial: u32) -> String {
    let body = format!("99{serial:09}");
    let digit = vocabulary::check::individual_number(body.as_bytes()).unwrap();
    format!("{body}{digit}")
}

impl Line {
    fn csv(&self) -> String {
        let Line { number, individual, name, sex, birth, address, class, until, removal, protected } = self;
        format!(
            "{number},{individual},{number},{name},ミホン　ハナコ,{sex},{birth},000-0021,{address},,101,01,,{class},,,2000-01-01,{until},{removal},{protected},1,1,0,0"
        )
    }
}

pub(crate) fn file(lines: &[Line]) -> String {
    let lines: Vec<String> = lines.iter().map(Line::csv).collect();
    format!("{HEADING}\n{}\n", lines.join("\n"))
}

/// Takes a file in → what came of it and what was said on the way.
pub(crate) fn take(desk: &Desk, bytes: &[u8], encoding: Encoding) -> (Result<Imported, ImportError>, Vec<Event>) {
    let mut events = Vec::new();
    let outcome = import(desk.room(), &officer(), bytes, "residents.csv", encoding, &mut |event| events.push(event));
    (outcome, events)
}

pub(crate) fn taken(desk: &Desk, lines: &[Line]) -> Imported {
    take(desk, file(lines).as_bytes(), Encoding::Auto).0.unwrap()
}

/// (read, added, changed, unchanged, rejected)
pub(crate) fn counts(imported: Imported) -> (u64, u64, u64, u64, u64) {
    (imported.read, imported.added, imported.changed, imported.unchanged, imported.rejected)
}

/// A look at the tables past the record of use.
pub(crate) fn look<T>(desk: &Desk, query: impl FnOnce(&mut Tx) -> diesel::QueryResult<T>) -> T {
    desk.room().raw().read_blocking(|tx| Ok::<_, store::StoreError>(query(tx)?)).unwrap()
}

/// What the sealed contact of a row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Contact {
    pub(crate) protected: u8,
    pub(crate) address: String,
    pub(crate) district: String,
    pub(crate) phone: String,
    pub(crate) tax: u8,
}

/// What a contact is bound to beside id and version.
#[derive(diesel::QueryableByName)]
struct Beside {
    #[diesel(sql_type = diesel::sql_types::Text)]
    number: String,
    #[diesel(sql_type = diesel::sql_types::Binary)]
    digest: Vec<u8>,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    import: i64,
}

/// Opens the contact of a row of this id and version, and reads it by the layout that is documented.
pub(crate) fn contact(desk: &Desk, id: i64, version: i32, sealed: &[u8]) -> Contact {
    let key = [id.to_be_bytes().as_slice(), &version.to_be_bytes()].concat();
    let rows = "SELECT id, version, digest, import FROM resident UNION ALL SELECT id, version, digest, import FROM resident_history";
    let of_row = format!(
        "SELECT resident.number, said.digest, said.import FROM resident JOIN ({rows}) said ON said.id = resident.id \
         WHERE said.id = {id} AND said.version = {version}"
    );
    let Beside { number, digest, import } = look(desk, |tx| diesel::RunQueryDsl::get_result(diesel::sql_query(of_row), tx));
    let beside = [number.as_bytes(), &digest, &import.to_be_bytes()];
    let opened = desk.room().vault().open_cell(&vault::Cell::new("resident", &key, "contact").beside(&beside), sealed).unwrap();
    assert_eq!(opened.len() % 64, 0);
    let ([layout, protected], mut rest) = opened.split_first_chunk().unwrap();
    assert_eq!(*layout, 1);
    let mut text = || {
        let (length, after) = rest.split_first().unwrap();
        let (text, after) = after.split_at(usize::from(*length));
        rest = after;
        String::from_utf8(text.to_vec()).unwrap()
    };
    let [_postal_code, address, _building, district, phone, _event] = [(); 6].map(|()| text());
    let ([tax, _household_tax, _welfare, _disaster], padding) = rest.split_first_chunk().unwrap();
    assert!(padding.iter().all(|byte| *byte == 0));
    Contact { protected: *protected, address, district, phone, tax: *tax }
}

/// Opens why a record row was corrected.
pub(crate) fn reason(vault: &vault::Vault, row: i64, version: i32, sealed: &[u8]) -> String {
    let key = [row.to_be_bytes().as_slice(), &version.to_be_bytes()].concat();
    let opened = vault.open_cell(&vault::Cell::new("record_former", &key, "reason"), sealed).unwrap();
    String::from_utf8(opened.to_vec()).unwrap()
}

/// Gives the first two people each other's contacts, in the table of residents or in their history.
pub(crate) fn swap_contacts(tx: &mut Tx, table: &str) -> Result<usize, store::StoreError> {
    // kept aside, because SQLite would look at rows that are changed already
    let kept = format!("CREATE TABLE kept AS SELECT id, contact FROM {table} WHERE id < 3");
    let swap = format!("UPDATE {table} SET contact = (SELECT contact FROM kept WHERE kept.id = 3 - {table}.id) WHERE id < 3");
    let mut run = |sql: &str| diesel::RunQueryDsl::execute(diesel::sql_query(sql), tx);
    run(&kept)?;
    let swapped = run(&swap)?;
    run("DROP TABLE kept")?;
    Ok(swapped)
}

/// A folder of a test, made anew.
pub(crate) fn folder(name: &str) -> PathBuf {
    use vocabulary::Entropy as _;
    let folder = std::env::temp_dir().join(format!("kenshin-registry-{name}-{}", SystemEntropy.id128()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// The example's files in a folder of the test's own.
pub(crate) fn city_folder() -> PathBuf {
    let (from, to) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/city"), folder("city"));
    for part in [".", "records", "programmes", "codes", "texts"] {
        std::fs::create_dir_all(to.join(part)).unwrap();
        for entry in std::fs::read_dir(from.join(part)).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            std::fs::copy(&entry, to.join(part).join(entry.file_name().unwrap())).unwrap();
        }
    }
    to
}

/// Changes a file of a folder.
pub(crate) fn edit(folder: &Path, file: &str, from: &str, to: &str) -> Result<(), wire::testing::Failed> {
    let text = std::fs::read_to_string(folder.join(file))?;
    assert!(text.contains(from), "{file}");
    Ok(std::fs::write(folder.join(file), text.replace(from, to))?)
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Asks for a job whose attempts come to nothing in their second portion, then third, and so on, and cancels it once it has had an effect → the job.
pub(crate) fn stopped<E: std::fmt::Debug>(desk: &Desk, ask: impl Future<Output = Result<Job, E>>, has_begun: impl Fn() -> bool) -> Id128 {
    let (runtime, rehearsal) = (runtime(), Rehearsal::of(500));
    let id = runtime.block_on(ask).unwrap().id;
    let runner = desk.clone().rehearsed(Arc::new(SystemEntropy), rehearsal.clone()).runner();
    for portion in 2..10 {
        if has_begun() {
            break;
        }
        rehearsal.fail(portion);
        let job = runtime.block_on(runner.run_by_hand(id, &mut |_| {})).unwrap().job;
        assert_eq!(job.state, JobState::Waiting, "{:?}", job.problem);
    }
    desk.room().raw().write_blocking(|tx| desk.jobs().cancel(tx, id, &officer())).unwrap();
    assert_eq!(runtime.block_on(desk.jobs().find(id)).unwrap().state, JobState::Cancelled);
    id
}

/// The operator of the desk's city, for what an action is for.
pub(crate) fn operator_for(desk: &Desk, purpose: Purpose) -> Caller {
    Caller::console("s1001", desk.room().name().municipality(), purpose, Id128::from_bytes([7; 16]))
}

/// Asks for work that is left to whoever runs the desk's jobs.
pub(crate) async fn ask(desk: &Desk, kind: &str, asked: impl serde::Serialize) -> Result<Job, JobError> {
    let kind = desk.jobs().kind(kind).ok_or(JobError::NoSuchWork)?;
    let operator = operator_for(desk, kind.action.purpose());
    desk.jobs().ask_for(kind, &operator, serde_json::to_value(asked).unwrap(), Through::Form).await
}

/// Asks for a job and sees it to its end → its result.
pub(crate) fn ended<T: serde::de::DeserializeOwned>(desk: &Desk, kind: &str, asked: &impl serde::Serialize) -> T {
    let job = attempted(desk, kind, asked);
    assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
    serde_json::from_value(job.result.unwrap()).unwrap()
}

/// Asks for a job, of which one attempt is made → the job.
pub(crate) fn attempted(desk: &Desk, kind: &str, asked: &impl serde::Serialize) -> Job {
    let runtime = runtime();
    let id = runtime.block_on(ask(desk, kind, asked)).unwrap().id;
    runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job
}

/// The same, to its end → its result and a file that it wrote.
fn written<T: serde::de::DeserializeOwned>(desk: &Desk, kind: &str, asked: &impl serde::Serialize, file: &str) -> (T, String) {
    let job = attempted(desk, kind, asked);
    assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
    let text = String::from_utf8(desk.file_of_job(&officer(), job.id, file).unwrap()).unwrap();
    (serde_json::from_value(job.result.unwrap()).unwrap(), text)
}

/// The list of who is due.
pub(crate) fn listed(desk: &Desk, year: i16, programme: Option<&str>, on: &str) -> (ListedEligible, String) {
    let asked = ListEligible { fiscal_year: FiscalYear(year), on: on.parse().unwrap(), programme: programme.map(str::to_owned) };
    written(desk, LIST_JOB, &asked, ELIGIBLE)
}

/// The records of a type.
pub(crate) fn exported(desk: &Desk, record_type: u16) -> (ExportedResults, String) {
    written(desk, EXPORT_JOB, &ExportResults { record_type }, RESULTS)
}

/// Asks for a job that stops to be looked at, and sees it so far.
pub(crate) fn previewed(desk: &Desk, kind: &str, asked: &impl serde::Serialize) -> Job {
    let job = attempted(desk, kind, asked);
    assert_eq!(job.state, JobState::Previewed, "{:?}", job.problem);
    job
}

/// What a file of the register would bring; the preview is dropped.
pub(crate) fn shown(desk: &Desk, lines: &[Line], of_all: bool) -> ImportedResidents {
    let place = folder("shown");
    std::fs::write(place.join("a.csv"), file(lines)).unwrap();
    let desk = desk.clone().with_media(Media::of_file(&place.join("a.csv")));
    let asked = ImportResidents { file: "a.csv".to_owned(), preview: true, preview_of_all: of_all, ..ImportResidents::default() };
    let job = previewed(&desk, IMPORT, &asked);
    cancelled(&desk, job.id);
    desk.clear_left_imports(&officer()).unwrap();
    std::fs::remove_dir_all(place).unwrap();
    serde_json::from_value(job.result.unwrap()).unwrap()
}

pub(crate) fn cancelled(desk: &Desk, id: Id128) {
    desk.room().raw().write_blocking(|tx| desk.jobs().cancel(tx, id, &officer())).unwrap();
}

/// One attempt to go on with a job that was stopped.
pub(crate) fn gone_on(desk: &Desk, id: Id128) -> Job {
    let operator = operator_for(desk, Purpose::Operation);
    desk.room().raw().write_blocking(|tx| desk.jobs().resume(tx, id, &operator)).unwrap();
    runtime().block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap().job
}

/// Goes on with a job that was stopped, to its end → its result.
pub(crate) fn resumed<T: serde::de::DeserializeOwned>(desk: &Desk, id: Id128) -> T {
    let job = gone_on(desk, id);
    assert_eq!(job.state, JobState::Done, "{:?}", job.problem);
    serde_json::from_value(job.result.unwrap()).unwrap()
}
