//! A file of records as facilities wrote them → 判定 for each.

use std::io::{Read, Write};

use access::Caller;
use ledger::{People, Room, Seen};
use linkage::{Register, Verdict, Written};
use sheets::{Column, Options, Sheet, Writer};

use super::people;
use crate::RegistryError;
use crate::files::Rejected;
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
/// Records that are judged together.
const BATCH: usize = 4_096;

/// A record as it was written, and whether it can be read.
type Row = (sheets::Row, bool);

/// Reads records from `input` and writes a verdict for each to `out`, in their order; `on` hears of rows that cannot be read. For a thread
/// that may block.
pub fn identify<R: Read, W: Write>(
    room: &Room,
    caller: &Caller,
    input: R,
    options: impl Into<Options>,
    out: W,
    on: &mut dyn FnMut(Rejected),
) -> Result<Matched, RegistryError> {
    identified(room, caller, input, options, out, on).map(|(matched, _)| matched)
}

/// [`identify`], and who stands in the verdicts.
pub(super) fn identified<R: Read, W: Write>(
    room: &Room,
    caller: &Caller,
    input: R,
    options: impl Into<Options>,
    out: W,
    on: &mut dyn FnMut(Rejected),
) -> Result<(Matched, People), RegistryError> {
    // What another house's own character stands for nobody here can say; the rest of the row may tell enough.
    let mut sheet = Sheet::open(input, Options { keeps_unknown: true, ..options.into() })?;
    let places = sheet.places(&COLUMNS).map_err(FileError::from)?;
    // Nothing is written out before the entry is durable.
    let mut verdicts = Writer::for_people(Vec::new());
    verdicts.row(HEADING)?;
    let matched = room.see_blocking(caller, super::IDENTIFY, |tx, record| {
        let register = people::register(tx)?;
        let (mut matched, mut people) = (Matched::default(), room.people());
        let mut batch: Vec<Row> = Vec::with_capacity(BATCH);
        loop {
            batch.clear();
            while batch.len() < BATCH {
                let refused = match sheet.next_row()? {
                    None => break,
                    Some(row) => row.err(),
                };
                let is_readable = refused.is_none();
                if let Some(refused) = refused {
                    matched.unreadable += 1;
                    on(refused);
                }
                batch.push((sheet.row().clone(), is_readable));
            }
            if batch.is_empty() {
                break;
            }
            judge(&register, &places, &batch, &mut matched, &mut people, &mut verdicts)?;
        }
        let count = matched.matched + matched.review + matched.unmatched;
        record.note(format!("identified {} of {count}, {} for a person", matched.matched, matched.review));
        Ok::<_, RegistryError>(Seen::many(people.clone(), (matched, people)))
    })?;
    let mut out = out;
    out.write_all(&verdicts.finish()?)?;
    out.flush()?;
    Ok(matched)
}

fn judge(
    register: &Register,
    places: &[Option<usize>; 8],
    batch: &[Row],
    matched: &mut Matched,
    people: &mut People,
    out: &mut Writer<Vec<u8>>,
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
        out.row([receipt, word, number, &probability])?;
    }
    Ok(())
}
