//! The lists of people under entries that concern more than an entry names: the entry holds a digest, the tokens lie in tables of their own,
//! where a search for a person finds them. Without the room's key they say nothing. A list may go by an act that is in the record
//! ([`Room::erase_people`](crate::Room::erase_people)); one that is gone without is told by the verifier.
//!
//! A list is written as it is, with its entry. Later the lists are merged into runs ([`gather`]): a person's token and every list they are on
//! stand in one place of a run, and there are few runs however many lists there are.

mod check;
mod erase;
mod gather;
mod merge;
mod run;
mod search;
#[cfg(test)]
mod tests;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

pub(crate) use self::check::{ListState, Lists};
pub(crate) use self::erase::erase;
pub(crate) use self::gather::gather;
pub(crate) use self::search::lists_with;
use crate::LedgerError;
use crate::entry::{MAX_TOKENS, Token};
use crate::log::{ledger_people, ledger_people_list};

/// Tokens of one row: a row is a page of a database.
const TOKENS: usize = 240;

/// The people of one entry, each once, in the order of their tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct List {
    pub(crate) digest: [u8; 32],
    tokens: Vec<Token>,
}

impl List {
    /// Of tokens in any order.
    pub(crate) fn of(mut tokens: Vec<Token>) -> Self {
        tokens.sort_unstable();
        tokens.dedup();
        Self { digest: digest(&tokens), tokens }
    }

    /// Its tokens, where an entry has room for them.
    pub(crate) fn short(self) -> Result<Vec<Token>, Self> {
        if self.tokens.len() <= MAX_TOKENS { Ok(self.tokens) } else { Err(self) }
    }

    pub(crate) fn len(&self) -> u64 {
        self.tokens.len() as u64
    }

    /// Writes it, as far as it is not there: the same people under several entries lie there once.
    pub(crate) fn write(&self, tx: &mut Tx) -> Result<(), LedgerError> {
        self.portions().try_for_each(|portion| self.write_portion(tx, portion))
    }

    /// Stretches of the list that one short transaction writes.
    pub(crate) fn portions(&self) -> impl Iterator<Item = &[Token]> {
        self.tokens.chunks(TOKENS * 200)
    }

    /// Writes a portion of it; with the last one the list is there.
    pub(crate) fn write_portion(&self, tx: &mut Tx, portion: &[Token]) -> Result<(), LedgerError> {
        let there = ledger_people_list::table.find(self.digest.to_vec()).select(ledger_people_list::people);
        if there.first::<i64>(tx).optional()?.is_some() {
            return Ok(());
        }
        let rows: Vec<_> = portion.chunks(TOKENS).map(|tokens| row(&self.digest, tokens)).collect();
        store::insert_ignore!(tx, ledger_people::table, rows, (ledger_people::digest, ledger_people::first))?;
        if portion.last() == self.tokens.last() {
            let people = i64::try_from(self.tokens.len()).unwrap_or(i64::MAX);
            let list = vec![(ledger_people_list::digest.eq(self.digest.to_vec()), ledger_people_list::people.eq(people))];
            store::insert_ignore!(tx, ledger_people_list::table, list, (ledger_people_list::digest))?;
        }
        Ok(())
    }
}

/// A row of a list as it was written.
type ListRow = (
    diesel::dsl::Eq<ledger_people::digest, Vec<u8>>,
    diesel::dsl::Eq<ledger_people::first, Vec<u8>>,
    diesel::dsl::Eq<ledger_people::tokens, Vec<u8>>,
);

fn row(digest: &[u8; 32], tokens: &[Token]) -> ListRow {
    let first = tokens.first().copied().unwrap_or_default();
    (
        ledger_people::digest.eq(digest.to_vec()),
        ledger_people::first.eq(first.to_vec()),
        ledger_people::tokens.eq(tokens.as_flattened().to_vec()),
    )
}

/// SHA-256 over the tokens, in their order.
fn digest(tokens: &[Token]) -> [u8; 32] {
    Sha256::digest(tokens.as_flattened()).into()
}

/// Under which an entry is found by a digest: its beginning.
pub(crate) fn lookup_token(digest: &[u8; 32]) -> Token {
    let mut token = Token::default();
    token.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    token
}
