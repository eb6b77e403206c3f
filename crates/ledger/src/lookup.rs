//! What a search finds entries by: who acted and whose data it was. Derived from the entries and caught up when somebody asks.

use std::collections::HashMap;

use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;
use vault::Vault;

use crate::entry::{Actor, ActorKind, Entry, Subjects, Token};
use crate::log::{self, Head, ONE, column, ledger_lookup, ledger_lookup_head, position};
use crate::tiles::Shelf;
use crate::{LedgerError, people};

/// Entries looked through in one transaction, so that nobody waits long for the writer.
const STRIDE: u64 = 16_384;

/// Under which entries lie that nobody can tell whom they are about, because they are not as they were recorded: every search meets them.
pub(crate) const DOUBTED: Token = [0; 16];

/// Takes the next entries into the look-up; returns whether there are more.
pub(crate) fn catch_up(tx: &mut Tx, vault: &Vault) -> Result<bool, LedgerError> {
    let head = Head::proven(tx, vault)?;
    let size = head.size();
    let from = looked_through(tx)?;
    let to = size.min(from.saturating_add(STRIDE));
    if from >= to {
        return Ok(false);
    }
    let (mut rows, mut tokens) = (Vec::new(), Tokens::default());
    log::each_judged(tx, &head, &Shelf::default(), from..to, &mut |position, bytes| match bytes.map(Entry::decode) {
        Some(Ok(entry)) => rows.extend(tokens.of(&entry).iter().map(|token| (*token, column(position)))),
        Some(Err(_)) => {}
        None => rows.push((DOUBTED, column(position))),
    })?;
    rows.sort_unstable();
    store::load(tx, (ledger_lookup::token, ledger_lookup::position), |load| {
        rows.iter().try_for_each(|(token, position)| load.push(|row| row.bytes(token).int(*position)))
    })?;
    store::upsert!(
        tx,
        ledger_lookup_head::table,
        (ledger_lookup_head::id.eq(ONE), ledger_lookup_head::size.eq(column(to))),
        (ledger_lookup_head::id),
        ledger_lookup_head::size.eq(column(to))
    )?;
    Ok(to < size)
}

/// Up to which position the look-up is complete.
pub(crate) fn looked_through(tx: &mut Tx) -> Result<u64, LedgerError> {
    let size: Option<i64> = ledger_lookup_head::table.find(ONE).select(ledger_lookup_head::size).first(tx).optional()?;
    Ok(size.map_or(0, position))
}

/// Makes the tokens that entries are found by.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    actors: Vec<(ActorKind, HashMap<Box<str>, Token>)>,
    found: Vec<Token>,
}

impl Tokens {
    /// Everything an entry is found by, each once and in order.
    pub(crate) fn of(&mut self, entry: &Entry<'_>) -> &[Token] {
        self.found.clear();
        match entry.subjects {
            Subjects::Tokens(tokens) => self.found.extend_from_slice(tokens),
            Subjects::Many(_, digest) => self.found.push(people::lookup_token(&digest)),
            Subjects::Nobody => {}
        }
        let actor = match entry.actor {
            Actor::Named(kind, id) => self.actor(kind, id),
            Actor::Resident(token) => token,
        };
        self.found.push(actor);
        self.found.sort_unstable();
        self.found.dedup();
        &self.found
    }

    /// There are few actors, and many entries of each.
    fn actor(&mut self, kind: ActorKind, id: &str) -> Token {
        let known = self.actors.iter().find(|(of, _)| *of == kind).and_then(|(_, known)| known.get(id));
        if let Some(token) = known {
            return *token;
        }
        let token = actor_token(kind, id);
        match self.actors.iter_mut().find(|(of, _)| *of == kind) {
            Some((_, known)) => drop(known.insert(id.into(), token)),
            None => self.actors.push((kind, HashMap::from([(id.into(), token)]))),
        }
        token
    }
}

/// The token of an account, a party or an institution; no secret.
pub(crate) fn actor_token(kind: ActorKind, id: &str) -> Token {
    let digest = Sha256::new_with_prefix(b"actor\0").chain_update(kind.as_str()).chain_update(b"\0").chain_update(id).finalize();
    people::lookup_token(&digest.into())
}
