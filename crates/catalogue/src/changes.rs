//! What differs between two versions of a city's folder, key by key: what an officer looks at before the new one holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use sheets::{Options, Sheet};
use toml::Value;

use crate::CityFolder;
use crate::files::{Files, PERMISSIONS, SHEETS};
use crate::findings::Findings;

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Change {
    /// Its part of the catalogue, as the folders and files are called.
    pub part: String,
    /// Id of the thing in it: of a record type its number, of a row what tells it from others.
    pub id: String,
    /// The key or column that changes; empty when the whole thing comes or goes.
    pub key: String,
    /// What was there; of a whole thing its name.
    pub before: Option<String>,
    /// What will be there.
    pub after: Option<String>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Change { part, id, key, before, after } = self;
        write!(f, "{}: ", [part.as_str(), id, key].map(str::trim).join(" ").trim_end())?;
        match (before, after) {
            (None, Some(after)) => write!(f, "+ {after}"),
            (Some(before), None) => write!(f, "- {before}"),
            (before, after) => write!(f, "{} → {}", before.as_deref().unwrap_or(""), after.as_deref().unwrap_or("")),
        }
    }
}

/// A thing of a catalogue: part and id.
type Thing = (String, String);
/// Its keys, from the outermost inwards, with their values.
type Keys = BTreeMap<String, String>;

/// Every difference, by part, id and key. What cannot be read is passed over: loading says what is wrong with it.
pub fn changes(before: &CityFolder, after: &CityFolder) -> Vec<Change> {
    let (before, after) = (things(before), things(after));
    let all: BTreeSet<&Thing> = before.keys().chain(after.keys()).collect();
    let mut changes = Vec::new();
    for thing in all {
        let mut add = |key: &str, before: Option<&String>, after: Option<&String>| {
            let (part, id) = thing.clone();
            changes.push(Change { part, id, key: key.to_owned(), before: before.cloned(), after: after.cloned() });
        };
        match (before.get(thing), after.get(thing)) {
            (Some(was), Some(will)) => {
                let keys: BTreeSet<&String> = was.keys().chain(will.keys()).collect();
                for key in keys.into_iter().filter(|key| was.get(*key) != will.get(*key)) {
                    add(key, was.get(key), will.get(key));
                }
            }
            (was, will) => add("", was.map(name).as_ref(), will.map(name).as_ref()),
        }
    }
    changes
}

/// What a thing is called: its name, or its first value.
fn name(keys: &Keys) -> String {
    ["name", "ja", "名称"].iter().find_map(|key| keys.get(*key)).or_else(|| keys.values().next()).cloned().unwrap_or_default()
}

/// Everything that a catalogue with a folder over it holds.
fn things(folder: &CityFolder) -> BTreeMap<Thing, Keys> {
    let files = Files::with(folder, &mut Findings::default());
    let mut things = BTreeMap::new();
    // The built-in files stand before the city's, whose things replace them wholly.
    for (file, text) in files.texts() {
        let Ok(Value::Table(table)) = text.parse::<toml::Table>().map(Value::Table) else { continue };
        let part = file.path().split('/').next().unwrap_or_default();
        match part {
            PERMISSIONS => drop(things.insert((part.to_owned(), String::new()), keys(&Value::Table(table)))),
            "codes" => {
                for table in table.get("table").and_then(Value::as_array).into_iter().flatten() {
                    things.insert((part.to_owned(), id(table, &["id"])), keys(table));
                }
            }
            _ => {
                let table = Value::Table(table);
                things.insert((part.to_owned(), id(&table, &["number", "category", "id"])), keys(&table));
            }
        }
    }
    for (file, bytes) in &files.sheets {
        for (id, keys) in rows(file.path(), bytes).unwrap_or_default() {
            things.insert((file.path().to_owned(), id), keys);
        }
    }
    things
}

fn id(table: &Value, names: &[&str]) -> String {
    names.iter().find_map(|name| table.get(name)).map(plain).unwrap_or_default()
}

fn keys(value: &Value) -> Keys {
    let mut keys = Keys::new();
    flatten(value, "", &mut keys);
    keys
}

fn flatten(value: &Value, at: &str, keys: &mut Keys) {
    let inner = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    match value {
        Value::Table(table) => table.iter().for_each(|(name, value)| flatten(value, &inner(name), keys)),
        Value::Array(values) if values.iter().any(Value::is_table) => {
            for (place, value) in values.iter().enumerate() {
                let own = ["id", "item", "key", "value", "code"].iter().find_map(|name| value.get(*name)).map(plain);
                flatten(value, &inner(&own.unwrap_or_else(|| (place + 1).to_string())), keys);
            }
        }
        value => drop(keys.insert(at.to_owned(), plain(value))),
    }
}

/// A value as one reads it: text without its quotes.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Columns that say something of a row and do not tell it from others.
const TELLING: [&str; 2] = ["単価", "自己負担額"];

/// The rows of a sheet by what tells them from others: of a price all but the amounts, else the first column.
fn rows(file: &str, bytes: &[u8]) -> Option<Vec<(String, Keys)>> {
    let mut sheet = Sheet::open(bytes, Options { keeps_unknown: true, ..Options::default() }).ok()?;
    let headings = sheet.headings().to_vec();
    let of_prices = SHEETS.get(1) == Some(&file);
    let tells = |place: usize, heading: &str| if of_prices { !TELLING.contains(&heading) } else { place == 0 };
    let mut rows = Vec::new();
    while let Some(row) = sheet.next_row().ok()? {
        let Ok(row) = row else { continue };
        let cells = || headings.iter().map(String::as_str).zip(row.iter()).enumerate();
        let id: Vec<&str> = cells().filter(|(place, (heading, _))| tells(*place, heading)).map(|(_, (_, cell))| cell).collect();
        let keys = cells()
            .filter(|(place, (heading, _))| !tells(*place, heading))
            .map(|(_, (heading, cell))| (heading.to_owned(), cell.to_owned()));
        rows.push((id.join("/"), keys.collect()));
    }
    Some(rows)
}
