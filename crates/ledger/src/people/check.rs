//! Whether the lists are what the entries say, and lie where a search finds them.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use super::merge::bound;
use super::run::each_pair;
use crate::LedgerError;
use crate::entry::Token;
use crate::log::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// How a list stands against an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListState {
    /// It is what the entry fixed, and a search finds everybody on it.
    Holds,
    /// It is another, or a search misses somebody on it.
    Differs,
    /// There is none.
    Gone,
}

/// How many people are on a list, and the SHA-256 over their tokens.
#[derive(Clone, Default)]
struct Sum {
    people: u64,
    hash: Sha256,
    /// Part of it lies where no search finds it.
    is_hidden: bool,
}

impl Sum {
    /// Adds people who come after those that were added before.
    fn add(&mut self, tokens: &[u8]) {
        self.people += tokens.len() as u64 / 16;
        self.hash.update(tokens);
    }
}

/// A run, as its row says.
#[derive(Queryable)]
struct Run {
    number: i64,
    digest: Option<Vec<u8>>,
    target: Option<i64>,
    stretches: i64,
    moved: i64,
}

/// The lists as they lie there, by the digest they should have: how many people, and the digest they have.
#[derive(Debug)]
pub(crate) struct Lists(HashMap<Vec<u8>, Option<(u64, [u8; 32])>>);

impl Lists {
    /// Reads all.
    pub(crate) fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        let mut sums: HashMap<i64, Sum> = HashMap::new();
        let columns = (
            ledger_people_run::run,
            ledger_people_run::digest,
            ledger_people_run::target,
            ledger_people_run::stretches,
            ledger_people_run::moved,
        );
        // A run that is being merged into one with a higher number holds the higher tokens: so each list's come in their order.
        let runs: Vec<Run> = ledger_people_run::table.order(ledger_people_run::run.desc()).select(columns).load(tx)?;
        for run in &runs {
            let place = Place::of(run, &runs);
            match &run.digest {
                Some(digest) => add_list(tx, digest, &place, sums.entry(run.number).or_default())?,
                None => add_run(tx, run.number, place, &mut sums)?,
            }
        }
        let columns = (ledger_people_list::digest, ledger_people_list::people, ledger_people_list::list);
        let rows: Vec<(Vec<u8>, i64, Option<i64>)> = ledger_people_list::table.select(columns).load(tx)?;
        let mut lists = HashMap::new();
        for (digest, people, number) in rows {
            let sum = match number {
                Some(number) => sums.remove(&number),
                // Not searched in a run yet.
                None => {
                    let mut sum = Sum::default();
                    add_list(tx, &digest, &Place::default(), &mut sum)?;
                    Some(sum)
                }
            };
            let sum = sum.filter(|sum| !sum.is_hidden && i64::try_from(sum.people) == Ok(people));
            lists.insert(digest, sum.map(|sum| (sum.people, sum.hash.finalize().into())));
        }
        Ok(Self(lists))
    }

    /// How the list under a digest stands against an entry that names so many people.
    pub(crate) fn standing(&self, count: u64, digest: &[u8; 32]) -> ListState {
        match self.0.get(digest.as_slice()) {
            None => ListState::Gone,
            Some(sum) if *sum == Some((count, *digest)) => ListState::Holds,
            Some(_) => ListState::Differs,
        }
    }
}

/// Where the tokens of a run must be: after one another, each row under its first, on its side of a merge that is under way.
#[derive(Clone, Default)]
struct Place {
    from: Option<Token>,
    to: Option<Token>,
    last: Option<Token>,
    nowhere: bool,
}

impl Place {
    fn of(run: &Run, runs: &[Run]) -> Self {
        let edge = |merged: &Run| bound(merged.moved, merged.stretches);
        let from = run.target.map(|target| runs.iter().find(|other| other.number == target).and_then(edge));
        match from {
            // Its people move into a run that is not being made.
            Some(None) => Self { nowhere: true, ..Self::default() },
            from => Self { from: from.flatten(), to: (run.stretches > 0).then(|| edge(run)).flatten(), ..Self::default() },
        }
    }

    /// Whether a row of these tokens, which come in their order, is found.
    fn takes(&mut self, first: &[u8], tokens: impl IntoIterator<Item = Token>) -> bool {
        let mut is_first = true;
        let mut good = !self.nowhere;
        for token in tokens {
            let under = !std::mem::take(&mut is_first) || first == token;
            let after = self.last.is_none_or(|last| last < token);
            let inside = self.from.is_none_or(|from| from <= token) && self.to.is_none_or(|to| token < to);
            good &= under && after && inside;
            self.last = Some(token);
        }
        good
    }
}

/// Adds what is left of a list that lies as it was written.
fn add_list(tx: &mut Tx, digest: &[u8], place: &Place, sum: &mut Sum) -> Result<(), LedgerError> {
    let mut place = place.clone();
    let rows = ledger_people::table.filter(ledger_people::digest.eq(digest)).order(ledger_people::first);
    let rows = rows.select((ledger_people::first, ledger_people::tokens));
    store::stream!(tx, rows, (Vec<u8>, Vec<u8>), |(first, tokens): (Vec<u8>, Vec<u8>)| {
        sum.is_hidden |= !place.takes(&first, tokens.as_chunks::<16>().0.iter().copied());
        sum.add(&tokens);
        Ok::<_, LedgerError>(())
    })?;
    Ok(())
}

/// Adds the people of a run to their lists.
fn add_run(tx: &mut Tx, run: i64, mut place: Place, sums: &mut HashMap<i64, Sum>) -> Result<(), LedgerError> {
    let rows = ledger_people_merged::table.filter(ledger_people_merged::run.eq(run)).order(ledger_people_merged::first);
    let rows = rows.select((ledger_people_merged::first, ledger_people_merged::people));
    let mut tokens: Vec<Token> = Vec::new();
    store::stream!(tx, rows, (Vec<u8>, Vec<u8>), |(first, people): (Vec<u8>, Vec<u8>)| {
        tokens.clear();
        each_pair(&people, |token, list| {
            if tokens.last() != Some(&token) {
                tokens.push(token);
            }
            sums.entry(list).or_default().add(&token);
        });
        if !place.takes(&first, tokens.iter().copied()) {
            let mut hidden = HashSet::new();
            each_pair(&people, |_, list| hidden.extend([list]));
            hidden.into_iter().for_each(|list| sums.entry(list).or_default().is_hidden = true);
        }
        Ok::<_, LedgerError>(())
    })?;
    Ok(())
}
