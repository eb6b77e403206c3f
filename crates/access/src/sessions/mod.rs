//! Sessions of staff pages: kept on the server, named by a random token of which only the hash is stored, bound to the terminal.

pub(crate) mod attempt;
mod end;
mod log_in;
mod origin;
mod recent;
mod resume;
mod terminal;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

use subtle::ConstantTimeEq;
use vocabulary::{Id128, MunicipalityCode, Personal, Purpose, Timestamp};

use crate::{Caller, RoleSet};

pub use end::EndedSession;
pub use log_in::{LogIn, Refusal};
pub use origin::Origin;
pub(crate) use recent::Recent;
pub use resume::{Locked, PastSession, Resumed};
pub use terminal::Terminal;
pub use token::SessionToken;
pub(crate) use token::hash;

/// An open session of an account, as it stands at this request.
#[derive(Debug, Clone)]
pub struct Session(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    account: String,
    name: Personal<String>,
    municipality: Option<MunicipalityCode>,
    roles: RoleSet,
    must_change_password: bool,
    password_is_one_time: bool,
    opened_at: Timestamp,
    expires_at: Timestamp,
    token_hash: [u8; 32],
    csrf: Csrf,
}

/// Hidden in debug output: who has it can post in the session's name.
struct Csrf(String);

impl Csrf {
    fn matches(&self, sent: &str) -> bool {
        self.0.as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Csrf(***)")
    }
}

impl Session {
    /// The account.
    pub fn account(&self) -> &str {
        &self.0.account
    }

    /// The person, for the head of the page.
    pub fn name(&self) -> &Personal<String> {
        &self.0.name
    }

    /// Whose staff; none for a national party's.
    pub fn municipality(&self) -> Option<MunicipalityCode> {
        self.0.municipality
    }

    /// The roles in force; none while the password must be changed.
    pub fn roles(&self) -> RoleSet {
        self.0.roles
    }

    /// Whether the password was a one-time one or expired, so that nothing else can be done.
    pub fn must_change_password(&self) -> bool {
        self.0.must_change_password
    }

    /// Whether the password was a one-time one, which this session has used up: it is not asked for again when a new one is set.
    pub fn password_is_one_time(&self) -> bool {
        self.0.password_is_one_time
    }

    /// When it was opened.
    pub fn opened_at(&self) -> Timestamp {
        self.0.opened_at
    }

    /// When it ends whatever happens.
    pub fn expires_at(&self) -> Timestamp {
        self.0.expires_at
    }

    /// The word that every form of the session carries.
    pub fn csrf(&self) -> &str {
        &self.0.csrf.0
    }

    /// Whether a form carried the session's word.
    pub fn csrf_matches(&self, sent: &str) -> bool {
        self.0.csrf.matches(sent)
    }

    /// The session's id for records of use.
    pub fn id(&self) -> String {
        token::session_id(&self.0.token_hash)
    }

    pub(crate) fn token_hash(&self) -> &[u8; 32] {
        &self.0.token_hash
    }
}

impl Caller {
    /// The member of staff behind a session, asking for a purpose in a request.
    pub fn from_session(session: &Session, purpose: Purpose, request: Id128) -> Self {
        Caller::staff(session.account(), session.municipality(), session.roles(), purpose, request)
    }
}
