//! Logging in, and unlocking a session that idled. Every refusal costs the same work and tells the same words.

use diesel::prelude::*;
use store::Tx;
use vocabulary::{Date, day};

use super::{
    Origin, Session, SessionToken, Terminal,
    attempt::{self, Counted},
    resume::{ELSEWHERE, Kept, read},
    token::token_hash,
};
use crate::{
    AccountError, AccountRules, Accounts, Lane, Password,
    accounts::{AccountState, standing, table},
};

/// How a log-in ended.
#[derive(Debug)]
pub enum LogIn {
    /// A session is open; the token goes into the cookie and nowhere else.
    Opened(SessionToken, Session),
    /// It is not, and the person reads one and the same sentence for every reason.
    Refused(Refusal),
}

/// Why a log-in was refused: for the record of use and the operator, never for the one who tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No such account, or not its password.
    Credentials,
    /// Too many failures; locked for a while.
    Locked,
    /// Disabled, or outside its dates.
    Closed,
    /// The one-time password was used or is too old.
    OneTimeLapsed,
    /// The session to unlock is gone or stands on another terminal.
    NoSession,
}

impl Refusal {
    /// The word in the record of use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Refusal::Credentials => "credentials",
            Refusal::Locked => "locked",
            Refusal::Closed => "closed",
            Refusal::OneTimeLapsed => "one-time password lapsed",
            Refusal::NoSession => "no session",
        }
    }
}

impl Accounts {
    /// Opens a session for the one who knows the account's password.
    pub async fn log_in(&self, id: &str, password: Password, terminal: &Terminal<'_>, from: &Origin<'_>) -> Result<LogIn, AccountError> {
        let id = crate::folded_id(id).unwrap_or_else(|| id.chars().take(64).collect());
        let known = match self.prove(&id, password, from.lane(), Counted::log_in(&id, from)).await? {
            Ok(known) => known,
            Err(refusal) => return Ok(LogIn::Refused(refusal)),
        };
        let token = SessionToken::new(self.entropy.as_ref());
        let hash = token_hash(token.expose()).unwrap_or_default();
        let (now, today) = (self.clock.now_ms(), self.clock.today());
        let (rules, terminal) = (self.rules.clone(), terminal.hash());
        let opened = self.write(move |tx| open(tx, &known, &rules, &hash, &terminal, today, now)).await?;
        Ok(match opened {
            Ok(kept) => {
                let session = self.session(kept, token.expose());
                LogIn::Opened(token, session)
            }
            Err(refusal) => LogIn::Refused(refusal),
        })
    }

    /// Opens a session's screen lock for the one who knows its account's password.
    pub async fn unlock(&self, token: &str, password: Password, terminal: &Terminal<'_>) -> Result<Result<Session, Refusal>, AccountError> {
        let Some(hash) = token_hash(token) else { return Ok(Err(Refusal::NoSession)) };
        let (now, today, terminal) = (self.clock.now_ms(), self.clock.today(), terminal.hash());
        let kept = self.room.read(move |tx| read(tx, &hash, day::to_number(today))).await?;
        let Some(kept) = kept.filter(|kept| kept.is_alive(&terminal, now)) else {
            return Ok(Err(Refusal::NoSession));
        };
        let counted = Counted::in_session(&kept.row.id, &hash);
        let counted = match self.prove(&kept.row.id, password, Lane::Known, counted).await? {
            Ok((_, counted)) => counted,
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.write(move |tx| {
            use table::staff_session as s;
            diesel::update(s::table.find(hash.as_slice())).set(s::seen_at.eq(now)).execute(tx)?;
            Ok(attempt::succeed(tx, &counted)?)
        })
        .await?;
        Ok(Ok(self.session(kept, token)))
    }

    /// The account of that id, if the password is its, and what the attempt counted for. While too many wait in the lane, nothing is counted.
    async fn prove(
        &self,
        id: &str,
        password: Password,
        lane: Lane,
        counted: Counted,
    ) -> Result<Result<(table::AccountRow, Counted), Refusal>, AccountError> {
        let turn = self.hasher.wait(lane)?;
        let (id, rules, now) = (id.to_owned(), self.rules.clone(), self.clock.now_ms());
        let (row, free, counted) = self
            .room
            .write(move |tx| {
                let row = table::account_by_id(tx, &id)?;
                let counted = if row.is_some() { counted } else { counted.of_nobody() };
                let free = attempt::begin(tx, &counted, &rules, now)?;
                Ok::<_, AccountError>((row, free, counted))
            })
            .await?;
        // Compared with nothing when locked: as slow as ever, and right by no password.
        let hash = row.as_ref().filter(|_| free).and_then(|row| row.password_hash.clone());
        let right = self.hasher.matches(turn, password, hash).await?;
        Ok(match row {
            Some(row) if right => match standing(&row, &self.rules, self.clock.today(), now) {
                AccountState::Closed => Err(Refusal::Closed),
                AccountState::MustChange | AccountState::Good => Ok((row, counted)),
            },
            Some(_) | None if !free => Err(Refusal::Locked),
            Some(_) | None => Err(Refusal::Credentials),
        })
    }
}

fn open(
    tx: &mut Tx,
    (proved, counted): &(table::AccountRow, Counted),
    rules: &AccountRules,
    hash: &[u8; 32],
    terminal: &[u8; 32],
    today: Date,
    now: i64,
) -> Result<Result<Kept, Refusal>, AccountError> {
    use table::{account as a, staff_session as s};
    // What was proved must still be so: the account may have been closed or its password changed while this one was compared.
    let row = table::account_by_id(tx, &proved.id)?.filter(|row| row.password_hash == proved.password_hash);
    let Some(row) = row else { return Ok(Err(Refusal::Credentials)) };
    if standing(&row, rules, today, now) == AccountState::Closed {
        return Ok(Err(Refusal::Closed));
    }
    if row.password_initial != 0 {
        if rules.one_time_lapsed(row.password_set_at, now) {
            return Ok(Err(Refusal::OneTimeLapsed));
        }
        diesel::update(a::table.find(&row.id)).set(a::password_hash.eq(None::<String>)).execute(tx)?;
    }
    attempt::succeed(tx, counted)?;
    if rules.single_session {
        table::end_sessions(tx, &row.id, None, ELSEWHERE, now)?;
    }
    let times = (s::opened_at.eq(now), s::seen_at.eq(now), s::expires_at.eq(now.saturating_add(rules.session_ms())));
    diesel::insert_into(s::table)
        .values((s::token_hash.eq(hash.as_slice()), s::account.eq(&row.id), s::terminal_hash.eq(terminal.as_slice()), times))
        .execute(tx)?;
    let kept = read(tx, hash, day::to_number(today))?;
    Ok(kept.ok_or(Refusal::NoSession))
}
