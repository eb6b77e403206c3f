//! A file of records as facilities wrote them → 判定 for each: read to its end first, so that one that breaks off leaves nothing, then judged
//! in portions. Everybody is read and folded once in an attempt; what is compared is compared while others read and write.

use std::io::{Cursor, Read, Seek, Write};

use access::Caller;
use ledger::{People, Room, Seen};
use linkage::{Register, Verdict, Written};
use protocol::messages::registry::Matched;
use sheets::{Column, Options, Sheet, Writer};
use work::jobs::{JobRun, Pace};

use super::people;
use crate::RegistryError;
use crate::files::hashing::{Hashing, keyed};
use crate::files::{Rejected, changed_since, rejects_csv};
use crate::person::person_id;
use crate::residents::{FileError, REJECTS};

/// Columns of the file, in any order; the first is the record's own number.
const COLUMNS: [Column; 8] = [
    Column { heading: "受付番号", required: true },
    Column { heading: "氏名", required: true },
    Column { heading: "氏名カナ", required: true },
    Column { heading: "性別", required: false },
    Column { heading: "生年月日", required: true },
    Column { heading: "郵便番号", required: false },
    Column { heading: "住所", required: false },
    Column { heading: "電話番号", required: false },
];
const HEADING: [&str; 4] = ["受付番号", "判定", "住民番号", "確率"];
/// Records of the first portion.
const PORTION: usize = 4_096;

/// Where a job stands.
#[derive(serde::Serialize, serde::Deserialize)]
struct Stand {
    /// The keyed digest of the file.
    digest: [u8; 32],
    /// Records that are judged, and what came of them.
    judged: u64,
    matched: Matched,
    /// Whether those are all.
    is_done: bool,
}

/// Where each column stands in the file.
type Places = [Option<usize>; 8];
/// A record as it was written, and why it cannot be read, if so.
type Row = (sheets::Row, Option<Rejected>);

/// Judges a file at once, without a job: reads records from `input` and writes a verdict for each to `out`, in their order; `on` hears of rows
/// that cannot be read. For a thread that may block.
pub fn identify<R: Read, W: Write>(
    room: &Room,
    caller: &Caller,
    mut input: R,
    options: impl Into<Options>,
    mut out: W,
    on: &mut dyn FnMut(Rejected),
) -> Result<Matched, RegistryError> {
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(FileError::Read)?;
    let matched = judge_file(&JobRun::alone(room, caller), Cursor::new(bytes), "", options.into(), &mut |verdicts, unread| {
        unread.into_iter().for_each(&mut *on);
        Ok(out.write_all(verdicts)?)
    })?;
    out.flush()?;
    Ok(matched)
}

/// Judges a file; `on` gets the verdicts of each portion, as they stand in the job's file, and its rows that cannot be read, when both are
/// durable. An attempt after a kill judges by the register as it is then. For a thread that may block.
pub(super) fn judge_file<R: Read + Seek>(
    run: &JobRun,
    mut input: R,
    name: &str,
    options: Options,
    on: &mut dyn FnMut(&[u8], Vec<Rejected>) -> Result<(), RegistryError>,
) -> Result<Matched, RegistryError> {
    // What another house's own character stands for nobody here can say; the rest of the row may tell enough.
    let options = Options { keeps_unknown: true, ..options };
    let (rows, digest) = looked_through(run, &mut input, options.clone())?;
    let mut stand = match run.checkpoint::<Stand>()? {
        Some(stand) if stand.digest != digest => return Err(changed_since()),
        Some(stand) => stand,
        None => Stand { digest, judged: 0, matched: Matched::default(), is_done: false },
    };
    if stand.is_done {
        return Ok(stand.matched);
    }
    input.rewind().map_err(FileError::Read)?;
    let mut sheet = Sheet::open(input, options)?;
    let places = sheet.places(&COLUMNS).map_err(FileError::from)?;
    for _ in 0..stand.judged {
        sheet.next_row()?;
    }
    let register = register(run)?;
    let mut pace = Pace::of(run, PORTION);
    while !stand.is_done {
        run.progress("comparing", stand.judged, Some(rows));
        let batch = next(&mut sheet, pace.size())?;
        let Judged { verdicts, people, matched } = judge(&register, &places, &batch, stand.judged == 0, run.room().people())?;
        let unread: Vec<Rejected> = batch.into_iter().filter_map(|(_, refused)| refused).collect();
        let rejects = rejects_csv(&unread, name, stand.matched.unreadable == 0)?;
        let count = matched.matched + matched.review + matched.unmatched;
        stand.is_done = count < pace.size() as u64;
        stand.judged += count;
        stand.matched = sum(stand.matched, matched);
        run.portion_blocking(super::IDENTIFY, |tx, record, portion| {
            portion.append(tx, super::VERDICTS, &verdicts, &people)?;
            portion.append_of_nobody(tx, REJECTS, &rejects)?;
            record.note(format!("identified {} of {count}, {} for a person", matched.matched, matched.review));
            portion.checkpoint(&stand)?;
            Ok::<_, RegistryError>(Seen::many(people, ()))
        })?;
        pace.adapt(run, usize::try_from(count).unwrap_or(usize::MAX));
        on(&verdicts, unread)?;
    }
    Ok(stand.matched)
}

