//! The tables of accounts and sessions, and the rows that several actions need.

use diesel::prelude::*;
use store::Tx;

diesel::table! {
    account (id) {
        id -> Text,
        personnel -> Text,
        privileged -> SmallInt,
        name -> Text,
        enabled -> SmallInt,
        valid_from -> Integer,
        valid_until -> Nullable<Integer>,
        password_hash -> Nullable<Text>,
        password_set_at -> BigInt,
        password_initial -> SmallInt,
        created_at -> BigInt,
        created_by -> Text,
    }
}
diesel::table! {
    account_role (account, role) {
        account -> Text,
        role -> Text,
        valid_from -> Integer,
        valid_until -> Nullable<Integer>,
        granted_at -> BigInt,
        granted_by -> Text,
    }
}
diesel::table! {
    account_password (account, set_at) {
        account -> Text,
        set_at -> BigInt,
        hash -> Text,
    }
}
diesel::table! {
    account_attempt (subject) {
        subject -> Text,
        account -> Text,
        failures -> Integer,
        locked_until -> BigInt,
        last_at -> BigInt,
    }
}
diesel::table! {
    staff_session (token_hash) {
        token_hash -> Binary,
        account -> Text,
        terminal_hash -> Binary,
        opened_at -> BigInt,
        seen_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        ended_by -> Nullable<Text>,
    }
}
diesel::allow_tables_to_appear_in_same_query!(account, account_role, staff_session);

/// An account as the actions see it.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = account)]
pub(crate) struct AccountRow {
    pub(crate) id: String,
    pub(crate) personnel: String,
    pub(crate) privileged: i16,
    pub(crate) name: String,
    pub(crate) enabled: i16,
    pub(crate) valid_from: i32,
    pub(crate) valid_until: Option<i32>,
    pub(crate) password_hash: Option<String>,
    pub(crate) password_set_at: i64,
    pub(crate) password_initial: i16,
}

/// The account of this id.
pub(crate) fn account_by_id(tx: &mut Tx, id: &str) -> QueryResult<Option<AccountRow>> {
    account::table.find(id).select(AccountRow::as_select()).first(tx).optional()
}

/// The names of the roles that the account bears on `day` (yyyymmdd), in order.
pub(crate) fn roles_on(tx: &mut Tx, id: &str, day: i32) -> QueryResult<Vec<String>> {
    account_role::table
        .filter(account_role::account.eq(id))
        .filter(account_role::valid_from.le(day))
        .filter(account_role::valid_until.is_null().or(account_role::valid_until.ge(day)))
        .order(account_role::role)
        .select(account_role::role)
        .load(tx)
}

/// Ends every open session of the account except the one kept.
pub(crate) fn end_sessions(tx: &mut Tx, id: &str, except: Option<&[u8]>, by: &str, now: i64) -> QueryResult<usize> {
    use staff_session as s;
    diesel::update(s::table.filter(s::account.eq(id)).filter(s::ended_at.is_null()).filter(s::token_hash.ne(except.unwrap_or_default())))
        .set((s::ended_at.eq(now), s::ended_by.eq(by)))
        .execute(tx)
}
