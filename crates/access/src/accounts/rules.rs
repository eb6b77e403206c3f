//! What a municipality sets for its accounts.

use serde::{Deserialize, Serialize};

use crate::PasswordRules;

/// Rules for accounts and sessions of one municipality; each is a setting, absent ones have these defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountRules {
    /// For passwords.
    pub password: PasswordRules,
    /// Failures in a row after which log-in is locked: of one account from one address, in one browser that knows it, or in one session.
    pub failures: i32,
    /// Failures in a row of an account, from wherever, after which log-in is locked for browsers in which it was never logged in. Those that know
    /// it go on, so that nobody locks somebody else out.
    pub failures_anywhere: i32,
    /// Seconds of the first lock; each further failure doubles it.
    pub lock_seconds: i64,
    /// The longest lock in seconds.
    pub longest_lock_seconds: i64,
    /// Minutes without a request after which a session asks for the password again (screen lock, C-III-3-X-COM-1).
    pub idle_minutes: i64,
    /// Hours after which a session ends whatever happens.
    pub session_hours: i64,
    /// Whether a log-in ends the account's other sessions (C-III-3-R2-REG-2).
    pub single_session: bool,
    /// Days within which a one-time password must be used.
    pub one_time_days: i64,
}

impl Default for AccountRules {
    fn default() -> Self {
        AccountRules {
            password: PasswordRules::default(),
            failures: 5,
            failures_anywhere: 30,
            lock_seconds: 60,
            longest_lock_seconds: 3_600,
            idle_minutes: 15,
            session_hours: 10,
            single_session: true,
            one_time_days: 7,
        }
    }
}

const SECOND: i64 = 1_000;
const DAY: i64 = 86_400 * SECOND;

impl AccountRules {
    /// Milliseconds for which log-in is locked after this many failures in a row, of which `allowed` lock nothing.
    pub(crate) fn lock_after(&self, failures: i32, allowed: i32) -> i64 {
        let doublings = u32::try_from(failures.saturating_sub(allowed)).unwrap_or(0).min(30);
        match failures >= allowed {
            true => self.lock_seconds.saturating_mul(1 << doublings).min(self.longest_lock_seconds).saturating_mul(SECOND),
            false => 0,
        }
    }

    pub(crate) fn idle_ms(&self) -> i64 {
        self.idle_minutes.saturating_mul(60 * SECOND)
    }

    pub(crate) fn session_ms(&self) -> i64 {
        self.session_hours.saturating_mul(3_600 * SECOND)
    }

    /// Whether a one-time password given at `since` is too old to be used.
    pub(crate) fn one_time_lapsed(&self, since: i64, now: i64) -> bool {
        now.saturating_sub(since) > self.one_time_days.saturating_mul(DAY)
    }

    /// Whether a password set at `since` must be changed.
    pub(crate) fn password_expired(&self, since: i64, now: i64) -> bool {
        self.password.expires_after_days.is_some_and(|days| now.saturating_sub(since) > days.saturating_mul(DAY))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_doubles_from_a_minute_to_an_hour() {
        let rules = AccountRules::default();
        let seconds: Vec<i64> =
            [0, 4, 5, 6, 7, 10, 11, 12, i32::MAX].map(|failures| rules.lock_after(failures, rules.failures) / 1_000).to_vec();
        assert_eq!(seconds, [0, 0, 60, 120, 240, 1_920, 3_600, 3_600, 3_600]);
    }

    #[test]
    fn contradiction_3_expiry_is_a_setting_of_the_tenant() {
        let mut rules = AccountRules::default();
        assert!(!rules.password_expired(0, 365 * DAY) && rules.password_expired(0, 365 * DAY + 1));
        rules.password.expires_after_days = None;
        assert!(!rules.password_expired(0, i64::MAX));
    }
}
