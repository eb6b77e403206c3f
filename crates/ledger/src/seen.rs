//! Whose data a value tells: a value that leaves a room says so, or does not leave.
//!
//! ```
//! # use ledger::{Act, LedgerError, PersonId, Room, Seen};
//! # async fn example(room: Room, caller: access::Caller) -> Result<String, LedgerError> {
//! room.see(&caller, Act::new("test:names.read"), |_tx, _record| {
//!     let (number, name) = ("0000012".to_owned(), "見本".to_owned());
//!     Ok::<_, LedgerError>(Seen::person(PersonId::new(number), name))
//! })
//! .await
//! # }
//! ```
//!
//! The same without saying whose name it is does not compile, and neither does a count that is a name:
//!
//! ```compile_fail,E0308
//! # use ledger::{Act, LedgerError, PersonId, Room, Seen};
//! # async fn example(room: Room, caller: access::Caller) -> Result<String, LedgerError> {
//! room.see(&caller, Act::new("test:names.read"), |_tx, _record| {
//!     let (number, name) = ("0000012".to_owned(), "見本".to_owned());
//!     Ok::<_, LedgerError>(name)
//! })
//! .await
//! # }
//! ```
//!
//! ```compile_fail,E0277
//! # use ledger::{LedgerError, Room};
//! # async fn example(room: Room) -> Result<String, LedgerError> {
//! room.count(|_tx| Ok::<_, LedgerError>("見本".to_owned())).await
//! # }
//! ```
//!
//! A look that names nobody lets numbers and flags alone out, by themselves or as what is made of them and of nothing else:
//!
//! ```
//! # use ledger::{Act, LedgerError, Room, Seen};
//! # async fn example(room: Room, caller: access::Caller) -> Result<String, LedgerError> {
//! room.see(&caller, Act::new("test:names.count"), |_tx, _record| {
//!     let count = 12_u64;
//!     Ok::<_, LedgerError>(Seen::nobody(count).map(|count| format!("{count} names")))
//! })
//! .await
//! # }
//! ```
//!
//! ```compile_fail,E0277
//! # use ledger::{Act, LedgerError, Room, Seen};
//! # async fn example(room: Room, caller: access::Caller) -> Result<String, LedgerError> {
//! room.see(&caller, Act::new("test:names.count"), |_tx, _record| {
//!     let name = "見本".to_owned();
//!     Ok::<_, LedgerError>(Seen::nobody(name))
//! })
//! .await
//! # }
//! ```
//!
//! ```compile_fail,E0308
//! # use ledger::{Act, LedgerError, Room, Seen};
//! # async fn example(room: Room, caller: access::Caller) -> Result<String, LedgerError> {
//! room.see(&caller, Act::new("test:names.count"), |_tx, _record| {
//!     let name = "見本".to_owned();
//!     Ok::<_, LedgerError>(Seen::nobody(12_u64).map(|count| format!("{count} {name}")))
//! })
//! .await
//! # }
//! ```

use std::borrow::Cow;
use std::fmt;

use vault::Vault;

use crate::Impersonal;
use crate::entry::Token;
use crate::record::token;

/// What a room's record names a person by: one kind of id a room (resident number, unified number, …), so that a search for a person finds
/// everything that concerned them. Each system makes it in one place.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonId<'a>(Cow<'a, str>);

impl<'a> PersonId<'a> {
    /// The id as the room knows the person.
    pub fn new(id: impl Into<Cow<'a, str>>) -> Self {
        Self(id.into())
    }

    /// The same, borrowing nothing.
    pub fn into_owned(self) -> PersonId<'static> {
        PersonId(Cow::Owned(self.0.into_owned()))
    }

    pub(crate) fn token(&self, vault: &Vault) -> Token {
        token(vault, &self.0)
    }
}

/// To be kept, sealed, with what the person is to be named for later: a message that waits.
impl From<PersonId<'_>> for String {
    fn from(person: PersonId<'_>) -> Self {
        person.0.into_owned()
    }
}

/// Personal.
impl fmt::Debug for PersonId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonId(…)")
    }
}

