//! Loading first and indexing after.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::migration::has_table;
use crate::sqlite::WRITER;
use crate::{StoreError, Tx};

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    sql: String,
}

const SQLITE: &str = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = $1 AND sql IS NOT NULL \
                      AND name NOT IN (SELECT name FROM pragma_index_list($2) WHERE \"unique\" = 1)";

const POSTGRES: &str = "SELECT c.relname::text AS name, pg_get_indexdef(i.indexrelid) AS sql FROM pg_index i \
                        JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
                        WHERE t.relname = $1 AND t.relname = $2 AND t.relnamespace = current_schema()::regnamespace AND NOT i.indisunique \
                        AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1";

diesel::table! {
    postponed_index (in_table, name) {
        in_table -> Text,
        name -> Text,
        definition -> Text,
    }
}

/// What is postponed, for as long as something is.
const POSTPONED: &str = "CREATE TABLE IF NOT EXISTS postponed_index (in_table TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, \
                         PRIMARY KEY (in_table, name))";

/// Drops the non-unique indexes of an empty table until [`make_indexes`]: a first load is faster so. What they are stays noted in the room, for
/// whoever goes on with the load. Nothing is done to a table that is not empty.
pub fn postpone_indexes(tx: &mut Tx, table: &'static str) -> Result<(), StoreError> {
    if !is_empty(tx, table)? {
        return Ok(());
    }
    let indexes = of_table(tx, table)?;
    if indexes.is_empty() {
        return Ok(());
    }
    tx.batch_execute(POSTPONED)?;
    use postponed_index as postponed;
    for Index { name, sql } in &indexes {
        let note = (postponed::in_table.eq(table), postponed::name.eq(name), postponed::definition.eq(sql));
        diesel::insert_into(postponed::table).values(note).execute(tx)?;
        tx.batch_execute(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(())
}

/// Makes the indexes of a table that were postponed. Takes a second or so for a million rows.
pub fn make_indexes(tx: &mut Tx, table: &'static str) -> Result<(), StoreError> {
    if !has_table(tx, "postponed_index")? {
        return Ok(());
    }
    use postponed_index as postponed;
    let of_table = postponed::table.filter(postponed::in_table.eq(table));
    let definitions: Vec<String> = of_table.select(postponed::definition).order(postponed::name).load(tx)?;
    make(tx, &definitions)?;
    diesel::delete(postponed::table.filter(postponed::in_table.eq(table))).execute(tx)?;
    let others: i64 = postponed::table.count().get_result(tx)?;
    if others == 0 {
        tx.batch_execute("DROP TABLE postponed_index")?;
    }
    Ok(())
}

/// SQLite sorts the keys of an index in pieces as large as its page cache: pieces that fit into the processor's cache are sorted three
/// times as fast as one piece in memory (measured), and the pieces are files then.
const SORT_SMALL: &str = "PRAGMA cache_size = -1024; PRAGMA temp_store = FILE";

/// What PostgreSQL may sort in, until the transaction ends: keys of a large city in one go, with its parallel workers.
const SORT_LARGE: &str = "SET LOCAL maintenance_work_mem = '256MB'";

fn make(tx: &mut Tx, definitions: &[String]) -> Result<(), StoreError> {
    let small = match tx {
        _ if definitions.is_empty() => return Ok(()),
        Tx::Sqlite(connection) => connection.batch_execute(SORT_SMALL).is_ok(),
        Tx::Postgres(connection) => {
            connection.batch_execute(SORT_LARGE)?;
            false
        }
    };
    let outcome = definitions.iter().try_for_each(|sql| tx.batch_execute(sql));
    if small && let Tx::Sqlite(connection) = tx {
        connection.batch_execute(WRITER)?;
    }
    Ok(outcome?)
}

/// Takes the statistics of `table`, without which the planner guesses: after every load. SQLite looks at a thousand entries of an index
/// that are alike and no more, as PostgreSQL looks at a sample.
pub fn analyze(tx: &mut Tx, table: &'static str) -> Result<(), StoreError> {
    let sample = if matches!(tx, Tx::Sqlite(_)) { "PRAGMA analysis_limit = 1000; " } else { "" };
    Ok(tx.batch_execute(&format!("{sample}ANALYZE \"{}\"", plain(table)?))?)
}

fn plain(table: &'static str) -> Result<&'static str, StoreError> {
    if table.contains('"') {
        return Err(StoreError::Schema("a table's name holds a quotation mark".to_owned()));
    }
    Ok(table)
}

fn is_empty(tx: &mut Tx, table: &'static str) -> Result<bool, StoreError> {
    #[derive(QueryableByName)]
    struct One {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        one: i32,
    }
    let first: Option<One> = sql_query(format!("SELECT 1 AS one FROM \"{}\" LIMIT 1", plain(table)?)).get_result(tx).optional()?;
    Ok(first.is_none_or(|row| row.one != 1))
}

fn of_table(tx: &mut Tx, table: &'static str) -> Result<Vec<Index>, StoreError> {
    let sql = if matches!(tx, Tx::Sqlite(_)) { SQLITE } else { POSTGRES };
    Ok(sql_query(sql).bind::<Text, _>(table).bind::<Text, _>(table).load(tx)?)
}
