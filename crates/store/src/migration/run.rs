//! Bringing a room to the version of the program.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::{Migration, Migrations, text};
use crate::{Room, StoreError, Tx};

diesel::table! {
    migration (component, name) {
        component -> Text,
        name -> Text,
        digest -> Text,
        program -> Text,
    }
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migration (component TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, \
                     program TEXT NOT NULL, PRIMARY KEY (component, name))";

/// `component/name` → digest.
type Applied = BTreeMap<(String, String), String>;

/// Runs what is missing, in one transaction, alone: of two programs that open a room at once, the second finds it done.
pub(crate) fn run(room: &Room, sets: &[Migrations]) -> Result<(), StoreError> {
    for set in sets {
        in_order(set)?;
    }
    let applied = room.read_blocking(applied_if_any)?;
    let is_new = applied.is_empty();
    if !is_new && pending(room, sets, &applied)?.is_empty() {
        return Ok(());
    }
    room.write_blocking(|tx| {
        tx.batch_execute(TABLE)?;
        if let Tx::Sqlite(connection) = tx {
            // A migration may rebuild a table; references are checked when it commits.
            connection.batch_execute("PRAGMA defer_foreign_keys = ON")?;
        }
        let applied = applied_in(tx)?;
        for (component, migration) in pending(room, sets, &applied)? {
            apply(tx, component, migration, room.is_embedded())?;
        }
        Ok(())
    })
}

/// What a room lacks of these, as `component/name`; nothing is run.
pub(crate) fn lacking(room: &Room, sets: &[Migrations]) -> Result<Vec<String>, StoreError> {
    let pending = pending(room, sets, &room.read_blocking(applied_if_any)?)?;
    Ok(pending.into_iter().map(|(component, migration)| format!("{component}/{}", migration.name)).collect())
}

fn applied_if_any(tx: &mut Tx) -> Result<Applied, StoreError> {
    if has_table(tx, "migration")? { applied_in(tx) } else { Ok(Applied::new()) }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Whether the room has a table. Asks the catalogue: a failed query would say it too, but in the language of the server.
pub(crate) fn has_table(tx: &mut Tx, name: &str) -> Result<bool, StoreError> {
    let question = match tx {
        Tx::Sqlite(_) => "SELECT count(*) AS count FROM sqlite_schema WHERE type = 'table' AND name = $1",
        Tx::Postgres(_) => "SELECT count(to_regclass($1)) AS count",
    };
    let Count { count } = sql_query(question).bind::<Text, _>(name).get_result(tx)?;
    Ok(count > 0)
}

fn applied_in(tx: &mut Tx) -> Result<Applied, StoreError> {
    let rows: Vec<(String, String, String)> =
        migration::table.select((migration::component, migration::name, migration::digest)).load(tx)?;
    Ok(rows.into_iter().map(|(component, name, digest)| ((component, name), digest)).collect())
}

fn in_order(set: &Migrations) -> Result<(), StoreError> {
    for pair in set.list.windows(2) {
        if let [first, second] = pair
            && first.name >= second.name
        {
            return Err(wrong(set.component, second.name, format!("stands after {}: names run upwards", first.name)));
        }
    }
    Ok(())
}

/// What is to be run; an error when the room has what the program does not know, or knows otherwise.
fn pending<'a>(room: &Room, sets: &'a [Migrations], applied: &Applied) -> Result<Vec<(&'static str, &'a Migration)>, StoreError> {
    let mut known = 0;
    let mut pending = Vec::new();
    for set in sets {
        let mut first_pending: Option<&Migration> = None;
        for migration in set.list {
            match applied.get(&(set.component.to_owned(), migration.name.to_owned())) {
                None => {
                    first_pending.get_or_insert(migration);
                    pending.push((set.component, migration));
                }
                Some(digest) => {
                    known += 1;
                    if *digest != text::digest(migration.sql) {
                        return Err(wrong(set.component, migration.name, "its text was changed after it was run in this room".to_owned()));
                    }
                    if let Some(missed) = first_pending {
                        let problem = format!("was run in this room, but {} before it was not", missed.name);
                        return Err(wrong(set.component, migration.name, problem));
                    }
                }
            }
        }
    }
    if known < applied.len() && !sets.is_empty() {
        let is_known =
            |component: &str, name: &str| sets.iter().any(|set| set.component == component && set.list.iter().any(|one| one.name == name));
        if let Some((component, name)) = applied.keys().find(|(component, name)| !is_known(component, name)) {
            return Err(StoreError::Newer { room: room.name().to_string(), component: component.clone(), name: name.clone() });
        }
    }
    Ok(pending)
}

fn apply(tx: &mut Tx, component: &str, one: &Migration, is_embedded: bool) -> Result<(), StoreError> {
    let sql = text::for_database(one.sql, is_embedded).map_err(|problem| wrong(component, one.name, problem))?;
    tx.batch_execute(&sql).map_err(|error| wrong(component, one.name, StoreError::from(error).to_string()))?;
    diesel::insert_into(migration::table)
        .values((
            migration::component.eq(component),
            migration::name.eq(one.name),
            migration::digest.eq(text::digest(one.sql)),
            migration::program.eq(env!("CARGO_PKG_VERSION")),
        ))
        .execute(tx)?;
    Ok(())
}

fn wrong(component: &str, name: &str, problem: String) -> StoreError {
    StoreError::Migration { component: component.to_owned(), name: name.to_owned(), problem }
}
