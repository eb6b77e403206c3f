//! Runs become one: stretch by stretch their people move into it, so that each pair of a person and a list lies in one place at any time.
//!
//! While it is under way the new run has those before the stretch that is next, its sources have the others.

use diesel::prelude::*;
use store::Tx;

use super::run::{Pair, each_pair, encode};
use crate::LedgerError;
use crate::entry::Token;
use crate::log::{ledger_people, ledger_people_merged, ledger_people_run};

/// Pairs of a stretch, about.
const STRETCH: i64 = 16_384;

/// These runs are to become one.
pub(super) fn begin(tx: &mut Tx, runs: &[i64], into: i64, people: i64) -> Result<(), LedgerError> {
    let row =
        (ledger_people_run::run.eq(into), ledger_people_run::people.eq(people), ledger_people_run::stretches.eq(people / STRETCH + 1));
    diesel::insert_into(ledger_people_run::table).values(row).execute(tx)?;
    let sources = ledger_people_run::table.filter(ledger_people_run::run.eq_any(runs.to_vec()));
    diesel::update(sources).set(ledger_people_run::target.eq(Some(into))).execute(tx)?;
    Ok(())
}

/// Moves the next stretch of a merge that is under way; false when none is.
pub(super) fn go_on(tx: &mut Tx) -> Result<bool, LedgerError> {
    let under_way = ledger_people_run::table.filter(ledger_people_run::moved.lt(ledger_people_run::stretches));
    let columns = (ledger_people_run::run, ledger_people_run::moved, ledger_people_run::stretches);
    let Some((into, moved, stretches)) = under_way.select(columns).first::<(i64, i64, i64)>(tx).optional()? else { return Ok(false) };
    let stretch = Stretch { from: bound(moved, stretches), to: bound(moved + 1, stretches) };
    let sources = ledger_people_run::table.filter(ledger_people_run::target.eq(into));
    let runs: Vec<(i64, Option<Vec<u8>>)> = sources.select((ledger_people_run::run, ledger_people_run::digest)).load(tx)?;
    let mut pairs = Vec::new();
    for (run, digest) in runs {
        match digest.map(<[u8; 32]>::try_from) {
            Some(Ok(digest)) => stretch.take_of_list(tx, &digest, run, &mut pairs)?,
            Some(Err(_)) => return Err(LedgerError::Damaged("the digest of a list of people")),
            None => stretch.take_of_run(tx, run, &mut pairs)?,
        }
    }
    pairs.sort_unstable();
    write(tx, into, &pairs)?;
    diesel::update(ledger_people_run::table.find(into)).set(ledger_people_run::moved.eq(moved + 1)).execute(tx)?;
    if moved + 1 >= stretches {
        diesel::delete(sources).execute(tx)?;
    }
    Ok(true)
}

/// Where a stretch begins: tokens are as good as random, so equal parts of all that there can be hold about as many people. None after the
/// last.
pub(super) fn bound(stretch: i64, stretches: i64) -> Option<Token> {
    let (stretch, stretches) = (u128::try_from(stretch).ok()?, u128::try_from(stretches).ok()?);
    let part = u128::MAX / stretches.max(1);
    (stretch < stretches).then(|| (part * stretch).to_be_bytes())
}

struct Stretch {
    from: Option<Token>,
    to: Option<Token>,
}

impl Stretch {
    fn ends_before(&self, token: &Token) -> bool {
        self.to.is_some_and(|to| *token >= to)
    }

    /// What was there before the stretch has moved already.
    fn begins_after(&self, token: &Token) -> bool {
        self.from.is_some_and(|from| *token < from)
    }

    /// What is greater than all of its tokens.
    fn end(&self) -> Vec<u8> {
        self.to.map_or_else(|| vec![u8::MAX; 17], |to| to.to_vec())
    }

    /// Takes its people out of a list that lies as it was written.
    fn take_of_list(&self, tx: &mut Tx, digest: &[u8; 32], list: i64, pairs: &mut Vec<Pair>) -> Result<(), LedgerError> {
        let those = ledger_people::digest.eq(digest.to_vec()).and(ledger_people::first.lt(self.end()));
        let rows = ledger_people::table.filter(those.clone()).order(ledger_people::first);
        let rows: Vec<Vec<u8>> = rows.select(ledger_people::tokens).load(tx)?;
        diesel::delete(ledger_people::table.filter(those)).execute(tx)?;
        let mut left = Vec::new();
        for row in &rows {
            for token in row.as_chunks::<16>().0 {
                if self.ends_before(token) {
                    left.push(*token);
                } else if !self.begins_after(token) {
                    pairs.push((*token, list));
                }
            }
        }
        if !left.is_empty() {
            diesel::insert_into(ledger_people::table).values(super::row(digest, &left)).execute(tx)?;
        }
        Ok(())
    }

    /// Takes its people out of a run.
    fn take_of_run(&self, tx: &mut Tx, run: i64, pairs: &mut Vec<Pair>) -> Result<(), LedgerError> {
        let those = ledger_people_merged::run.eq(run).and(ledger_people_merged::first.lt(self.end()));
        let rows = ledger_people_merged::table.filter(those.clone()).order(ledger_people_merged::first);
        let rows: Vec<Vec<u8>> = rows.select(ledger_people_merged::people).load(tx)?;
        diesel::delete(ledger_people_merged::table.filter(those)).execute(tx)?;
        let mut left = Vec::new();
        for row in &rows {
            each_pair(row, |token, list| {
                if self.ends_before(&token) {
                    left.push((token, list));
                } else if !self.begins_after(&token) {
                    pairs.push((token, list));
                }
            });
        }
        write(tx, run, &left)
    }
}

pub(super) fn write(tx: &mut Tx, run: i64, pairs: &[Pair]) -> Result<(), LedgerError> {
    let rows = encode(pairs);
    store::load(tx, ledger_people_merged::all_columns, |load| {
        rows.iter().try_for_each(|(first, people)| load.push(|row| row.int(run).bytes(first).bytes(people)))
    })?;
    Ok(())
}
