//! What the tables of a room hold, in a few bytes, so that a room that was put back can be compared with the one that was copied.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{StoreError, Tx};

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TableDigest {
    /// Its name.
    pub table: String,
    /// How many rows it has.
    pub rows: u64,
    /// The sum of the SHA-256 of its rows as the database writes them, in hex: the same in whatever order they lie. Between rooms of one kind of
    /// database alone.
    pub digest: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

const OF_SQLITE: &str = "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1";
const OF_POSTGRES: &str = "SELECT relname::text AS line FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
                           AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1";

/// Of every table of the room, by name.
pub(super) fn of_all(tx: &mut Tx) -> Result<Vec<TableDigest>, StoreError> {
    let tables = match tx {
        Tx::Sqlite(_) => OF_SQLITE,
        Tx::Postgres(_) => OF_POSTGRES,
    };
    lines(tx, tables)?.into_iter().map(|table| of_table(tx, table)).collect()
}

fn lines(tx: &mut Tx, sql: &str) -> Result<Vec<String>, StoreError> {
    let lines: Vec<Line> = sql_query(sql).load(tx)?;
    Ok(lines.into_iter().map(|Line { line }| line).collect())
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every row as one text that differs where a value differs.
fn rows(tx: &mut Tx, table: &str) -> Result<String, StoreError> {
    if let Tx::Postgres(_) = tx {
        return Ok(format!("SELECT (whole.*)::text AS line FROM {} AS whole", quoted(table)));
    }
    let columns = lines(tx, &format!("SELECT name AS line FROM pragma_table_info('{}')", table.replace('\'', "''")))?;
    let columns: Vec<String> = columns.iter().map(|column| format!("quote({})", quoted(column))).collect();
    Ok(format!("SELECT {} AS line FROM {}", columns.join(" || ',' || "), quoted(table)))
}

fn of_table(tx: &mut Tx, table: String) -> Result<TableDigest, StoreError> {
    let sql = rows(tx, &table)?;
    let (mut count, mut sum) = (0_u64, [0_u64; 4]);
    crate::stream!(tx, sql_query(sql), Line, |Line { line }| {
        count += 1;
        let digest = Sha256::digest(line.as_bytes());
        let (parts, _) = digest.as_slice().as_chunks::<8>();
        sum.iter_mut().zip(parts).for_each(|(sum, part)| *sum = sum.wrapping_add(u64::from_be_bytes(*part)));
        Ok::<_, StoreError>(())
    })?;
    Ok(TableDigest { table, rows: count, digest: sum.iter().map(|part| format!("{part:016x}")).collect() })
}