/// The many whom a bulk act concerns, under the room's key from the start: sixteen bytes each. Made by [`Room::people`](crate::Room::people).
#[derive(Clone)]
pub struct People {
    vault: Vault,
    tokens: Vec<Token>,
}

impl People {
    pub(crate) fn new(vault: &Vault) -> Self {
        Self { vault: vault.clone(), tokens: Vec::new() }
    }

    /// Takes a person in; twice is once.
    pub fn add(&mut self, person: &PersonId<'_>) {
        self.tokens.push(person.token(&self.vault));
    }

    pub(crate) fn into_tokens(self) -> Vec<Token> {
        self.tokens
    }

    /// As they are kept with what tells of them, to be named whenever that is taken: sixteen bytes each, in order, under the room's key. To be
    /// sealed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut tokens = self.tokens.clone();
        tokens.sort_unstable();
        tokens.dedup();
        tokens.into_flattened()
    }

    /// Takes in those who were kept.
    pub fn take_in(&mut self, kept: &[u8]) {
        self.tokens.extend_from_slice(kept.as_chunks().0);
    }

    /// Takes in those whom another thread collected.
    pub fn join(&mut self, others: People) {
        self.tokens.extend(others.tokens);
    }
}

/// Many people whose list is durable already, so that the transaction of the entry that names them is short.
#[derive(Clone, Debug)]
pub struct Enlisted(pub(crate) Concerned);

impl<'a> Extend<PersonId<'a>> for People {
    fn extend<I: IntoIterator<Item = PersonId<'a>>>(&mut self, people: I) {
        people.into_iter().for_each(|person| self.add(&person));
    }
}

impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "People({})", self.tokens.len())
    }
}

/// A value together with the people whose data it tells. What leaves a [`Room`](crate::Room) is made by one of these; which of them is the
/// claim that stands in the record of use.
#[derive(Debug)]
pub struct Seen<T> {
    value: T,
    concerned: Concerned,
}

#[derive(Clone, Debug)]
pub(crate) enum Concerned {
    Nobody,
    Each(Vec<PersonId<'static>>),
    Many(Vec<Token>),
    /// So many, whose list lies under this digest already.
    List(u64, [u8; 32]),
}

impl<T> Seen<T> {
    /// A value about one person.
    pub fn person(person: PersonId<'_>, value: T) -> Self {
        Self { value, concerned: Concerned::Each(vec![person.into_owned()]) }
    }

    /// A value about some people. Nobody, when there are none.
    pub fn people<'p>(people: impl IntoIterator<Item = PersonId<'p>>, value: T) -> Self {
        Self { value, concerned: Concerned::Each(people.into_iter().map(PersonId::into_owned).collect()) }
    }

    /// A value about many people.
    pub fn many(people: People, value: T) -> Self {
        Self { value, concerned: Concerned::Many(people.tokens) }
    }

    /// A value about many people whose list is there already.
    pub fn enlisted(people: &Enlisted, value: T) -> Self {
        Self { value, concerned: people.0.clone() }
    }

    /// A value whose type can tell nothing of anybody.
    pub fn nobody(value: T) -> Self
    where
        T: Impersonal,
    {
        Self { value, concerned: Concerned::Nobody }
    }

    /// That there is nothing: no row, no work.
    pub fn nothing() -> Self
    where
        T: Default,
    {
        Self { value: T::default(), concerned: Concerned::Nobody }
    }

    /// A value of which no type says that it tells of nobody: a job, a setting, a list of acts. What is left of these calls stands in
    /// `xtask/unrecorded.txt`, which may only shrink.
    pub fn unnamed(value: T) -> Self {
        Self { value, concerned: Concerned::Nobody }
    }

    /// The same people, another value made of this one and of nothing that the closure brings with it.
    pub fn map<U>(self, change: fn(T) -> U) -> Seen<U> {
        Seen { value: change(self.value), concerned: self.concerned }
    }

    pub(crate) fn into_parts(self) -> (T, Concerned) {
        (self.value, self.concerned)
    }
}