/// Reads the file to its end → its records, and its keyed digest.
fn looked_through(run: &JobRun, input: impl Read, options: Options) -> Result<(u64, [u8; 32]), RegistryError> {
    let (hashing, digest) = Hashing::new(input);
    let mut sheet = Sheet::open(hashing, options)?;
    sheet.places(&COLUMNS).map_err(FileError::from)?;
    let mut rows = 0;
    while sheet.next_row()?.is_some() {
        rows += 1;
        run.progress("reading", rows, None);
    }
    Ok((rows, keyed(run.room().vault(), &digest.value())))
}

/// Everybody, folded. Whoever has it sees nobody yet: who is found in it is named with each portion.
fn register(run: &JobRun) -> Result<Register, RegistryError> {
    run.room().see_blocking(run.caller(), super::IDENTIFY, |tx, record| {
        let register = people::register(tx, run.room().vault())?;
        record.note(format!("{} residents to be compared with", register.len()));
        Ok(Seen::unnamed(register))
    })
}

/// The next records, so many unless the file ends.
fn next<R: Read>(sheet: &mut Sheet<R>, most: usize) -> Result<Vec<Row>, RegistryError> {
    let mut batch = Vec::with_capacity(most);
    while batch.len() < most {
        let refused = match sheet.next_row()? {
            None => break,
            Some(row) => row.err(),
        };
        batch.push((sheet.row().clone(), refused));
    }
    Ok(batch)
}

/// What came of a portion: its verdicts as CSV, who stands in them, and how many are what.
struct Judged {
    verdicts: Vec<u8>,
    people: People,
    matched: Matched,
}

fn judge(register: &Register, places: &Places, batch: &[Row], is_first: bool, mut people: People) -> Result<Judged, RegistryError> {
    let readable = batch.iter().filter(|(_, refused)| refused.is_none());
    let written: Vec<Written<'_>> = readable
        .map(|(row, _)| {
            let [_, name, kana, sex, birth, postal_code, address, phone] =
                places.map(|place| place.and_then(|at| row.get(at)).unwrap_or_default());
            Written { name, kana, sex, birth, postal_code, address, phone }
        })
        .collect();
    let mut verdicts = register.identify_written(&written).into_iter();
    let (mut out, mut matched) = (Writer::for_people(Vec::new()), Matched::default());
    if is_first {
        out.row(HEADING)?;
    }
    for (row, refused) in batch {
        // A guess from what is left of a row would be one about somebody else.
        let verdict = if refused.is_none() { verdicts.next().unwrap_or(Verdict::None) } else { Verdict::None };
        matched.unreadable += u64::from(refused.is_some());
        let (word, count) = match verdict {
            Verdict::Match(_) => ("一致", &mut matched.matched),
            Verdict::Review(..) => ("要確認", &mut matched.review),
            Verdict::None => ("該当なし", &mut matched.unmatched),
        };
        *count += 1;
        let number = verdict.candidate().and_then(|candidate| register.resident_number(candidate.row)).unwrap_or_default();
        let probability = verdict.candidate().map(|candidate| format!("{:.6}", candidate.probability)).unwrap_or_default();
        let receipt = places.first().copied().flatten().and_then(|at| row.get(at)).unwrap_or_default();
        if verdict.candidate().is_some() {
            people.add(&person_id(number));
        }
        out.row([receipt, word, number, &probability])?;
    }
    Ok(Judged { verdicts: out.finish()?, people, matched })
}

fn sum(one: Matched, other: Matched) -> Matched {
    Matched {
        matched: one.matched + other.matched,
        review: one.review + other.review,
        unmatched: one.unmatched + other.unmatched,
        unreadable: one.unreadable + other.unreadable,
    }
}
