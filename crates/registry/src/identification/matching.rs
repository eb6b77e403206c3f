//! A file of records as facilities wrote them → 判定 for each.

use std::io::{Read, Write};

use access::Caller;
use ledger::Room;
use linkage::{Register, Verdict, Written};
use sha2::{Digest as _, Sha256};

use super::people;
use crate::RegistryError;
use crate::files::encoding::{self, Encoding};
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
}

/// Columns of the file, in any order; the first is the record's own number.
const COLUMNS: [&str; 8] = ["受付番号", "氏名", "氏名カナ", "性別", "生年月日", "郵便番号", "住所", "電話番号"];
const HEADING: [&str; 4] = ["受付番号", "判定", "住民番号", "確率"];
/// Records that are judged together.
const BATCH: usize = 4_096;

/// Reads records from `input` and writes a verdict for each to `out`, in their order. For a thread that may block.
pub fn identify<R: Read, W: Write>(room: &Room, caller: &Caller, input: R, encoding: Encoding, out: W) -> Result<Matched, RegistryError> {
    let text = encoding::utf8(input, encoding).map_err(FileError::Read)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(text);
    let places = places(&mut reader)?;
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    out.write_record(HEADING).map_err(std::io::Error::from)?;
    room.read_blocking(caller, super::IDENTIFY, |tx, record| {
        let register = people::register(tx)?;
        let (mut matched, mut digest) = (Matched::default(), Sha256::new());
        let mut batch: Vec<csv::StringRecord> = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            while batch.len() < BATCH {
                let mut row = csv::StringRecord::new();
                match reader.read_record(&mut row) {
                    Ok(false) => break,
                    Ok(true) if row.len() == 1 && row.get(0).is_some_and(str::is_empty) => {}
                    Ok(true) => batch.push(row),
                    Err(error) => return Err(refused(error)),
                }
            }
            if batch.is_empty() {
                break;
            }
            judge(&register, &places, &batch, &mut matched, &mut digest, &mut out)?;
        }
        let count = matched.matched + matched.review + matched.unmatched;
        record.subjects(count, digest.finalize().into());
        record.note(format!("identified {} of {count}, {} for a person", matched.matched, matched.review));
        out.flush()?;
        Ok(matched)
    })
}

fn judge<W: Write>(
    register: &Register,
    places: &[Option<usize>; 8],
    batch: &[csv::StringRecord],
    matched: &mut Matched,
    digest: &mut Sha256,
    out: &mut csv::Writer<W>,
) -> Result<(), RegistryError> {
    let written: Vec<Written<'_>> = batch
        .iter()
        .map(|row| {
            let [_, name, kana, sex, birth, postal_code, address, phone] =
                places.map(|place| place.and_then(|at| row.get(at)).unwrap_or_default());
            Written { name, kana, sex, birth, postal_code, address, phone }
        })
        .collect();
    for (row, verdict) in batch.iter().zip(register.identify_written(&written)) {
        let (word, count) = match verdict {
            Verdict::Match(_) => ("一致", &mut matched.matched),
            Verdict::Review(..) => ("要確認", &mut matched.review),
            Verdict::None => ("該当なし", &mut matched.unmatched),
        };
        *count += 1;
        let number = verdict.candidate().and_then(|candidate| register.resident_number(candidate.row)).unwrap_or_default();
        let probability = verdict.candidate().map(|candidate| format!("{:.6}", candidate.probability)).unwrap_or_default();
        let receipt = places.first().copied().flatten().and_then(|at| row.get(at)).unwrap_or_default();
        digest.update(number.as_bytes());
        digest.update([0x1f]);
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
