//! Import of a file of one record type (R-REG-6). All of a file goes in, or nothing of it; the same file again changes nothing.

use std::collections::HashMap;
use std::io::Read;

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::Room;
use store::Tx;
use vocabulary::ResidentNumber;

use super::file::File;
use super::form::Form;
use super::table::{FILE, record_row};
use super::write::{Origin, Outcome, Writer, known};
use crate::RegistryError;
use crate::files::Rejected;
use crate::files::encoding::Encoding;
use crate::files::hashing::Hashing;
use crate::residents::table::{import as imports, resident};

/// What happens on the way.
#[derive(Debug)]
pub enum Event {
    /// A refused row.
    Rejected(Rejected),
    /// So many rows are done.
    Progress(u64),
}

/// What came of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Rows of the file.
    pub read: u64,
    /// Records that were not known.
    pub added: u64,
    /// Records that say something else than before; what they said stays in the history.
    pub corrected: u64,
    /// Records that were known as they are.
    pub unchanged: u64,
    /// Refused rows.
    pub rejected: u64,
}

const PROGRESS: u64 = 10_000;

/// Takes the file in; `on` hears of refused rows and progress. For a thread that may block.
#[expect(clippy::too_many_arguments, reason = "what a file is, who brings it and where it goes")]
pub fn import<R: Read>(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    input: R,
    name: &str,
    encoding: Encoding,
    on: &mut dyn FnMut(Event),
) -> Result<Imported, RegistryError> {
    let form = Form::of(catalogue, record_type)?;
    let (hashing, digest) = Hashing::new(input);
    let mut file = File::open(&form, hashing, encoding)?;
    let now = room.clock().now_ms();
    room.write_blocking(caller, super::IMPORT, |tx, record| {
        let residents = residents(tx)?;
        let number = imports::table.select(diesel::dsl::max(imports::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1;
        let first = record_row::table.count().get_result::<i64>(tx)? == 0;
        let reason = format!("file {name}");
        let origin = Origin { source: FILE, import: number, by: caller.id(), reason: &reason, now };
        let known = known(tx, &form, room.vault(), None)?;
        let mut writer = Writer::new(tx, &form, room.vault(), known, origin)?;
        let mut imported = Imported::default();
        while let Some(row) = file.next_row()? {
            imported.read += 1;
            let row = row.and_then(|row| match residents.get(&row.resident) {
                Some(id) => Ok((*id, row.cells)),
                None => Err(super::file::nobody(&form, row.line)),
            });
            match row {
                Ok((resident, cells)) => match writer.row(tx, resident, cells)? {
                    Outcome::Added(_) => imported.added += 1,
                    Outcome::Corrected(_) => imported.corrected += 1,
                    Outcome::Unchanged(_) => imported.unchanged += 1,
                },
                Err(rejected) => {
                    imported.rejected += 1;
                    on(Event::Rejected(rejected));
                }
            }
            if imported.read.is_multiple_of(PROGRESS) {
                on(Event::Progress(imported.read));
            }
        }
        writer.flush(tx)?;
        let digest = digest.value();
        let Imported { read, added, corrected, unchanged, rejected } = imported;
        let row = (
            imports::id.eq(number),
            imports::kind.eq(format!("results/{record_type}")),
            imports::file.eq(name),
            imports::digest.eq(digest.to_vec()),
            imports::operator.eq(caller.id()),
            imports::at.eq(now),
            (
                imports::rows_read.eq(count(read)),
                imports::added.eq(count(added)),
                imports::changed.eq(count(corrected)),
                imports::unchanged.eq(count(unchanged)),
                imports::rejected.eq(count(rejected)),
            ),
        );
        diesel::insert_into(imports::table).values(row).execute(tx)?;
        if first {
            store::analyze(tx, "record_row")?;
            store::analyze(tx, "examination")?;
        }
        record.subjects(read, digest);
        record.note(format!("import {number}, record type {record_type}: +{added} ~{corrected} ={unchanged} !{rejected}"));
        on(Event::Progress(read));
        Ok(imported)
    })
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn residents(tx: &mut Tx) -> Result<HashMap<ResidentNumber, i64>, RegistryError> {
    let mut residents = HashMap::new();
    store::stream!(tx, resident::table.select((resident::number, resident::id)), (String, i64), |(number, id)| {
        if let Ok(number) = ResidentNumber::parse(&number) {
            residents.insert(number, id);
        }
        Ok::<_, RegistryError>(())
    })?;
    Ok(residents)
}
