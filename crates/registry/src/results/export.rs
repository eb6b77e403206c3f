//! Export of one record type, as a file of a job: what import takes, byte for byte the same after another round. A portion of its records at a
//! time, each as it is when its portion is read; one that was left for a day is refused and asked for anew.

use catalogue::Catalogue;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::registry::ExportedResults;
use work::jobs::{JobRun, Pace};

use super::content::RecordContent;
use super::form::Form;
use super::layout::Layouts;
use super::table::record_row;
use crate::RegistryError;
use crate::person::people_of;

/// The job's file.
pub const RESULTS: &str = "results.csv";

/// Records of the first portion.
const PORTION: usize = 2_000;

/// How long after its beginning an export goes on, ms: later, records were corrected, and whoever approved it approved those of another day.
const FRESH: i64 = 24 * 60 * 60 * 1000;

/// Where the export stands: when it began, ms, the last record that was read, and what came of all so far.
#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Cursor {
    began: i64,
    last: Option<i64>,
    exported: ExportedResults,
}

/// Id, resident, content.
type Row = (i64, i64, Vec<u8>);

/// Writes all records of a type in the order in which they came. Items that the type no longer has are left out. For a thread that may block.
pub(super) fn export(run: &JobRun, catalogue: &Catalogue, record_type: u16) -> Result<ExportedResults, RegistryError> {
    let (form, room) = (Form::of(catalogue, record_type)?, run.room());
    let now = room.clock().now_ms();
    let mut cursor: Cursor = run.checkpoint()?.unwrap_or_else(|| Cursor { began: now, ..Cursor::default() });
    if now - cursor.began > FRESH {
        return Err(RegistryError::asked(
            "出力を始めてから1日以上たち、途中までの記録が古くなりました。もう一度、はじめから依頼してください",
            "this export was begun more than a day ago, and what it has written is old: ask for it anew",
        ));
    }
    let mut pace = Pace::of(run, PORTION);
    loop {
        let Cursor { began, last, mut exported } = cursor;
        run.progress("writing", exported.written, None);
        let mut text = sheets::Writer::interchange(Vec::new());
        if last.is_none() {
            text.row(form.header())?;
        }
        // By no index of the type, which would have all of the type read and sorted for each portion: the next of all, by their ids, are read.
        let rows = record_row::table.filter((record_row::record + 0).eq(form.number).and(record_row::id.gt(last.unwrap_or(i64::MIN))));
        let rows = rows.order(record_row::id).limit(pace.limit()).select((record_row::id, record_row::resident, record_row::content));
        // Nothing is written before the entry is durable.
        let (ids, text, exported, people) = room.see_blocking(run.caller(), super::EXPORT, |tx, record| {
            let (layouts, mut residents, mut ids) = (Layouts::load(tx)?, Vec::new(), Vec::new());
            for (id, resident, sealed) in rows.load::<Row>(tx)? {
                ids.push(id);
                match wire::pass_over(RecordContent::open(room.vault(), &layouts, id, &sealed))? {
                    Some(content) => {
                        text.row(content.in_order(form.record))?;
                        residents.push(resident);
                        exported.written += 1;
                    }
                    None => exported.damaged += 1,
                }
            }
            record.note(format!("record type {record_type}, {} records cannot be read", exported.damaged));
            residents.sort_unstable();
            residents.dedup();
            let people = people_of(tx, room, &residents)?;
            Ok::<_, RegistryError>(Seen::many(people.clone(), (ids, text.finish()?, exported, people)))
        })?;
        let is_last = ids.len() < pace.size();
        cursor = Cursor { began, last: ids.last().copied().or(last), exported };
        run.aside_blocking(|tx, portion| {
            portion.append(tx, RESULTS, &text, &people)?;
            portion.checkpoint(&cursor)?;
            if is_last { portion.done(&exported) } else { Ok(()) }.map_err(RegistryError::from)
        })?;
        if is_last {
            return Ok(exported);
        }
        pace.adapt(run, ids.len());
    }
}
