//! The schema of a room as its database tells it, in words that are the same for both.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use crate::{Room, StoreError, Tx};

/// All tables of a room. Two of them are equal when a program can tell no difference between the databases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// By name.
    pub tables: BTreeMap<String, Table>,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// By name.
    pub columns: BTreeMap<String, Column>,
    /// Columns of the primary key, in order.
    pub key: Vec<String>,
    /// Indexes besides the primary key: unique or not, and their columns in order.
    pub indexes: BTreeSet<(bool, Vec<String>)>,
    /// References to other tables.
    pub references: BTreeSet<Reference>,
}

/// A foreign key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// Columns here.
    pub from: Vec<String>,
    /// The table there.
    pub table: String,
    /// Columns there.
    pub to: Vec<String>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `whole`, `text`, `bytes`, `double`, or the database's own word for a type that the common dialect has not.
    pub kind: String,
    /// Whether it may hold no value.
    pub nullable: bool,
}

impl Schema {
    /// What differs, a line each; empty when nothing does.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.tables.keys().chain(other.tables.keys()).collect();
        let mut lines = Vec::new();
        for name in names {
            match (self.tables.get(name), other.tables.get(name)) {
                (Some(left), Some(right)) => left.differences(name, right, &mut lines),
                (left, _) => lines
                    .push(format!("table {name}: {}", if left.is_some() { "is missing on the second" } else { "is missing on the first" })),
            }
        }
        lines
    }
}

impl Table {
    fn differences(&self, table: &str, other: &Self, lines: &mut Vec<String>) {
        let names: BTreeSet<&String> = self.columns.keys().chain(other.columns.keys()).collect();
        for name in names {
            let (left, right) = (self.columns.get(name), other.columns.get(name));
            if left != right {
                lines.push(format!("column {table}.{name}: {left:?} and {right:?}"));
            }
        }
        if self.key != other.key {
            lines.push(format!("primary key of {table}: {:?} and {:?}", self.key, other.key));
        }
        for index in self.indexes.symmetric_difference(&other.indexes) {
            lines.push(format!("index of {table}: only one has {index:?}"));
        }
        for reference in self.references.symmetric_difference(&other.references) {
            lines.push(format!("reference of {table}: only one has {reference:?}"));
        }
    }
}

/// Reads the schema of a room. Blocks.
pub fn schema(room: &Room) -> Result<Schema, StoreError> {
    room.read_blocking(|tx| {
        let words = if matches!(tx, Tx::Sqlite(_)) { &SQLITE } else { &POSTGRES };
        let mut schema = Schema::default();
        columns(tx, words, &mut schema)?;
        indexes(tx, words, &mut schema)?;
        references(tx, words, &mut schema)?;
        Ok(schema)
    })
}

/// The three questions in one database's words.
struct Words {
    columns: &'static str,
    indexes: &'static str,
    references: &'static str,
}

const SQLITE: Words = Words {
    columns: "SELECT m.name AS in_table, p.name AS name, lower(p.type) AS kind, p.\"notnull\" = 0 AND NOT (p.pk > 0 AND lower(p.type) = 'integer') \
              AS nullable, CAST(p.pk AS BIGINT) AS key_at FROM sqlite_schema m, pragma_table_info(m.name) p \
              WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, p.pk",
    indexes: "SELECT m.name AS in_table, l.name AS name, l.\"unique\" = 1 AS is_unique, i.name AS in_column \
              FROM sqlite_schema m, pragma_index_list(m.name) l, pragma_index_info(l.name) i \
              WHERE m.type = 'table' AND l.origin <> 'pk' ORDER BY m.name, l.name, i.seqno",
    references: "SELECT m.name AS in_table, CAST(f.id AS TEXT) AS name, f.\"from\" AS in_column, f.\"table\" AS to_table, f.\"to\" AS to_column \
                 FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq",
};

const POSTGRES: Words = Words {
    columns: "SELECT c.relname::text AS in_table, a.attname::text AS name, format_type(a.atttypid, NULL)::text AS kind, NOT a.attnotnull AS nullable, \
              coalesce(array_position(k.conkey, a.attnum), 0)::bigint AS key_at FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
              LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p' \
              WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1, 5",
    indexes: "SELECT c.relname::text AS in_table, x.relname::text AS name, i.indisunique AS is_unique, a.attname::text AS in_column FROM pg_index i \
              JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid \
              CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS u(attnum, at) \
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.attnum AND u.attnum > 0 \
              WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT i.indisprimary ORDER BY 1, 2, u.at",
    references: "SELECT c.relname::text AS in_table, k.conname::text AS name, a.attname::text AS in_column, t.relname::text AS to_table, \
                 b.attname::text AS to_column FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid \
                 CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS u(here, there, at) \
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.here JOIN pg_attribute b ON b.attrelid = t.oid AND b.attnum = u.there \
                 WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2, u.at",
};

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    in_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = BigInt)]
    key_at: i64,
}

fn columns(tx: &mut Tx, words: &Words, schema: &mut Schema) -> Result<(), StoreError> {
    for row in sql_query(words.columns).load::<ColumnRow>(tx)? {
        let table = schema.tables.entry(row.in_table).or_default();
        if row.key_at > 0 {
            table.key.push(row.name.clone());
        }
        table.columns.insert(row.name, Column { kind: kind(row.kind), nullable: row.nullable });
    }
    Ok(())
}

fn kind(own: String) -> String {
    match own.as_str() {
        "integer" | "bigint" | "smallint" => "whole".to_owned(),
        "blob" | "bytea" => "bytes".to_owned(),
        "real" | "double precision" => "double".to_owned(),
        _ => own,
    }
}

#[derive(QueryableByName)]
struct IndexRow {
    #[diesel(sql_type = Text)]
    in_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    /// Absent for an expression.
    #[diesel(sql_type = Nullable<Text>)]
    in_column: Option<String>,
}

fn indexes(tx: &mut Tx, words: &Words, schema: &mut Schema) -> Result<(), StoreError> {
    let mut found: BTreeMap<(String, String), (bool, Vec<String>)> = BTreeMap::new();
    for row in sql_query(words.indexes).load::<IndexRow>(tx)? {
        let index = found.entry((row.in_table, row.name)).or_default();
        index.0 = row.is_unique;
        index.1.push(row.in_column.unwrap_or_else(|| "(expression)".to_owned()));
    }
    for ((table, _), index) in found {
        schema.tables.entry(table).or_default().indexes.insert(index);
    }
    Ok(())
}

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    in_table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    in_column: String,
    #[diesel(sql_type = Text)]
    to_table: String,
    /// Absent on SQLite when the reference is to the primary key and does not say so.
    #[diesel(sql_type = Nullable<Text>)]
    to_column: Option<String>,
}

fn references(tx: &mut Tx, words: &Words, schema: &mut Schema) -> Result<(), StoreError> {
    let mut found: BTreeMap<(String, String), Reference> = BTreeMap::new();
    for row in sql_query(words.references).load::<ReferenceRow>(tx)? {
        let reference = found.entry((row.in_table, row.name)).or_default();
        reference.from.push(row.in_column);
        let at = reference.from.len() - 1;
        let key = || schema.tables.get(&row.to_table).and_then(|table| table.key.get(at).cloned());
        reference.to.push(row.to_column.or_else(key).unwrap_or_default());
        reference.table = row.to_table;
    }
    for ((table, _), reference) in found {
        schema.tables.entry(table).or_default().references.insert(reference);
    }
    Ok(())
}
