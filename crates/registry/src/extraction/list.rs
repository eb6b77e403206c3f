//! The eligible output: one line for a resident, a programme and an examination, as a file of a job. It is worked out on one snapshot of the room
//! and written in portions; an attempt after a kill goes on where the city says the same by then, and begins the file anew where it does not.

use catalogue::Catalogue;
use eligibility::{Plan, WriteError};
use ledger::{People, Seen};
use protocol::messages::registry::{ListEligible, ListedEligible};
use sha2::{Digest as _, Sha256};
use vocabulary::ResidentNumber;
use work::jobs::{JobRun, Pace};

use super::city::City;
use crate::RegistryError;
use crate::files::hashing::keyed;
use crate::person::person_id;

/// The job's file.
pub const ELIGIBLE: &str = "eligible.csv";

/// Lines of the first portion.
const LINES: usize = 20_000;

/// Where the writing stands: so much of a list is in the file.
#[derive(Clone, Copy, serde::Serialize, serde::Deserialize)]
struct Cursor {
    /// The list in short, under the room's key: who is due for what is nobody's to try out.
    list: [u8; 32],
    lines: u64,
    bytes: usize,
}

/// Writes 住民番号,事業,検査,年齢, sorted, of the residents of a day; with a programme, its lines alone. For a thread that may block.
pub(super) fn list(run: &JobRun, catalogue: &Catalogue, asked: &ListEligible) -> Result<ListedEligible, RegistryError> {
    let ListEligible { fiscal_year: year, on, programme } = asked;
    let (plan, room) = (Plan::compile(catalogue, *year, *on), run.room());
    let plan = match programme {
        Some(programme) => plan.only(programme)?,
        None => plan,
    };
    run.progress("reading", 0, None);
    let (text, listed) = room.see_blocking(run.caller(), super::LIST, |tx, record| {
        let half_imported = crate::imports::half_in(tx, run.jobs())?;
        let city = City::read(tx, room.vault(), catalogue, *on)?;
        let mut text = Vec::new();
        let rows = plan.write_csv(&city.population, &city.history, &city.numbers, &mut text)?;
        record.note(format!("eligible in {year} on {on}"));
        let listed = ListedEligible { rows, damaged: city.damaged, half_imported };
        Ok::<_, RegistryError>(Seen::many(people_in(&text, room.people()), (text, listed)))
    })?;
    write(run, &text, &listed)?;
    Ok(listed)
}

/// Writes a list into the file, and the job is done.
fn write(run: &JobRun, text: &[u8], listed: &ListedEligible) -> Result<(), RegistryError> {
    let mut cursor = begin(run, keyed(run.room().vault(), &Sha256::digest(text).into()))?;
    let mut pace = Pace::of(run, LINES);
    loop {
        run.progress("writing", cursor.lines, Some(listed.rows));
        let rest = text.get(cursor.bytes..).unwrap_or_default();
        let lines = rest.split_inclusive(|byte| *byte == b'\n').take(pace.size());
        let (count, bytes) = lines.fold((0, 0), |(count, bytes), line| (count + 1, bytes + line.len()));
        let (lines, is_last) = (rest.get(..bytes).unwrap_or(rest), bytes == rest.len());
        let people = people_in(lines, run.room().people());
        cursor = Cursor { lines: cursor.lines + count as u64, bytes: cursor.bytes + bytes, ..cursor };
        run.aside_blocking(|tx, portion| {
            portion.append(tx, ELIGIBLE, lines, &people)?;
            portion.checkpoint(&cursor)?;
            if is_last { portion.done(listed) } else { Ok(()) }.map_err(RegistryError::from)
        })?;
        if is_last {
            return Ok(());
        }
        pace.adapt(run, count);
    }
}

/// Goes on where an earlier attempt at the same list left off, or takes away what one wrote of another.
fn begin(run: &JobRun, list: [u8; 32]) -> Result<Cursor, RegistryError> {
    if let Some(cursor) = run.checkpoint::<Cursor>()?.filter(|cursor| cursor.list == list) {
        return Ok(cursor);
    }
    let cursor = Cursor { list, lines: 0, bytes: 0 };
    run.aside_blocking(|tx, portion| {
        portion.remove(tx, ELIGIBLE)?;
        portion.checkpoint(&cursor).map_err(RegistryError::from)
    })?;
    Ok(cursor)
}

/// Those who stand in some lines; the heading is nobody's.
fn people_in(lines: &[u8], mut people: People) -> People {
    let mut last: &[u8] = b"";
    for line in lines.split(|byte| *byte == b'\n') {
        let number = line.split(|byte| *byte == b',').next().unwrap_or_default();
        // The lines of a person stand together.
        if std::mem::replace(&mut last, number) != number
            && let Ok(number) = std::str::from_utf8(number)
            && let Ok(number) = ResidentNumber::parse(number)
        {
            people.add(&person_id(number.as_str()));
        }
    }
    people
}

impl From<WriteError> for RegistryError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Plan(error) => Self::Plan(error),
            WriteError::Output(error) => Self::Output(error),
            WriteError::Numbers { .. } => wire::Damaged("the numbers of an extraction").into(),
        }
    }
}
