//! Classes of columns: every column of every table says what it holds, how long it is kept and who may read it.
//!
//! A crate with tables has a `columns.toml`:
//!
//! ```toml
//! [residents]
//! retention = "5 years after the person moves away or dies"
//! readers = ["health", "operation"]
//! [residents.columns]
//! id = "pseudonym"
//! name_kana = "personal"
//! number_sealed = { class = "number", retention = "as the row", readers = ["identification"] }
//! ```
//!
//! A test compares it with the live schema, both ways: [`compare`]`(&[store::COLUMNS, vault::COLUMNS, include_str!("../columns.toml")], …)`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::testing::{Schema, Table};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// An individual number, sealed or as a blind index.
    Number,
    /// What tells who a person is: name, address, birth date, contact.
    Personal,
    /// What tells about a person's health.
    Health,
    /// An identifier that stands for a person in this system alone.
    Pseudonym,
    /// Nothing about a person.
    None,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Personal => "personal",
            Self::Health => "health",
            Self::Pseudonym => "pseudonym",
            Self::None => "none",
        })
    }
}

/// Everything that is said of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it holds.
    pub class: Class,
    /// How long it is kept.
    pub retention: String,
    /// Who may read it.
    pub readers: Vec<String>,
}

/// `table` → `column` → what is said of it.
pub type Entries = BTreeMap<String, BTreeMap<String, Entry>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableText {
    retention: Option<String>,
    readers: Option<Vec<String>>,
    columns: BTreeMap<String, ColumnText>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ColumnText {
    Class(Class),
    Whole(WholeColumn),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WholeColumn {
    class: Class,
    retention: Option<String>,
    readers: Option<Vec<String>>,
}

/// Reads some `columns.toml`; what is wrong with them is said a line each.
pub fn read(tomls: &[&str]) -> Result<Entries, Vec<String>> {
    let mut entries = Entries::new();
    let mut problems = Vec::new();
    for text in tomls {
        let tables: BTreeMap<String, TableText> = match toml::from_str(text) {
            Ok(tables) => tables,
            Err(error) => {
                problems.push(format!("columns.toml cannot be read: {error}"));
                continue;
            }
        };
        for (name, table) in tables {
            let columns = of_table(&name, &table, &mut problems);
            if entries.insert(name.clone(), columns).is_some() {
                problems.push(format!("table {name} is classed in two files: a table belongs to one crate"));
            }
        }
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

fn of_table(name: &str, table: &TableText, problems: &mut Vec<String>) -> BTreeMap<String, Entry> {
    let mut columns = BTreeMap::new();
    for (column, said) in &table.columns {
        let (class, retention, readers) = match said {
            ColumnText::Class(class) => (*class, None, None),
            ColumnText::Whole(whole) => (whole.class, whole.retention.as_ref(), whole.readers.as_ref()),
        };
        let retention = retention.or(table.retention.as_ref()).filter(|text| !text.trim().is_empty());
        let readers = readers.or(table.readers.as_ref()).filter(|readers| !readers.is_empty());
        match (retention, readers) {
            (Some(retention), Some(readers)) => {
                columns.insert(column.clone(), Entry { class, retention: retention.clone(), readers: readers.clone() });
            }
            (None, _) => problems.push(format!("{name}.{column} has no retention: add `retention = \"…\"` to [{name}] or to the column")),
            (_, None) => problems.push(format!("{name}.{column} has no readers: add `readers = [\"…\"]` to [{name}] or to the column")),
        }
    }
    columns
}

/// Compares the classes with the live schema both ways; each line of the answer says exactly what to add or to remove.
pub fn compare(tomls: &[&str], schema: &Schema) -> Vec<String> {
    let entries = match read(tomls) {
        Ok(entries) => entries,
        Err(problems) => return problems,
    };
    let mut lines = Vec::new();
    for (name, table) in &schema.tables {
        match entries.get(name) {
            None => lines.push(whole_table(name, table)),
            Some(classed) => {
                for (column, live) in table.columns.iter().filter(|(column, _)| !classed.contains_key(*column)) {
                    let kind = &live.kind;
                    lines.push(format!("{name}.{column} ({kind}) is not classed: add to [{name}.columns]\n    {column} = \"number|personal|health|pseudonym|none\""));
                }
            }
        }
    }
    for (name, classed) in &entries {
        let Some(table) = schema.tables.get(name) else {
            lines.push(format!("there is no table {name}: remove [{name}] and [{name}.columns]"));
            continue;
        };
        for column in classed.keys().filter(|column| !table.columns.contains_key(*column)) {
            lines.push(format!("there is no column {name}.{column}: remove it from [{name}.columns]"));
        }
    }
    lines
}

fn whole_table(name: &str, table: &Table) -> String {
    let mut text = format!(
        "table {name} is not classed: add to columns.toml\n    [{name}]\n    retention = \"…\"\n    readers = [\"…\"]\n    [{name}.columns]"
    );
    for column in table.columns.keys() {
        text.push_str(&format!("\n    {column} = \"number|personal|health|pseudonym|none\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Column;

    fn schema(tables: &[(&str, &[&str])]) -> Schema {
        let column = |name: &&str| ((*name).to_owned(), Column { kind: "text".to_owned(), nullable: false });
        let table = |columns: &[&str]| Table { columns: columns.iter().map(column).collect(), ..Table::default() };
        Schema { tables: tables.iter().map(|(name, columns)| ((*name).to_owned(), table(columns))).collect() }
    }

    const TOML: &str = "[note]\nretention = \"1 year\"\nreaders = [\"audit\"]\n[note.columns]\nid = \"none\"\n\
                        text = { class = \"health\", readers = [\"health\"] }\n";

    #[test]
    fn a_classed_schema_has_nothing_to_add() {
        assert_eq!(compare(&[TOML], &schema(&[("note", &["id", "text"])])), Vec::<String>::new());
        let entries = read(&[TOML]).unwrap();
        let text = &entries["note"]["text"];
        assert_eq!(
            (text.class, text.retention.as_str(), text.readers.as_slice()),
            (Class::Health, "1 year", ["health".to_owned()].as_slice())
        );
    }

    #[test]
    fn a_missing_column_is_told_with_the_line_to_add() {
        let lines = compare(&[TOML], &schema(&[("note", &["id", "text", "phone"])]));
        assert_eq!(
            lines,
            ["note.phone (text) is not classed: add to [note.columns]\n    phone = \"number|personal|health|pseudonym|none\""]
        );
    }

    #[test]
    fn a_missing_table_is_told_whole() {
        let lines = compare(&[TOML], &schema(&[("note", &["id", "text"]), ("call", &["at"])]));
        assert_eq!(lines.len(), 1);
        assert!(lines[0].contains("[call.columns]\n    at = "), "{}", lines[0]);
    }

    #[test]
    fn what_is_gone_from_the_schema_must_go_from_the_file() {
        assert_eq!(compare(&[TOML], &schema(&[("note", &["id"])])), ["there is no column note.text: remove it from [note.columns]"]);
        assert_eq!(compare(&[TOML], &schema(&[])), ["there is no table note: remove [note] and [note.columns]"]);
    }

    #[test]
    fn a_column_without_retention_or_readers_or_with_an_unknown_class_is_refused() {
        let none = compare(&["[note]\nreaders = [\"a\"]\n[note.columns]\nid = \"none\"\n"], &schema(&[("note", &["id"])]));
        assert_eq!(none, ["note.id has no retention: add `retention = \"…\"` to [note] or to the column"]);
        let class = compare(&["[note]\nretention = \"a\"\nreaders = [\"a\"]\n[note.columns]\nid = \"secret\"\n"], &schema(&[]));
        assert!(class[0].starts_with("columns.toml cannot be read"), "{class:?}");
        assert_eq!(compare(&[TOML, TOML], &schema(&[])), ["table note is classed in two files: a table belongs to one crate"]);
    }
}
