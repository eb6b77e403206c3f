//! Takes a list away wherever its people lie.

use diesel::prelude::*;
use store::Tx;

use super::merge;
use super::run::{Pair, each_pair};
use crate::LedgerError;
use crate::log::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// Rows of a run that are rewritten at a time.
const PAGE: i64 = 256;

/// Takes the list under a digest away; false when there is none. Goes through every run: an erasure is rare.
pub(crate) fn erase(tx: &mut Tx, digest: &[u8; 32]) -> Result<bool, LedgerError> {
    let list = || ledger_people_list::table.find(digest.to_vec());
    let Some(number) = list().select(ledger_people_list::list).first::<Option<i64>>(tx).optional()? else { return Ok(false) };
    diesel::delete(ledger_people::table.filter(ledger_people::digest.eq(digest.to_vec()))).execute(tx)?;
    if let Some(number) = number {
        let own = ledger_people_run::run.eq(number).and(ledger_people_run::digest.is_not_null());
        diesel::delete(ledger_people_run::table.filter(own)).execute(tx)?;
        let runs = ledger_people_run::table.filter(ledger_people_run::digest.is_null()).select(ledger_people_run::run);
        for run in runs.load::<i64>(tx)? {
            take_off_run(tx, run, number)?;
        }
    }
    diesel::delete(list()).execute(tx)?;
    Ok(true)
}

/// Takes a list out of a run.
fn take_off_run(tx: &mut Tx, run: i64, list: i64) -> Result<(), LedgerError> {
    let mut after: Vec<u8> = Vec::new();
    loop {
        let rows = ledger_people_merged::table
            .filter(ledger_people_merged::run.eq(run).and(ledger_people_merged::first.gt(&after)))
            .order(ledger_people_merged::first)
            .limit(PAGE)
            .select((ledger_people_merged::first, ledger_people_merged::people));
        let rows: Vec<(Vec<u8>, Vec<u8>)> = rows.load(tx)?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        after.clone_from(last);
        for (first, people) in &rows {
            let (mut left, mut is_on): (Vec<Pair>, bool) = (Vec::new(), false);
            each_pair(people, |token, of| if of == list { is_on = true } else { left.push((token, of)) });
            if is_on {
                diesel::delete(ledger_people_merged::table.find((run, first.clone()))).execute(tx)?;
                merge::write(tx, run, &left)?;
            }
        }
    }
}
