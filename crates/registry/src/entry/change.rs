//! What a correction changes, beside what was there.

use std::collections::BTreeMap;

use catalogue::{Item, Record};
use face::components::{Review, ReviewLine, Tone, chip, review};
use face::{Html, Language};

use super::{items, words};
use crate::consultation::item;

/// An item that says something else.
pub(super) struct Change<'c> {
    item: &'c Item,
    old: &'c str,
    new: String,
}

impl Change<'_> {
    /// Whether it had a value and has none any more.
    pub(super) fn empties(&self) -> bool {
        self.new.is_empty()
    }
}

/// What these values change of a record: items that are not among them stay as they are. Values that an item may not hold are none.
pub(super) fn changes<'c>(record: &'c Record, old: &'c BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<Change<'c>> {
    let change = |item: &'c Item| {
        let new = item.canonical(new.get(&item.id)?).ok()?.into_owned();
        let old = old.get(&item.id).map_or("", String::as_str);
        (old != new).then_some(Change { item, old, new })
    };
    record.items.iter().filter_map(change).collect()
}

/// Old and new side by side.
pub(super) fn reviewed(language: Language, changes: &[Change<'_>]) -> Html {
    let word = |words: face::Words| words.of(language);
    let told =
        |item: &Item, value: &str| if value.is_empty() { word(words::NOTHING).into() } else { item::value(language, item, value).into() };
    let labels: Vec<String> = changes.iter().map(|change| items::label(language, change.item)).collect();
    let lines: Vec<ReviewLine<'_>> = changes
        .iter()
        .zip(&labels)
        .map(|(change, label)| ReviewLine {
            label,
            left: told(change.item, change.old),
            right: if change.empties() { chip(Tone::Warning, word(words::EMPTIED)) } else { told(change.item, &change.new) },
            agrees: false,
        })
        .collect();
    review(&Review { language, caption: word(words::CHANGES), left: word(words::BEFORE), right: word(words::AFTER), lines: &lines })
}
