//! Making a schema and its role.

use std::sync::Arc;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::{PgConnection, sql_query};

use super::{Pool, lock};
use crate::waiting::place_blocking;
use crate::{RoomName, StoreError, Tx};

#[derive(QueryableByName)]
struct Login {
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Bool)]
    is_super: bool,
    #[diesel(sql_type = Bool)]
    inherits: bool,
    #[diesel(sql_type = Bool)]
    owns: bool,
}

const LOGIN: &str = "SELECT current_setting('server_version_num')::bigint AS version, r.rolsuper OR r.rolbypassrls AS is_super, \
                     r.rolinherit AS inherits, pg_has_role(d.datdba, 'MEMBER') AS owns \
                     FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()";

#[derive(QueryableByName)]
struct Settings {
    #[diesel(sql_type = Text)]
    messages: String,
    #[diesel(sql_type = Text)]
    verbosity: String,
}

const SETTINGS: &str = "SELECT current_setting('lc_messages') AS messages, current_setting('log_error_verbosity') AS verbosity";

impl Settings {
    /// What the server of a deployment is to be set to; both are its administrator's to change.
    fn warn(&self) {
        if self.verbosity != "terse" {
            tracing::warn!("PostgreSQL writes values of refused rows to its log: set log_error_verbosity = terse");
        }
        let english = ["", "C", "POSIX", "C.UTF-8"].contains(&self.messages.as_str()) || self.messages.starts_with("en");
        if !english {
            tracing::warn!("PostgreSQL words its errors in another language than this program tells them apart by: set lc_messages = 'C'");
        }
    }
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

/// Asks the server once whether it is as a deployment needs it; changes nothing.
pub(crate) fn prepare(pool: &Arc<Pool>) -> Result<(), StoreError> {
    as_login(pool, |connection| {
        let login: Login = sql_query(LOGIN).get_result(connection)?;
        if login.is_super {
            tracing::warn!("the login role of the database is a superuser: rooms are not kept apart from it; use one with CREATEROLE");
        }
        let settings: Settings = sql_query(SETTINGS).get_result(connection)?;
        settings.warn();
        Ok(())
    })
}

/// Makes the schema and the role of a room when they are not there, and takes from PUBLIC what a new database gives it.
pub(crate) fn provision(pool: &Arc<Pool>, room: &RoomName) -> Result<(), StoreError> {
    let name = room.to_string();
    as_login(pool, |connection| {
        if found(connection, &name)? {
            return Ok(());
        }
        let login: Login = sql_query(LOGIN).get_result(connection)?;
        let sql = statements(&name, &login);
        in_transaction(connection, |connection| Ok(connection.batch_execute(&sql)?))
    })
}

/// Whether the room is there and this login may enter it.
pub(crate) fn exists(pool: &Arc<Pool>, room: &RoomName) -> Result<bool, StoreError> {
    as_login(pool, |connection| found(connection, &room.to_string()))
}

pub(crate) fn list(pool: &Arc<Pool>, system: &str) -> Result<Vec<RoomName>, StoreError> {
    let start = format!("{system}_");
    let names: Vec<Name> = as_login(pool, |connection| {
        let sql =
            "SELECT nspname::text AS name FROM pg_namespace WHERE starts_with(nspname::text, $1) AND pg_get_userbyid(nspowner) = nspname";
        Ok(sql_query(sql).bind::<Text, _>(&start).load(connection)?)
    })?;
    let mut rooms: Vec<_> = names.iter().filter_map(|row| RoomName::from_part(system, row.name.strip_prefix(&start)?)).collect();
    rooms.sort();
    Ok(rooms)
}

fn found(connection: &mut PgConnection, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT nspname::text AS name FROM pg_namespace WHERE nspname = $1 AND pg_get_userbyid(nspowner) = nspname AND pg_has_role(nspowner, 'MEMBER')";
    Ok(sql_query(sql).bind::<Text, _>(name).get_result::<Name>(connection).optional()?.is_some())
}

fn locked() -> String {
    format!("SELECT pg_advisory_xact_lock({})", lock::PROVISION)
}

/// The role has LOGIN because Citus reaches its workers under the role's own name, and no password: none fits. The login role of the
/// deployment becomes a member that inherits nothing, so a transaction that forgot `SET LOCAL ROLE` can do nothing in any room.
fn statements(name: &str, login: &Login) -> String {
    let member = if login.version >= 160_000 { " WITH INHERIT FALSE, SET TRUE" } else { "" };
    let mut sql = vec![
        locked(),
        // Another database of the same server may have a room of this name, and so the role.
        format!(
            "DO $$ BEGIN CREATE ROLE \"{name}\" LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD NULL; \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ),
        format!(
            "DO $$ BEGIN IF NOT pg_has_role('{name}', 'MEMBER') THEN EXECUTE 'GRANT \"{name}\" TO CURRENT_USER{member}'; END IF; END $$"
        ),
        format!("CREATE SCHEMA IF NOT EXISTS \"{name}\" AUTHORIZATION \"{name}\""),
        format!("SET LOCAL ROLE \"{name}\"; REVOKE ALL ON SCHEMA \"{name}\" FROM PUBLIC; RESET ROLE"),
    ];
    if login.version < 160_000 && login.inherits && !login.is_super {
        // Before 16 inheriting is a property of the member.
        sql.push("ALTER ROLE CURRENT_USER NOINHERIT".to_owned());
    }
    if login.owns {
        sql.push("DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$".to_owned());
        sql.push(format!(
            "DO $$ BEGIN EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), '{name}'); END $$"
        ));
    }
    sql.join("; ")
}

/// Runs `f` as the login role, outside of any room.
fn as_login<T>(pool: &Arc<Pool>, mut f: impl FnMut(&mut PgConnection) -> Result<T, StoreError>) -> Result<T, StoreError> {
    let _place = place_blocking(&pool.places)?;
    let mut session = pool.take("")?;
    let outcome = match &mut session.tx {
        Tx::Postgres(connection) => f(connection),
        Tx::Sqlite(_) => Err(StoreError::BadData),
    };
    match outcome {
        Ok(value) => {
            pool.give_back("", session);
            Ok(value)
        }
        Err(error) => {
            drop(session);
            pool.forget();
            Err(error)
        }
    }
}

/// Roles belong to the whole server, and no lock reaches from one database into another: when another database makes the same role at the
/// same moment, this one is ended ("tuple concurrently updated"), or for an instant does not see a role or a membership that is there. It is
/// then made again; what is truly refused is told half a second later.
fn in_transaction(connection: &mut PgConnection, mut f: impl FnMut(&mut PgConnection) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let mut tries: u32 = 1;
    loop {
        let error = match connection.transaction(&mut f) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let of_another =
            matches!(error, StoreError::Conflict | StoreError::Constraint { .. } | StoreError::Schema(_) | StoreError::Refused(_));
        if !of_another || tries >= 30 {
            return Err(error);
        }
        std::thread::park_timeout(std::time::Duration::from_millis(u64::from(tries)));
        tries += 1;
    }
}
