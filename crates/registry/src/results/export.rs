//! Export of one record type: what import takes, byte for byte the same after another round.

use std::io::Write;

use access::Caller;
use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::{Room, Seen};

use super::content::RecordContent;
use super::form::Form;
use super::layout::Layouts;
use super::table::record_row;
use crate::RegistryError;
use crate::person::people_of;

/// Writes all rows of a record type in the order in which they came → how many. Items that the record type no longer has are left out.
/// For a thread that may block.
pub fn export<W: Write>(room: &Room, caller: &Caller, catalogue: &Catalogue, record_type: u16, mut out: W) -> Result<u64, RegistryError> {
    let form = Form::of(catalogue, record_type)?;
    // Nothing is written out before the entry is durable.
    let mut text = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    text.write_record(form.header()).map_err(std::io::Error::from)?;
    let rows = room.see_blocking(caller, super::EXPORT, |tx, record| {
        let mut residents = Vec::new();
        let layouts = Layouts::load(tx)?;
        let rows = record_row::table.filter(record_row::record.eq(form.number)).order(record_row::id);
        let query = rows.select((record_row::id, record_row::resident, record_row::content));
        let rows = store::stream!(tx, query, (i64, i64, Vec<u8>), |(id, resident, sealed): (i64, i64, Vec<u8>)| {
            residents.push(resident);
            let content = RecordContent::open(room.vault(), &layouts, id, &sealed)?;
            text.write_record(content.in_order(form.record)).map_err(|error| RegistryError::Output(error.into()))
        })?;
        record.note(format!("record type {record_type}"));
        residents.sort_unstable();
        residents.dedup();
        Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &residents)?, rows))
    })?;
    out.write_all(&text.into_inner().map_err(csv::IntoInnerError::into_error)?)?;
    out.flush()?;
    Ok(rows)
}
