//! Whether the lists are what the entries say.

use std::collections::HashMap;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use super::run::each_pair;
use crate::LedgerError;
use crate::log::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// How many people are on a list, and the SHA-256 over their tokens.
#[derive(Clone, Default)]
struct Sum {
    people: u64,
    hash: Sha256,
}

impl Sum {
    /// Adds people who come after those that were added before.
    fn add(&mut self, tokens: &[u8]) {
        self.people += tokens.len() as u64 / 16;
        self.hash.update(tokens);
    }

    /// None when nobody is left.
    fn end(self) -> Option<(u64, [u8; 32])> {
        (self.people > 0).then(|| (self.people, self.hash.finalize().into()))
    }
}

/// The lists as they lie there.
#[derive(Debug)]
pub(crate) struct Lists {
    /// Of those that are gathered, by the digest they should have; none when nobody is left of one.
    gathered: HashMap<Vec<u8>, Option<(u64, [u8; 32])>>,
}

impl Lists {
    /// Reads all that are gathered.
    pub(crate) fn read(tx: &mut Tx) -> Result<Self, LedgerError> {
        let mut sums: HashMap<i64, Sum> = HashMap::new();
        // A run that is being merged into one with a higher number holds the higher tokens: so each list's come in their order.
        let runs = ledger_people_run::table.order(ledger_people_run::run.desc());
        let runs: Vec<(i64, Option<Vec<u8>>)> = runs.select((ledger_people_run::run, ledger_people_run::digest)).load(tx)?;
        for (run, digest) in runs {
            match digest {
                Some(digest) => add_list(tx, &digest, sums.entry(run).or_default())?,
                None => {
                    let rows = ledger_people_merged::table.filter(ledger_people_merged::run.eq(run)).order(ledger_people_merged::first);
                    store::stream!(tx, rows.select(ledger_people_merged::people), Vec<u8>, |row: Vec<u8>| {
                        each_pair(&row, |token, list| sums.entry(list).or_default().add(&token));
                        Ok::<_, LedgerError>(())
                    })?;
                }
            }
        }
        let lists = ledger_people_list::table.filter(ledger_people_list::list.is_not_null());
        let lists: Vec<(Vec<u8>, Option<i64>)> = lists.select((ledger_people_list::digest, ledger_people_list::list)).load(tx)?;
        let mut sum = |list: Option<i64>| sums.remove(&list?)?.end();
        Ok(Self { gathered: lists.into_iter().map(|(digest, list)| (digest, sum(list))).collect() })
    }

    /// Whether the list under a digest is what the entry says; `None` when there is none, because it was erased.
    pub(crate) fn is_true(&self, tx: &mut Tx, count: u64, digest: &[u8; 32]) -> Result<Option<bool>, LedgerError> {
        let sum = match self.gathered.get(digest.as_slice()) {
            Some(sum) => *sum,
            None => {
                let mut sum = Sum::default();
                add_list(tx, digest, &mut sum)?;
                sum.end()
            }
        };
        Ok(sum.map(|sum| sum == (count, *digest)))
    }
}

/// Adds what is left of a list that lies as it was written.
fn add_list(tx: &mut Tx, digest: &[u8], sum: &mut Sum) -> Result<(), LedgerError> {
    let rows = ledger_people::table.filter(ledger_people::digest.eq(digest)).order(ledger_people::first);
    store::stream!(tx, rows.select(ledger_people::tokens), Vec<u8>, |tokens: Vec<u8>| {
        sum.add(&tokens);
        Ok::<_, LedgerError>(())
    })?;
    Ok(())
}
