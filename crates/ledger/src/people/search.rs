//! The lists that a person is on.

use diesel::prelude::*;
use store::Tx;

use super::run::each_pair;
use crate::LedgerError;
use crate::entry::Token;
use crate::log::{ledger_people, ledger_people_list, ledger_people_merged, ledger_people_run};

/// Numbers in one statement.
const NUMBERS: usize = 500;

/// The digests of the lists that a person is on, of those that are gathered: one step into each run.
pub(crate) fn lists_with(tx: &mut Tx, token: &Token) -> Result<Vec<[u8; 32]>, LedgerError> {
    let (mut digests, mut numbers) = (Vec::new(), Vec::new());
    let runs: Vec<(i64, Option<Vec<u8>>)> =
        ledger_people_run::table.select((ledger_people_run::run, ledger_people_run::digest)).load(tx)?;
    for (run, digest) in runs {
        match digest {
            Some(digest) => {
                let row = ledger_people::table
                    .filter(ledger_people::digest.eq(&digest).and(ledger_people::first.le(token.as_slice())))
                    .order(ledger_people::first.desc())
                    .select(ledger_people::tokens);
                let tokens: Option<Vec<u8>> = row.first(tx).optional()?;
                let (tokens, _) = tokens.as_deref().unwrap_or_default().as_chunks::<16>();
                if tokens.binary_search(token).is_ok() {
                    digests.push(digest);
                }
            }
            None => {
                let row = ledger_people_merged::table
                    .filter(ledger_people_merged::run.eq(run).and(ledger_people_merged::first.le(token.as_slice())))
                    .order(ledger_people_merged::first.desc())
                    .select(ledger_people_merged::people);
                let people: Option<Vec<u8>> = row.first(tx).optional()?;
                each_pair(people.as_deref().unwrap_or_default(), |person, list| {
                    if person == *token {
                        numbers.push(list);
                    }
                });
            }
        }
    }
    for numbers in numbers.chunks(NUMBERS) {
        let numbers: Vec<Option<i64>> = numbers.iter().copied().map(Some).collect();
        let lists = ledger_people_list::table.filter(ledger_people_list::list.eq_any(numbers));
        digests.extend(lists.select(ledger_people_list::digest).load::<Vec<u8>>(tx)?);
    }
    Ok(digests.into_iter().filter_map(|digest| digest.try_into().ok()).collect())
}
