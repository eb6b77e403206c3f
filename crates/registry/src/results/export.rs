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

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Exported {
    /// Rows of the file.
    pub rows: u64,
    /// Records that could not be read, and are left out.
    pub damaged: u64,
}

/// Writes all rows of a record type in the order in which they came. Items that the record type no longer has are left out. For a thread that
/// may block.
pub fn export<W: Write>(
    room: &Room,
    caller: &Caller,
    catalogue: &Catalogue,
    record_type: u16,
    mut out: W,
) -> Result<Exported, RegistryError> {
    let form = Form::of(catalogue, record_type)?;
    // Nothing is written out before the entry is durable.
    let mut text = sheets::Writer::interchange(Vec::new());
    text.row(form.header())?;
    let exported = room.see_blocking(caller, super::EXPORT, |tx, record| {
        let (mut residents, mut exported) = (Vec::new(), Exported::default());
        let layouts = Layouts::load(tx)?;
        let rows = record_row::table.filter(record_row::record.eq(form.number)).order(record_row::id);
        let query = rows.select((record_row::id, record_row::resident, record_row::content));
        store::stream!(tx, query, (i64, i64, Vec<u8>), |(id, resident, sealed): (i64, i64, Vec<u8>)| {
            match wire::pass_over(RecordContent::open(room.vault(), &layouts, id, &sealed))? {
                Some(content) => {
                    text.row(content.in_order(form.record))?;
                    residents.push(resident);
                    exported.rows += 1;
                }
                None => exported.damaged += 1,
            }
            Ok::<_, RegistryError>(())
        })?;
        record.note(format!("record type {record_type}, {} records cannot be read", exported.damaged));
        residents.sort_unstable();
        residents.dedup();
        Ok::<_, RegistryError>(Seen::many(people_of(tx, room, &residents)?, exported))
    })?;
    out.write_all(&text.finish()?)?;
    out.flush()?;
    Ok(exported)
}
