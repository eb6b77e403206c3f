//! Searching the record of use: who saw this person's data, what did this account do. The search is itself recorded.

use std::ops::Range;

use access::Caller;
use diesel::prelude::*;
use store::{StoreError, Tx};
use vault::Vault;

use crate::entry::{ActorKind, Entry, EntryError, Outcome, Token};
use crate::log::{self, Head, ledger_lookup, position};
use crate::lookup::{DOUBTED, Tokens, actor_token, catch_up};
use crate::tiles::Shelf;
use crate::{Act, LedgerError, PersonId, Room, Subject, people, record};

/// Tokens in one statement.
const TOKENS: usize = 500;

/// The act under which a search is recorded.
const FIND: Act = Act::new("ledger:entries.find");

/// What else a room names a person by, who is asked for by its id of them: what they were named by before that was known.
pub type AlsoNamed = fn(&mut Tx, &str) -> Result<Vec<PersonId<'static>>, StoreError>;

/// Whom a search is about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// A person, by the id the room knows them by: as subject, and as actor when they looked at their own data.
    Person(&'a str),
    /// A person of a room that names some by another id until it knows this one.
    PersonAlso(&'a str, AlsoNamed),
    /// An account, a party or an institution, by the id it bears in `access`.
    Actor(ActorKind, &'a str),
}

/// An entry that was found, as far as it is known to be the one that was recorded there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its position in the log.
    pub position: u64,
    bytes: Option<Vec<u8>>,
}

impl Found {
    /// What it says; [`EntryError::Doubted`] where what lies there cannot be shown to be what was recorded, and is shown to nobody.
    pub fn entry(&self) -> Result<Entry<'_>, EntryError> {
        Entry::decode(self.bytes.as_deref().ok_or(EntryError::Doubted)?)
    }
}

/// The entries about somebody within a stretch of time (milliseconds since 1970 UTC), the newest first, `most` at most.
///
/// Acts on more persons than an entry names are found by the list under the entry. One that was found and is not as it was recorded is among
/// them and says nothing ([`Found::entry`]), whatever time it names.
pub async fn find(room: &Room, caller: &Caller, about: About<'_>, instants: Range<i64>, most: usize) -> Result<Vec<Found>, LedgerError> {
    let (token, subject, note) = match about {
        About::Person(id) | About::PersonAlso(id, _) => (record::token(room.vault(), id), Subject::One(id), String::new()),
        About::Actor(kind, id) => (actor_token(kind, id), Subject::None, format!("{} {id}", kind.as_str())),
    };
    let also = if let About::PersonAlso(id, also) = about { Some((id.to_owned(), also)) } else { None };
    room.event(caller, FIND, Outcome::Read, subject, &note).await?;
    loop {
        let vault = room.vault().clone();
        if !room.raw().write(move |tx| catch_up(tx, &vault)).await? {
            break;
        }
    }
    gather(room).await?;
    let vault = room.vault().clone();
    let search = move |tx: &mut Tx| {
        let mut tokens = vec![token];
        if let Some((id, also)) = also {
            tokens.extend(also(tx, &id)?.iter().map(|person| person.token(&vault)));
        }
        let head = Head::proven(tx, &vault)?;
        search(tx, &head, &tokens, &instants, most)
    };
    room.raw().read_long(search).await
}

/// Merges the lists of people under entries, in short pieces between which others write, until a search for a person has few places to look
/// in. Done before every search, and now and then, so that a search finds little of it to do.
pub async fn gather(room: &Room) -> Result<(), LedgerError> {
    while room.raw().write(people::gather).await? {}
    Ok(())
}

/// The newest entries, the newest first, for whoever has no keys: they are those that the stored head stands for, whoever wrote that. Entries
/// hold no personal data, so looking at them is not recorded.
pub async fn newest(room: &store::Room, most: u64) -> Result<Vec<Found>, LedgerError> {
    let newest = room.read(move |tx| {
        let head = Head::read(tx)?;
        below(tx, &head, u64::MAX, most)
    });
    newest.await
}

/// The entries below a position, the newest first, `most` at most: by their hashes up to the root that a program with the room's keys left. One
/// that is not as it was recorded is among them and says nothing ([`Found::entry`]).
pub async fn before(room: &Room, position: u64, most: u64) -> Result<Vec<Found>, LedgerError> {
    let vault = room.vault().clone();
    let newest = room.raw().read(move |tx| {
        let head = Head::proven(tx, &vault)?;
        below(tx, &head, position, most)
    });
    newest.await
}

