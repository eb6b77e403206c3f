//! The table of accounts and rights, for the one who issues them and the one who reviews them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use store::{StoreError, Tx};
use vocabulary::{Date, Personal, day};

use super::{AccountError, AccountState, Accounts, folded_id, standing, table};

/// One account with its rights.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// What the person logs in with.
    pub id: String,
    /// Personnel number.
    pub personnel: String,
    /// The person.
    pub name: Personal<String>,
    /// For administration.
    pub privileged: bool,
    /// Whether it can be used today.
    pub usable: bool,
    /// First day of use.
    pub valid_from: Option<Date>,
    /// Last day of use.
    pub valid_until: Option<Date>,
    /// Roles, with their dates.
    pub roles: Vec<RoleLine>,
}

/// A role of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleLine {
    /// Its name.
    pub role: String,
    /// First day.
    pub valid_from: Option<Date>,
    /// Last day.
    pub valid_until: Option<Date>,
    /// Who gave it.
    pub granted_by: String,
}

/// How many accounts nobody has switched off.
pub fn count_enabled(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(table::account::table.filter(table::account::enabled.eq(1)).count().get_result(tx)?)
}

impl Accounts {
    /// All accounts, by id, the disabled ones too.
    pub async fn list(&self) -> Result<Vec<AccountLine>, AccountError> {
        let (rows, roles) = self
            .room
            .read(|tx| {
                use table::{account as a, account_role as r};
                let rows = a::table.order(a::id).select(table::AccountRow::as_select()).load(tx)?;
                let roles: Vec<(String, String, i32, Option<i32>, String)> = r::table
                    .order((r::account, r::role))
                    .select((r::account, r::role, r::valid_from, r::valid_until, r::granted_by))
                    .load(tx)?;
                Ok::<_, AccountError>((rows, roles))
            })
            .await?;
        let mut of: BTreeMap<String, Vec<RoleLine>> = BTreeMap::new();
        for (account, role, from, until, granted_by) in roles {
            let line = RoleLine { role, valid_from: day::from_number(from), valid_until: until.and_then(day::from_number), granted_by };
            of.entry(account).or_default().push(line);
        }
        let (now, today) = (self.clock.now_ms(), self.clock.today());
        let mut line = |row: table::AccountRow| AccountLine {
            usable: standing(&row, &self.rules, today, now) != AccountState::Closed,
            roles: of.remove(&row.id).unwrap_or_default(),
            id: row.id,
            personnel: row.personnel,
            name: Personal::new(row.name),
            privileged: row.privileged != 0,
            valid_from: day::from_number(row.valid_from),
            valid_until: row.valid_until.and_then(day::from_number),
        };
        Ok(rows.into_iter().map(&mut line).collect())
    }

    /// The id of the account that somebody means who typed this, if there is one: what the record of use says of a refused log-in. What is no
    /// account's id may be a password in the wrong field and stands nowhere.
    pub async fn known_as(&self, typed: &str) -> Result<Option<String>, AccountError> {
        let id = folded_id(typed).unwrap_or_default();
        self.room.read(move |tx| Ok(table::account_by_id(tx, &id)?.map(|row| row.id))).await
    }
}
