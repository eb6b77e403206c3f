//! Counting log-ins that fail. An attempt is counted before the password is compared, so that a hundred at once are a hundred.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};

use crate::{AccountRules, accounts::table::account_attempt as t};

/// Under what failures of this id are counted: the account's own row, or one of a fixed number for ids that are no account, so that they
/// cost the same work, lock alike and do not fill the table.
pub(crate) fn subject(id: &str, is_account: bool) -> String {
    if is_account {
        return id.to_owned();
    }
    let bucket = Sha256::digest(id).iter().take(2).fold(0_u32, |number, byte| number * 256 + u32::from(*byte)) % 4_096;
    format!("?{bucket}")
}

/// Counts an attempt. False while log-in is locked, which the attempt does not prolong.
pub(crate) fn begin(tx: &mut Tx, subject: &str, rules: &AccountRules, now: i64) -> Result<bool, StoreError> {
    let before: Option<(i32, i64)> = t::table.find(subject).select((t::failures, t::locked_until)).first(tx).optional()?;
    let (failures, locked_until) = before.unwrap_or_default();
    let locked = locked_until > now;
    let (failures, locked_until) = match locked {
        true => (failures, locked_until),
        false => (failures.saturating_add(1), now.saturating_add(rules.lock_after(failures.saturating_add(1)))),
    };
    // Written when locked too: how long it takes must not tell.
    let counted = (t::failures.eq(failures), t::locked_until.eq(locked_until));
    store::upsert!(tx, t::table, (t::subject.eq(subject), counted), (t::subject), counted)?;
    Ok(!locked)
}

/// Forgets the failures: the right password came.
pub(crate) fn succeed(tx: &mut Tx, subject: &str) -> Result<(), StoreError> {
    diesel::delete(t::table.find(subject)).execute(tx)?;
    Ok(())
}
