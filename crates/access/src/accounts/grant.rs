//! Giving and taking rights, switching accounts off and on, handing out a new one-time password. Nobody does any of it to themselves.

use diesel::prelude::*;
use store::Tx;
use vocabulary::{Date, day};

use super::{AccountError, Accounts, one_time::one_time, table};
use crate::{Caller, CallerKind, Password, Role, RoleSet, UnknownRole};

const ADMINISTRATOR: &str = "administrator";

/// Whether an account of this sort can bear these roles.
pub(super) fn check_roles<'a>(privileged: bool, roles: impl Iterator<Item = &'a str> + Clone) -> Result<(), AccountError> {
    RoleSet::named(CallerKind::Staff, roles.clone())?;
    let mut roles = roles;
    match roles.all(|role| (role == ADMINISTRATOR) == privileged) {
        true => Ok(()),
        false => Err(AccountError::Privilege),
    }
}

impl Accounts {
    /// Gives the account a role from a first to a last day; a role it has gets the new dates.
    pub async fn grant(
        &self,
        by: &Caller,
        account: &str,
        role: &str,
        valid_from: Option<Date>,
        valid_until: Option<Date>,
    ) -> Result<(), AccountError> {
        let refused = || UnknownRole { name: role.to_owned(), kind: CallerKind::Staff };
        let role = Role::named(role).filter(|role| role.kind == CallerKind::Staff).ok_or_else(refused)?.name;
        let (from, until) = (day::to_number(valid_from.unwrap_or(self.clock.today())), valid_until.map(day::to_number));
        self.change_other(by, account, move |tx, row, by, now| {
            use table::account_role as r;
            check_roles(row.privileged != 0, [role].into_iter())?;
            let dates = (r::valid_from.eq(from), r::valid_until.eq(until), r::granted_at.eq(now), r::granted_by.eq(by));
            store::upsert!(tx, r::table, (r::account.eq(&row.id), r::role.eq(role), dates), (r::account, r::role), dates)?;
            Ok(())
        })
        .await
    }

    /// Takes a role from the account, at once.
    pub async fn revoke(&self, by: &Caller, account: &str, role: &str) -> Result<(), AccountError> {
        let role = role.to_owned();
        self.change_other(by, account, move |tx, row, _, _| {
            diesel::delete(table::account_role::table.find((&row.id, &role))).execute(tx)?;
            Ok(())
        })
        .await
    }

    /// Switches the account off: its sessions end at once.
    pub async fn disable(&self, by: &Caller, account: &str) -> Result<(), AccountError> {
        self.change_other(by, account, |tx, row, _, now| {
            diesel::update(table::account::table.find(&row.id)).set(table::account::enabled.eq(0)).execute(tx)?;
            table::end_sessions(tx, &row.id, None, "disabled", now)?;
            Ok(())
        })
        .await
    }

    /// Switches the account on again.
    pub async fn enable(&self, by: &Caller, account: &str) -> Result<(), AccountError> {
        self.change_other(by, account, |tx, row, _, _| {
            diesel::update(table::account::table.find(&row.id)).set(table::account::enabled.eq(1)).execute(tx)?;
            Ok(())
        })
        .await
    }

    /// Sets a new one-time password, ends the account's sessions and opens its lock.
    pub async fn reissue_password(&self, by: &Caller, account: &str) -> Result<Password, AccountError> {
        let password = one_time(self.entropy.as_ref());
        let hash = self.hasher.hash(password.clone(), *self.entropy.id128().as_bytes()).await?;
        self.change_other(by, account, move |tx, row, _, now| {
            use table::account as a;
            let fresh = (a::password_hash.eq(&hash), a::password_set_at.eq(now), a::password_initial.eq(1));
            diesel::update(a::table.find(&row.id)).set(fresh).execute(tx)?;
            diesel::delete(table::account_attempt::table.filter(table::account_attempt::account.eq(&row.id))).execute(tx)?;
            table::end_sessions(tx, &row.id, None, "password reissued", now)?;
            Ok(())
        })
        .await?;
        Ok(password)
    }

    async fn change_other(
        &self,
        by: &Caller,
        account: &str,
        change: impl FnOnce(&mut Tx, &table::AccountRow, &str, i64) -> Result<(), AccountError> + Send + 'static,
    ) -> Result<(), AccountError> {
        let (staff, by, account, now) = (by.kind() == CallerKind::Staff, by.id().to_owned(), account.to_owned(), self.clock.now_ms());
        self.write(move |tx| {
            let row = table::account_by_id(tx, &account)?.ok_or(AccountError::NoSuchAccount(account))?;
            let own = staff && table::account_by_id(tx, &by)?.is_some_and(|giver| giver.personnel == row.personnel);
            match own {
                true => Err(AccountError::OwnAccount),
                false => change(tx, &row, &by, now),
            }
        })
        .await
    }
}
