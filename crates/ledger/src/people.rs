//! The lists of people under entries that concern more than an entry names: the entry holds a digest, the tokens lie in a table of their own,
//! where a search for a person finds them. Without the room's key they say nothing; they may go, and the entry stays whole.

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::LedgerError;
use crate::entry::{MAX_TOKENS, Token};
use crate::log::ledger_people;

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

    /// Writes a portion of it.
    pub(crate) fn write_portion(&self, tx: &mut Tx, portion: &[Token]) -> Result<(), LedgerError> {
        let rows: Vec<_> = portion
            .chunks(TOKENS)
            .map(|tokens| {
                let first = tokens.first().copied().unwrap_or_default();
                (
                    ledger_people::digest.eq(self.digest.to_vec()),
                    ledger_people::first.eq(first.to_vec()),
                    ledger_people::tokens.eq(tokens.as_flattened().to_vec()),
                )
            })
            .collect();
        store::insert_ignore!(tx, ledger_people::table, rows, (ledger_people::digest, ledger_people::first))?;
        Ok(())
    }
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

/// The digests of the lists that a person is on.
pub(crate) fn lists_with(tx: &mut Tx, token: &Token) -> Result<Vec<[u8; 32]>, LedgerError> {
    let mut found = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    // From digest to digest: as many steps as there are lists, however long they are.
    loop {
        let next = ledger_people::table.filter(ledger_people::digest.gt(&last)).order(ledger_people::digest).select(ledger_people::digest);
        let Some(digest) = next.first::<Vec<u8>>(tx).optional()? else { return Ok(found) };
        let row = ledger_people::table
            .filter(ledger_people::digest.eq(&digest).and(ledger_people::first.le(token.as_slice())))
            .order(ledger_people::first.desc())
            .select(ledger_people::tokens);
        let tokens: Option<Vec<u8>> = row.first(tx).optional()?;
        let (tokens, _) = tokens.as_deref().unwrap_or_default().as_chunks::<16>();
        if let (Ok(_), Ok(digest)) = (tokens.binary_search(token), <[u8; 32]>::try_from(digest.as_slice())) {
            found.push(digest);
        }
        last = digest;
    }
}

/// Whether the list under a digest is what the entry says; `None` when there is none, because it was erased or is older than the lists.
pub(crate) fn is_true(tx: &mut Tx, count: u64, digest: &[u8; 32]) -> Result<Option<bool>, LedgerError> {
    let rows = ledger_people::table.filter(ledger_people::digest.eq(digest.as_slice())).order(ledger_people::first);
    let rows = rows.select(ledger_people::tokens);
    let (mut found, mut hash) = (0_u64, Sha256::new());
    let rows = store::stream!(tx, rows, Vec<u8>, |tokens: Vec<u8>| {
        found += tokens.len() as u64 / 16;
        hash.update(&tokens);
        Ok::<_, LedgerError>(())
    })?;
    let same: [u8; 32] = hash.finalize().into();
    Ok((rows > 0).then_some(found == count && same == *digest))
}
