//! Keeps the runs few: lists are taken in as they are, and runs of about the same size are merged, a stretch of tokens at a time.

use std::collections::BTreeMap;

use diesel::prelude::*;
use store::Tx;

use super::merge;
use crate::LedgerError;
use crate::log::{ledger_people_list, ledger_people_run};

/// Lists that are taken in at once.
const TAKEN: i64 = 256;
/// So many runs of about the same size are merged, and at most so many at once.
const FEWEST: usize = 8;
const MOST: usize = 64;
/// The smallest list.
const SMALLEST: u64 = 256;

/// Does the next short piece of the work → whether there may be more. Alone among the writes of the room.
pub(crate) fn gather(tx: &mut Tx) -> Result<bool, LedgerError> {
    Ok(merge::go_on(tx)? || take_in(tx)? || begin(tx)?)
}

/// Numbers the lists that are new; each is a run of its own.
fn take_in(tx: &mut Tx) -> Result<bool, LedgerError> {
    let new = ledger_people_list::table.filter(ledger_people_list::list.is_null()).order(ledger_people_list::digest).limit(TAKEN);
    let new: Vec<(Vec<u8>, i64)> = new.select((ledger_people_list::digest, ledger_people_list::people)).load(tx)?;
    for (next, (digest, people)) in (next(tx)?..).zip(&new) {
        let list = ledger_people_list::table.find(digest);
        diesel::update(list).set(ledger_people_list::list.eq(Some(next))).execute(tx)?;
        let run = (ledger_people_run::run.eq(next), ledger_people_run::people.eq(people), ledger_people_run::digest.eq(Some(digest)));
        diesel::insert_into(ledger_people_run::table).values(run).execute(tx)?;
    }
    Ok(!new.is_empty())
}

/// Chooses runs to be merged: the smallest of which there are enough.
fn begin(tx: &mut Tx) -> Result<bool, LedgerError> {
    let runs = ledger_people_run::table.order(ledger_people_run::run).select((ledger_people_run::run, ledger_people_run::people));
    let mut sizes: BTreeMap<u32, Vec<(i64, i64)>> = BTreeMap::new();
    for (run, people) in runs.load::<(i64, i64)>(tx)? {
        sizes.entry(size(people)).or_default().push((run, people));
    }
    let Some(runs) = sizes.values_mut().find(|runs| runs.len() >= FEWEST) else { return Ok(false) };
    runs.truncate(MOST);
    let people = runs.iter().fold(0_i64, |sum, (_, people)| sum.saturating_add(*people));
    let runs: Vec<i64> = runs.iter().map(|(run, _)| *run).collect();
    let into = next(tx)?;
    merge::begin(tx, &runs, into, people)?;
    Ok(true)
}

/// Runs of one size differ by less than eight times.
fn size(people: i64) -> u32 {
    (u64::try_from(people).unwrap_or(0) / SMALLEST).max(1).ilog(8)
}

/// The next number of a list or a run.
fn next(tx: &mut Tx) -> Result<i64, LedgerError> {
    let list: Option<i64> = ledger_people_list::table.select(diesel::dsl::max(ledger_people_list::list)).first(tx)?;
    let run: Option<i64> = ledger_people_run::table.select(diesel::dsl::max(ledger_people_run::run)).first(tx)?;
    Ok(list.max(run).unwrap_or(0) + 1)
}
