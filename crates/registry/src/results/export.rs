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
    let mut text = sheets::Writer::interchange(Vec::new());
    text.row(form.header())?;
    let rows = room.see_blocking(caller, super::EXPORT, |tx, record| {
        let mut residents = Vec::new();
        let layouts = Layouts::load(tx)?;
        let rows = record_row::table.filter(record_row::record.eq(form.number)).order(record_row::id);
        let query = rows.select((record_row::id, record_row::resident, record_row::content));
        let rows = store::stream!(tx, query, (i64, i64, Vec<u8>), |(id, resident, sealed): (i64, i64, Vec<u8>)| {
            residents.push(resident);
            let content = RecordContent::open(room.vault(), &layouts, id, &sealed)?;
            Ok::<_, RegistryError>(text.row(content.in_order(form.record))?)
        })?;
        record.note(format!("record type {record_type}"));
        residents.sort_unstable();
        residents.dedup();
        Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &residents)?, rows))
    })?;
    out.write_all(&text.finish()?)?;
    out.flush()?;
    Ok(rows)
}
