//! Counting log-ins that fail. An attempt is counted before the password is compared, so that a hundred at once are a hundred.
//!
//! It counts for the account together with where it comes from: the address, the browser that knows the account, or the session. What comes from
//! an address alone counts for the account from anywhere too, and that lock holds for no browser that knows it.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use super::{Origin, token::session_id};
use crate::{AccountRules, accounts::table::account_attempt as t};

/// How long failures are remembered after the last one, in milliseconds.
const REMEMBERED: i64 = 86_400_000;

/// What an attempt counts for.
#[derive(Clone, Debug)]
pub(crate) struct Counted {
    /// The account's id, or one of a fixed number of names for ids that are no account, so that they cost the same work, lock alike and do not
    /// fill the table.
    account: String,
    /// Where it comes from: a network, `#` and a browser that knows the account, `/` and a session.
    from: String,
    /// Whether it comes from an address alone.
    is_stranger: bool,
}

impl Counted {
    /// A log-in to the account of this id.
    pub(crate) fn log_in(id: &str, origin: &Origin<'_>) -> Self {
        let from = origin.device.map_or_else(|| origin.network.to_owned(), |device| format!("#{device}"));
        Self { account: id.to_owned(), from, is_stranger: origin.device.is_none() }
    }

    /// The same where there is no such account.
    pub(crate) fn of_nobody(self) -> Self {
        Self { account: bucket(&self.account), ..self }
    }

    /// The account's password, asked for in a session of it.
    pub(crate) fn in_session(id: &str, token_hash: &[u8; 32]) -> Self {
        Self { account: id.to_owned(), from: format!("/{}", session_id(token_hash)), is_stranger: false }
    }

    /// Rows, and whether failures from anywhere are counted in it.
    fn subjects(&self) -> impl Iterator<Item = (String, bool)> {
        let from_anywhere = self.is_stranger.then(|| (self.account.clone(), true));
        [(format!("{} {}", self.account, self.from), false)].into_iter().chain(from_anywhere)
    }
}

fn bucket(id: &str) -> String {
    let bucket = Sha256::digest(id).iter().take(2).fold(0_u32, |number, byte| number * 256 + u32::from(*byte)) % 4_096;
    format!("?{bucket}")
}

/// Counts an attempt. False while log-in is locked, which the attempt does not prolong.
pub(crate) fn begin(tx: &mut Tx, counted: &Counted, rules: &AccountRules, now: i64) -> Result<bool, StoreError> {
    let mut rows = Vec::new();
    for (subject, from_anywhere) in counted.subjects() {
        let before: Option<(i32, i64)> = t::table.find(&subject).select((t::failures, t::locked_until)).first(tx).optional()?;
        rows.push((subject, from_anywhere, before.unwrap_or_default()));
    }
    // Written when locked too: how long it takes must not tell.
    if let Some((subject, _, (failures, locked_until))) = rows.iter().find(|(.., (_, locked_until))| *locked_until > now) {
        write(tx, &counted.account, subject, (*failures, *locked_until), now)?;
        return Ok(false);
    }
    for (subject, from_anywhere, (failures, _)) in rows {
        let failures = failures.saturating_add(1);
        let allowed = if from_anywhere { rules.failures_anywhere } else { rules.failures };
        write(tx, &counted.account, &subject, (failures, now.saturating_add(rules.lock_after(failures, allowed))), now)?;
    }
    Ok(true)
}

fn write(tx: &mut Tx, account: &str, subject: &str, (failures, locked_until): (i32, i64), now: i64) -> Result<(), StoreError> {
    let values = (t::failures.eq(failures), t::locked_until.eq(locked_until), t::last_at.eq(now));
    store::upsert!(tx, t::table, (t::subject.eq(subject), t::account.eq(account), values), (t::subject), values)?;
    Ok(())
}

/// Forgets the failures: the right password came.
pub(crate) fn succeed(tx: &mut Tx, counted: &Counted) -> Result<(), StoreError> {
    let subjects: Vec<String> = counted.subjects().map(|(subject, _)| subject).collect();
    diesel::delete(t::table.filter(t::subject.eq_any(subjects))).execute(tx)?;
    Ok(())
}

/// Forgets what is long past.
pub(crate) fn forget_old(tx: &mut Tx, now: i64) -> Result<(), StoreError> {
    let old = t::last_at.lt(now.saturating_sub(REMEMBERED)).and(t::locked_until.le(now));
    diesel::delete(t::table.filter(old)).execute(tx)?;
    Ok(())
}
