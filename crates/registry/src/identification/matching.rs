//! A file of records as facilities wrote them → 判定 for each.

use std::io::{Read, Write};

use access::Caller;
use ledger::{People, Room, Seen};
use linkage::{Register, Verdict, Written};

use super::people;
use crate::RegistryError;
use crate::files::Rejected;
use crate::files::encoding::{self, Encoding, Text};
use crate::person::person_id;
use crate::residents::FileError;

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Matched {
    /// 一致: safe to register without a person.
    pub matched: u64,
    /// 要確認: a person decides.
    pub review: u64,
    /// 該当なし.
    pub unmatched: u64,
    /// Of these, rows that cannot be read.
    pub unreadable: u64,
}

/// Columns of the file, in any order; the first is the record's own number.
const COLUMNS: [&str; 8] = ["受付番号", "氏名", "氏名カナ", "性別", "生年月日", "郵便番号", "住所", "電話番号"];
const HEADING: [&str; 4] = ["受付番号", "判定", "住民番号", "確率"];
/// Records that are judged together.
const BATCH: usize = 4_096;
const UNREADABLE: &str = "holds a character that cannot be read: is the encoding right?";

/// A record as it was written, and whether it can be read.
type Row = (csv::StringRecord, bool);

/// Reads records from `input` and writes a verdict for each to `out`, in their order; `on` hears of rows that cannot be read. For a thread
/// that may block.
pub fn identify<R: Read, W: Write>(
    room: &Room,
    caller: &Caller,
    input: R,
    encoding: Encoding,
    mut out: W,
    on: &mut dyn FnMut(Rejected),
) -> Result<Matched, RegistryError> {
    let text = encoding::utf8(input, encoding).map_err(FileError::Read)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(text);
    let places = places(&mut reader)?;
    // Nothing is written out before the entry is durable.
    let mut verdicts = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    verdicts.write_record(HEADING).map_err(std::io::Error::from)?;
    let matched = room.see_blocking(caller, super::IDENTIFY, |tx, record| {
        let register = people::register(tx)?;
        let (mut matched, mut people) = (Matched::default(), room.people());
        let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            while batch.len() < BATCH {
                let Some((line, row, is_readable)) = next(&mut reader)? else { break };
                if !is_readable {
                    matched.unreadable += 1;
                    on(Rejected { line, column: Default::default(), reason: UNREADABLE.to_owned() });
                }
                batch.push((row, is_readable));
            }
            if batch.is_empty() {
                break;
            }
            judge(&register, &places, &batch, &mut matched, &mut people, &mut verdicts)?;
        }
        let count = matched.matched + matched.review + matched.unmatched;
        record.note(format!("identified {} of {count}, {} for a person", matched.matched, matched.review));
        Ok::<_, RegistryError>(Seen::many(people, matched))
    })?;
    out.write_all(&verdicts.into_inner().map_err(csv::IntoInnerError::into_error)?)?;
    out.flush()?;
    Ok(matched)
}

/// The next row with its line, and whether it can be read; of one that cannot, what can be shown. `None` at the end.
fn next<R: Read>(reader: &mut csv::Reader<Text<R>>) -> Result<Option<(u64, csv::StringRecord, bool)>, RegistryError> {
    let mut bytes = csv::ByteRecord::new();
    loop {
        if !reader.read_byte_record(&mut bytes).map_err(refused)? {
            return Ok(None);
        }
        if bytes.len() == 1 && bytes.get(0).is_some_and(<[u8]>::is_empty) {
            continue;
        }
        let line = reader.get_ref().line(bytes.position());
        let row = match csv::StringRecord::from_byte_record(bytes) {
            Ok(row) => row,
            Err(error) => error.into_byte_record().iter().map(String::from_utf8_lossy).collect(),
        };
        let is_readable = !row.as_slice().contains(char::REPLACEMENT_CHARACTER);
        return Ok(Some((line, row, is_readable)));
    }
}

fn judge(
    register: &Register,
    places: &[Option<usize>; 8],
    batch: &[Row],
    matched: &mut Matched,
    people: &mut People,
    out: &mut csv::Writer<Vec<u8>>,
) -> Result<(), RegistryError> {
    let written: Vec<Written<'_>> = batch
        .iter()
        .filter(|(_, is_readable)| *is_readable)
        .map(|(row, _)| {
            let [_, name, kana, sex, birth, postal_code, address, phone] =
                places.map(|place| place.and_then(|at| row.get(at)).unwrap_or_default());
            Written { name, kana, sex, birth, postal_code, address, phone }
        })
        .collect();
    let mut verdicts = register.identify_written(&written).into_iter();
    for (row, is_readable) in batch {
        // A guess from what is left of a row would be one about somebody else.
        let verdict = is_readable.then(|| verdicts.next()).flatten().unwrap_or(Verdict::None);
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
        out.write_record([receipt, word, number, &probability]).map_err(std::io::Error::from)?;
    }
    Ok(())
}

fn places<R: Read>(reader: &mut csv::Reader<R>) -> Result<[Option<usize>; 8], RegistryError> {
    let mut heading = csv::StringRecord::new();
    if !reader.read_record(&mut heading).map_err(refused)? {
        return Err(FileError::Empty.into());
    }
    let place = |name: &str| heading.iter().position(|found| found.trim_matches([' ', '\u{3000}', '\u{feff}']) == name);
    let places = COLUMNS.map(place);
    match COLUMNS
        .iter()
        .zip(&places)
        .find(|(name, place)| place.is_none() && matches!(**name, "受付番号" | "氏名" | "氏名カナ" | "生年月日"))
    {
        Some((name, _)) => Err(RegistryError::Asked(format!("the file lacks the column {name}: add it to its heading row"))),
        None => Ok(places),
    }
}

fn refused(error: csv::Error) -> RegistryError {
    let line = error.position().map_or(0, csv::Position::line);
    match error.into_kind() {
        csv::ErrorKind::Io(error) => FileError::Read(error).into(),
        _ => RegistryError::Asked(format!("line {line} of the file is no UTF-8: is the encoding right?")),
    }
}
