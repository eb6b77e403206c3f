//! Places in a TOML file: the key of a place, and the line of a key. An entry of a list is named by its number, id, code, value or item, or
//! else counted from 1.

use core::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

const NAMES: [&str; 5] = ["number", "id", "code", "value", "item"];

/// A step from a table or list into it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(String),
    Entry(usize),
}

/// The line of a byte, from 1.
pub(crate) fn line_at(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// The line of a key, or of as much of it as is there.
pub(crate) fn line_of_key(text: &str, key: &str) -> Option<usize> {
    let (root, _) = DeTable::parse_recoverable(text);
    let mut found = None;
    let root = DeValue::Table(root.into_inner());
    let mut at = &root;
    for word in key.split('.') {
        let next = match at {
            DeValue::Table(table) => table.iter().find(|(key, _)| key.get_ref() == word).map(|(key, value)| (key.span().start, value)),
            DeValue::Array(list) => {
                let named = list.iter().enumerate().find(|(place, entry)| name(entry.get_ref(), *place) == word);
                named.map(|(_, entry)| (entry.span().start, entry))
            }
            _ => None,
        };
        let Some((start, value)) = next else { break };
        found = Some(line_at(text, start));
        at = value.get_ref();
    }
    found
}

/// What an entry of a list is called.
fn name(entry: &DeValue<'_>, place: usize) -> String {
    let own = NAMES.iter().find_map(|name| match entry.as_table()?.get(*name)?.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        _ => None,
    });
    own.unwrap_or_else(|| (place + 1).to_string())
}

/// The way to what stands at a span: to the key or value that it is, or to the smallest that holds it.
pub(crate) fn way_to(table: &DeTable<'_>, span: &Range<usize>) -> Vec<Step> {
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    for (key, value) in table {
        let step = Step::Key(key.get_ref().to_string());
        // The head of the first of several tables is the place of their list, too.
        let inner = way_into(value, span);
        if !inner.is_empty() || key.span() == *span || holds(value.span()) {
            return [vec![step], inner].concat();
        }
    }
    Vec::new()
}

fn way_into(value: &Spanned<DeValue<'_>>, span: &Range<usize>) -> Vec<Step> {
    match value.get_ref() {
        DeValue::Table(table) => way_to(table, span),
        DeValue::Array(list) => {
            for (place, entry) in list.iter().enumerate() {
                let inner = way_into(entry, span);
                let holds = entry.span().start <= span.start && span.end <= entry.span().end;
                if !inner.is_empty() || holds {
                    return [vec![Step::Entry(place)], inner].concat();
                }
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// A way as a key.
pub(crate) fn key_of(table: &DeTable<'_>, way: &[Step]) -> String {
    let root = DeValue::Table(table.clone());
    let (mut at, mut words) = (Some(&root), Vec::new());
    for step in way {
        let next = match (step, at) {
            (Step::Key(key), Some(DeValue::Table(table))) => table.get(key.as_str()),
            (Step::Entry(place), Some(DeValue::Array(list))) => list.get(*place),
            _ => None,
        };
        let next = next.map(Spanned::get_ref);
        words.push(match step {
            Step::Key(key) => key.clone(),
            Step::Entry(place) => next.map_or_else(|| (place + 1).to_string(), |entry| name(entry, *place)),
        });
        at = next;
    }
    words.join(".")
}

/// The table at a way.
pub(crate) fn table_at<'t, 'i>(table: &'t mut DeTable<'i>, way: &[Step]) -> Option<&'t mut DeTable<'i>> {
    let Some((Step::Key(key), rest)) = way.split_first() else { return way.is_empty().then_some(table) };
    let mut value = table.get_mut(key.as_str())?.get_mut();
    let mut rest = rest;
    while let Some((Step::Entry(place), more)) = rest.split_first() {
        let DeValue::Array(list) = value else { return None };
        value = list.get_mut(*place)?.get_mut();
        rest = more;
    }
    match value {
        DeValue::Table(table) => table_at(table, rest),
        _ => None,
    }
}