/// The entries from a position on, the oldest first, `most` at most; as [`before`].
pub async fn from(room: &Room, position: u64, most: u64) -> Result<Vec<Found>, LedgerError> {
    let vault = room.vault().clone();
    let oldest = room.raw().read(move |tx| {
        let head = Head::proven(tx, &vault)?;
        let end = head.size().min(position.saturating_add(most));
        judged(tx, &head, &Shelf::default(), position.min(end)..end)
    });
    oldest.await
}

fn below(tx: &mut Tx, head: &Head, position: u64, most: u64) -> Result<Vec<Found>, LedgerError> {
    let end = head.size().min(position);
    let mut found = judged(tx, head, &Shelf::default(), end.saturating_sub(most)..end)?;
    found.reverse();
    Ok(found)
}

/// The entries of a range within the log.
fn judged(tx: &mut Tx, head: &Head, shelf: &Shelf, range: Range<u64>) -> Result<Vec<Found>, LedgerError> {
    let mut found = Vec::new();
    let mut take = |position, bytes: Option<&[u8]>| found.push(Found { position, bytes: bytes.map(<[u8]>::to_vec) });
    log::each_judged(tx, head, shelf, range, &mut take)?;
    Ok(found)
}

/// Where the log ends, in the transaction that decides by it: as a program with the room's keys left it.
pub fn end(tx: &mut Tx, vault: &Vault) -> Result<u64, LedgerError> {
    Ok(Head::proven(tx, vault)?.size())
}

/// [`end`], for a change that keeps this position: nobody else's entry takes it, and nobody who asks for it so comes between, until the
/// transaction ends. Asked for before anything is written, as every entry is appended after it.
pub fn hold_end(tx: &mut Tx, vault: &Vault) -> Result<u64, LedgerError> {
    Ok(Head::lock(tx, vault)?.size())
}

/// What the last entry of a change by this act says within these positions, for whatever must be as its last change left it. The entries are
/// those that were recorded, by their hashes up to the root that a program with the room's keys left; others there are damage. The positions
/// are some thousands at most.
pub fn last_change(tx: &mut Tx, vault: &Vault, act: impl Into<Act>, positions: Range<u64>) -> Result<Option<String>, LedgerError> {
    let (name, mut last) = (act.into().name(), None);
    let head = Head::proven(tx, vault)?;
    log::each_proven(tx, &head, positions, |_, bytes| {
        if let Ok(entry) = Entry::decode(bytes)
            && (entry.action, entry.outcome) == (name, Outcome::Written)
        {
            last = Some(entry.detail.to_owned());
        }
    })?;
    Ok(last)
}

fn search(tx: &mut Tx, head: &Head, tokens: &[Token], instants: &Range<i64>, most: usize) -> Result<Vec<Found>, LedgerError> {
    let mut wanted = tokens.to_vec();
    for token in tokens {
        wanted.extend(people::lists_with(tx, token)?.iter().map(people::lookup_token));
    }
    let mut positions = Vec::new();
    for tokens in wanted.iter().chain([&DOUBTED]).map(|token| token.to_vec()).collect::<Vec<_>>().chunks(TOKENS) {
        let rows = ledger_lookup::table.filter(ledger_lookup::token.eq_any(tokens.to_vec())).select(ledger_lookup::position);
        positions.extend(rows.load::<i64>(tx)?);
    }
    positions.sort_unstable_by(|one, other| other.cmp(one));
    positions.dedup();
    let (shelf, mut names, mut found) = (Shelf::default(), Tokens::default(), Vec::new());
    // Nothing was recorded beyond the head, whatever the look-up says.
    for at in positions.into_iter().map(position).filter(|at| *at < head.size()) {
        if found.len() == most {
            break;
        }
        // Whom it is about and when is what the entry says, not the row that led here.
        found.extend(judged(tx, head, &shelf, at..at + 1)?.into_iter().filter(|found| match found.entry() {
            Ok(entry) => instants.contains(&entry.instant) && names.of(&entry).iter().any(|token| wanted.contains(token)),
            Err(error) => error == EntryError::Doubted,
        }));
    }
    Ok(found)
}
