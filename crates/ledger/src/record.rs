use access::{Action, Caller, CallerKind};
use sha2::{Digest, Sha256};
use vault::Vault;

use crate::LedgerError;
use crate::entry::{Actor, ActorKind, Entry, MAX_TOKENS, Outcome, Subjects, Token};
use crate::log::Draft;

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

/// Whose data are read, where that is known beforehand.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// Nobody's in particular: settings, counts, a catalogue.
    None,
    /// One person's, by the id the room knows them by.
    One(&'a str),
    /// These persons'; beyond [`MAX_TOKENS`] they are counted and digested.
    Each(&'a [&'a str]),
    /// So many persons', and a SHA-256 that fixes who they were.
    Many(u64, [u8; 32]),
}

/// What an entry says about the act while it is under way: whose data it touched, and a remark.
///
/// Up to [`MAX_TOKENS`] persons are named by token, so that each can be told later who saw their data; more are counted, with a
/// SHA-256 over all tokens in the order they were recorded.
#[derive(Debug)]
pub struct Record<'v> {
    vault: &'v Vault,
    tokens: Vec<Token>,
    rest: Option<(u64, Sha256)>,
    given: Option<(u64, [u8; 32])>,
    note: String,
    outcome: Outcome,
}

impl<'v> Record<'v> {
    pub(crate) fn new(vault: &'v Vault, outcome: Outcome) -> Self {
        Self { vault, tokens: Vec::new(), rest: None, given: None, note: String::new(), outcome }
    }

    /// The data of this person were touched; naming one twice in a row counts once.
    pub fn subject(&mut self, id: &str) {
        let token = token(self.vault, id);
        if let Some((count, digest)) = &mut self.rest {
            *count += 1;
            digest.update(token);
        } else if self.tokens.last() != Some(&token) {
            if self.tokens.len() == MAX_TOKENS {
                let digest = Sha256::new_with_prefix(self.tokens.as_flattened()).chain_update(token);
                self.rest = Some((u64::try_from(self.tokens.len() + 1).unwrap_or(u64::MAX), digest));
            } else {
                self.tokens.push(token);
            }
        }
    }

    /// The data of so many persons were touched; the digest fixes who they were (a list, a file). Stands instead of single persons.
    pub fn subjects(&mut self, count: u64, digest: [u8; 32]) {
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
            Subject::One(id) => self.subject(id),
            Subject::Each(ids) => ids.iter().for_each(|id| self.subject(id)),
            Subject::Many(count, digest) => self.subjects(count, digest),
        }
    }

    pub(crate) fn draft(self, caller: &Caller, act: Act, instant: i64) -> Result<Draft, LedgerError> {
        let rest = self.rest.map(|(count, digest)| (count, digest.finalize().into()));
        let subjects = match self.given.or(rest) {
            Some((count, digest)) => Subjects::Many(count, digest),
            None if self.tokens.is_empty() => Subjects::Nobody,
            None => Subjects::Tokens(&self.tokens),
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
        Ok(Draft::of(&entry)?)
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
