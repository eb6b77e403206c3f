use access::{Action, Caller, CallerKind};
use vault::Vault;

use crate::LedgerError;
use crate::entry::{Actor, ActorKind, Entry, MAX_TOKENS, Outcome, Subjects, Token};
use crate::log::Draft;
use crate::people::List;
use crate::seen::Concerned;

/// What is done, as the record of use names it: `registry:residents.read`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Act(&'static str);

impl Act {
    /// Names an act.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl From<Action> for Act {
    fn from(action: Action) -> Self {
        Self(action.name())
    }
}

/// Whom an event concerns.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Nobody's in particular: settings, counts, a catalogue.
    None,
    /// One person's, by the id the room knows them by.
    One(&'a str),
    /// These persons'.
    Each(&'a [&'a str]),
}

/// What an entry says about the act while it is under way: a remark, and what came of it. Whose data it touched says [`Seen`](crate::Seen).
///
/// Every person is named by token, so that each can be told later who saw their data: up to [`MAX_TOKENS`] in the entry itself, more in the
/// list under it, whose SHA-256 over the tokens in their order stands in the entry.
#[derive(Debug)]
pub struct Record<'v> {
    vault: &'v Vault,
    tokens: Vec<Token>,
    given: Option<(u64, [u8; 32])>,
    note: String,
    outcome: Outcome,
}

impl<'v> Record<'v> {
    pub(crate) fn new(vault: &'v Vault, outcome: Outcome) -> Self {
        Self { vault, tokens: Vec::new(), given: None, note: String::new(), outcome }
    }

    /// Everybody on the list under a digest; stands instead of single persons.
    pub(crate) fn subjects(&mut self, count: u64, digest: [u8; 32]) {
        self.given = Some((count, digest));
    }

    /// A remark of up to 200 bytes, without personal data. A later one replaces it.
    pub fn note(&mut self, text: impl Into<String>) {
        self.note = text.into();
    }

    /// The act was refused by the state of the data; what is committed is that refusal.
    pub fn refused(&mut self) {
        self.outcome = Outcome::Refused;
    }

    pub(crate) fn about(&mut self, subject: Subject<'_>) {
        match subject {
            Subject::None => {}
            Subject::One(id) => self.tokens.push(token(self.vault, id)),
            Subject::Each(ids) => self.tokens.extend(ids.iter().map(|id| token(self.vault, id))),
        }
    }

    pub(crate) fn concerns(&mut self, concerned: Concerned) {
        match concerned {
            Concerned::Nobody => {}
            Concerned::Each(people) => {
                for person in people {
                    let token = person.token(self.vault);
                    if self.tokens.last() != Some(&token) {
                        self.tokens.push(token);
                    }
                }
            }
            Concerned::Many(tokens) if self.tokens.is_empty() => self.tokens = tokens,
            Concerned::Many(tokens) => self.tokens.extend(tokens),
            Concerned::List(count, digest) => self.subjects(count, digest),
        }
    }

    pub(crate) fn draft(mut self, caller: &Caller, act: Act, instant: i64) -> Result<Draft, LedgerError> {
        let list = (self.given.is_none() && self.tokens.len() > MAX_TOKENS).then(|| List::of(std::mem::take(&mut self.tokens)));
        // Who was named twice may make more of a short list than it is.
        let list = match list {
            Some(list) => match list.short() {
                Ok(tokens) => {
                    self.tokens = tokens;
                    None
                }
                Err(list) => Some(list),
            },
            None => None,
        };
        let subjects = match (self.given, &list) {
            (Some((count, digest)), _) => Subjects::Many(count, digest),
            (None, Some(list)) => Subjects::Many(list.len(), list.digest),
            (None, None) if self.tokens.is_empty() => Subjects::Nobody,
            (None, None) => Subjects::Tokens(&self.tokens),
        };
        let entry = Entry {
            instant,
            outcome: self.outcome,
            actor: actor(self.vault, caller),
            municipality: caller.municipality(),
            action: act.name(),
            purpose: caller.purpose().as_str(),
            subjects,
            request: caller.request(),
            detail: &self.note,
        };
        Ok(Draft::of(&entry, list)?)
    }
}

/// The erasable id that stands for a person in this room's record.
pub(crate) fn token(vault: &Vault, id: &str) -> Token {
    vault.token("subject", id.as_bytes())
}

fn actor<'a>(vault: &Vault, caller: &'a Caller) -> Actor<'a> {
    let kind = match caller.kind() {
        // Under the same token as when they are the subject: their own reads are found with the others'.
        CallerKind::Resident => return Actor::Resident(token(vault, caller.id())),
        CallerKind::Staff => ActorKind::Staff,
        CallerKind::System => ActorKind::System,
        CallerKind::Facility => ActorKind::Facility,
        CallerKind::Operator => ActorKind::Operator,
        CallerKind::Visitor => ActorKind::Visitor,
    };
    Actor::Named(kind, caller.id())
}
