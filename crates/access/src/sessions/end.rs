//! Ending sessions: by the person, by an administrator, by time.

use diesel::prelude::*;
use vocabulary::Timestamp;

use super::{Session, attempt};
use crate::{
    AccountError, Accounts,
    accounts::table::{self, staff_session as s},
};

/// A session that time ended, for the record of use: every log-in has one end (C-III-6-R1-REL-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSession {
    /// Whose.
    pub account: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// How long ended sessions are kept; their log-in and end stand in the record of use.
const KEPT: i64 = 30 * 86_400_000;

impl Accounts {
    /// Ends the session: the person logs out.
    pub async fn log_out(&self, session: &Session) -> Result<(), AccountError> {
        let (hash, now) = (*session.token_hash(), self.clock.now_ms());
        self.write(move |tx| {
            diesel::update(s::table.find(hash.as_slice()).filter(s::ended_at.is_null()))
                .set((s::ended_at.eq(now), s::ended_by.eq("logged out")))
                .execute(tx)?;
            Ok(())
        })
        .await
    }

    /// Ends all sessions of an account, at once; tells how many there were.
    pub async fn end_sessions(&self, account: &str) -> Result<usize, AccountError> {
        let (account, now) = (account.to_owned(), self.clock.now_ms());
        self.write(move |tx| Ok(table::end_sessions(tx, &account, None, "ended", now)?)).await
    }

    /// Ends the sessions whose hours are over and returns them; forgets sessions that ended long ago and log-ins that failed long ago. A background
    /// task of the hour.
    pub async fn end_overdue_sessions(&self) -> Result<Vec<EndedSession>, AccountError> {
        let now = self.clock.now_ms();
        let ended: Vec<(String, i64, i64)> = self
            .room
            .write(move |tx| {
                let overdue = s::ended_at.is_null().and(s::expires_at.le(now));
                let ended = s::table.filter(overdue).order(s::expires_at).select((s::account, s::opened_at, s::expires_at)).load(tx)?;
                diesel::update(s::table.filter(overdue))
                    .set((s::ended_at.eq(s::expires_at.nullable()), s::ended_by.eq("expired")))
                    .execute(tx)?;
                diesel::delete(s::table.filter(s::ended_at.lt(now.saturating_sub(KEPT)))).execute(tx)?;
                attempt::forget_old(tx, now)?;
                Ok::<_, AccountError>(ended)
            })
            .await?;
        let instant = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let line = |(account, opened, ended)| EndedSession { account, opened_at: instant(opened), ended_at: instant(ended) };
        Ok(ended.into_iter().map(line).collect())
    }
}
