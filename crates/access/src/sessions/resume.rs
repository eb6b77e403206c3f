//! Finding the session of a request. Account and rights are read each time, so taking one away holds from the next request on.

use diesel::prelude::*;
use store::Tx;
use vocabulary::{Personal, Timestamp, day};

use super::{
    Csrf, Inner, Session, Terminal,
    token::{csrf, token_hash},
};
use crate::{
    AccountError, Accounts, CallerKind, Role, RoleSet,
    accounts::{AccountState, standing, table},
};

/// What the token of a request stands for.
#[derive(Debug)]
pub enum Resumed {
    /// An open session.
    Open(Session),
    /// A session whose screen is locked: nothing was asked of it for too long. The password opens it again.
    Idle(Locked),
    /// Nothing: no such session, ended, expired, or sent from another terminal.
    Gone,
}

/// A session whose screen is locked: it can be unlocked or left, and nothing else.
#[derive(Debug)]
pub struct Locked {
    account: String,
    csrf: Csrf,
}

impl Locked {
    /// Whose.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The word that the session's forms carry.
    pub fn csrf(&self) -> &str {
        &self.csrf.0
    }

    /// Whether a form carried the session's word.
    pub fn csrf_matches(&self, sent: &str) -> bool {
        self.csrf.matches(sent)
    }
}

/// A session that is over, as the terminal may be told that held it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSession {
    /// Whose.
    pub account: String,
    /// Whether it ended because the account logged in somewhere else.
    pub was_elsewhere: bool,
}

/// Why a session ended whose account logged in again.
pub(super) const ELSEWHERE: &str = "logged in elsewhere";

/// A session row with its account.
pub(super) struct Kept {
    pub(super) row: table::AccountRow,
    session: SessionRow,
    roles: Vec<String>,
    token_hash: [u8; 32],
}

/// How far a clock may go back before a session that was seen later is taken for ended: no session outlives its hours by a wrong clock.
const SKEW: i64 = 60_000;
/// How stale the last sight of a session may be before it is written down.
const SIGHT: i64 = 30_000;

impl Kept {
    /// Whether the session goes on, on this terminal.
    pub(super) fn is_alive(&self, terminal: &[u8; 32], now: i64) -> bool {
        let session = &self.session;
        let in_time = now < session.expires_at && now.saturating_add(SKEW) >= session.seen_at;
        session.ended_at.is_none() && in_time && session.terminal == terminal
    }
}

#[derive(Queryable)]
struct SessionRow {
    terminal: Vec<u8>,
    opened_at: i64,
    seen_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
    ended_by: Option<String>,
}

pub(super) fn read(tx: &mut Tx, hash: &[u8; 32], today: i32) -> Result<Option<Kept>, AccountError> {
    use table::{account as a, staff_session as s};
    let found: Option<(SessionRow, table::AccountRow)> = s::table
        .inner_join(a::table.on(a::id.eq(s::account)))
        .filter(s::token_hash.eq(hash.as_slice()))
        .select(((s::terminal_hash, s::opened_at, s::seen_at, s::expires_at, s::ended_at, s::ended_by), table::AccountRow::as_select()))
        .first(tx)
        .optional()?;
    let Some((session, row)) = found else { return Ok(None) };
    let roles = table::roles_on(tx, &row.id, today)?;
    Ok(Some(Kept { row, session, roles, token_hash: *hash }))
}

impl Accounts {
    /// The session that a request's token names.
    pub async fn resume(&self, token: &str, terminal: &Terminal<'_>) -> Result<Resumed, AccountError> {
        let Some(hash) = token_hash(token) else { return Ok(Resumed::Gone) };
        let (now, today, terminal) = (self.clock.now_ms(), self.clock.today(), terminal.hash());
        if let Some(session) = self.recent.get(&hash, &terminal, now) {
            return Ok(Resumed::Open(session));
        }
        let before = self.recent.before();
        let kept = self.room.read(move |tx| read(tx, &hash, day::to_number(today))).await?;
        let Some(kept) = kept.filter(|kept| kept.is_alive(&terminal, now)) else { return Ok(Resumed::Gone) };
        if standing(&kept.row, &self.rules, today, now) == AccountState::Closed {
            return Ok(Resumed::Gone);
        }
        let unseen = now.saturating_sub(kept.session.seen_at);
        if unseen > self.rules.idle_ms() {
            return Ok(Resumed::Idle(Locked { account: kept.row.id, csrf: Csrf(csrf(token)) }));
        }
        if unseen >= SIGHT {
            self.room.write(move |tx| seen(tx, &hash, now)).await?;
        }
        let session = self.session(kept, token);
        self.recent.put(before, terminal, &session, now);
        Ok(Resumed::Open(session))
    }

    /// The session that a request's token named and that is over, where it stood on this terminal and is not forgotten yet.
    pub async fn past(&self, token: &str, terminal: &Terminal<'_>) -> Result<Option<PastSession>, AccountError> {
        let Some(hash) = token_hash(token) else { return Ok(None) };
        let (now, today, terminal) = (self.clock.now_ms(), self.clock.today(), terminal.hash());
        let kept = self.room.read(move |tx| read(tx, &hash, day::to_number(today))).await?;
        let kept = kept.filter(|kept| kept.session.terminal == terminal && !kept.is_alive(&terminal, now));
        Ok(kept.map(|kept| PastSession { account: kept.row.id, was_elsewhere: kept.session.ended_by.as_deref() == Some(ELSEWHERE) }))
    }

    pub(super) fn session(&self, kept: Kept, token: &str) -> Session {
        let must_change_password = standing(&kept.row, &self.rules, self.clock.today(), self.clock.now_ms()) != AccountState::Good;
        // A role that this program does not know gives nothing.
        let known =
            kept.roles.iter().map(String::as_str).filter(|name| Role::named(name).is_some_and(|role| role.kind == CallerKind::Staff));
        let roles = RoleSet::named(CallerKind::Staff, known).unwrap_or_default();
        let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        Session(std::sync::Arc::new(Inner {
            account: kept.row.id,
            name: Personal::new(kept.row.name),
            municipality: self.municipality(),
            roles: if must_change_password { RoleSet::EMPTY } else { roles },
            must_change_password,
            password_is_one_time: kept.row.password_initial != 0,
            opened_at: instant(kept.session.opened_at),
            expires_at: instant(kept.session.expires_at),
            token_hash: kept.token_hash,
            csrf: Csrf(csrf(token)),
        }))
    }
}

fn seen(tx: &mut Tx, hash: &[u8; 32], now: i64) -> Result<(), AccountError> {
    use table::staff_session as s;
    diesel::update(s::table.find(hash.as_slice()).filter(s::ended_at.is_null())).set(s::seen_at.eq(now)).execute(tx)?;
    Ok(())
}
