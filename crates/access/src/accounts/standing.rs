//! Whether an account may be used now.

use vocabulary::{Date, day};

use super::{AccountRules, table::AccountRow};

/// How an account stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountState {
    /// Usable.
    Good,
    /// Usable for changing the password only: it is a one-time one, or it expired.
    MustChange,
    /// Switched off, or outside its dates.
    Closed,
}

pub(crate) fn standing(row: &AccountRow, rules: &AccountRules, today: Date, now: i64) -> AccountState {
    let today = day::to_number(today);
    if row.enabled == 0 || today < row.valid_from || row.valid_until.is_some_and(|last| today > last) {
        return AccountState::Closed;
    }
    match row.password_initial != 0 || rules.password_expired(row.password_set_at, now) {
        true => AccountState::MustChange,
        false => AccountState::Good,
    }
}
