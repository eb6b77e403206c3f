//! How a row of a result record shows that an examination was done.

use serde::Deserialize;

use crate::{ItemKind, Record};

/// All named conditions must hold. A flag is filled in by 1 alone: 0 says that there is nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DoneWhen {
    /// Items that must all be filled in.
    pub(crate) all: Vec<String>,
    /// Items of which at least one must be filled in.
    #[serde(default)]
    pub(crate) any: Vec<String>,
    /// A second group of the same kind.
    #[serde(default)]
    pub(crate) also_any: Vec<String>,
    /// Items that must all be empty.
    #[serde(default)]
    pub(crate) none: Vec<String>,
    /// Items that must hold one of some codes.
    #[serde(default, rename = "where")]
    pub(crate) holds: Vec<Holds>,
    #[serde(skip)]
    places: Places,
}

/// An item that must hold one of some codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Holds {
    pub(crate) item: String,
    pub(crate) is: Vec<String>,
}

/// The same, as columns.
#[derive(Debug, Clone, Default)]
struct Places {
    all: Vec<Place>,
    any: Vec<Place>,
    also_any: Vec<Place>,
    none: Vec<Place>,
    holds: Vec<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    is_flag: bool,
}

impl Place {
    fn of(record: &Record, item: &str) -> Option<Place> {
        Some(Place { at: record.place(item)?, is_flag: record.item(item)?.kind == ItemKind::Flag })
    }

    fn is_filled(self, row: &[&str]) -> bool {
        row.get(self.at).is_some_and(|text| if self.is_flag { *text == "1" } else { !text.is_empty() })
    }
}

impl DoneWhen {
    pub(crate) fn items(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.all, &self.any, &self.also_any, &self.none];
        lists.into_iter().flatten().chain(self.holds.iter().map(|holds| &holds.item)).map(String::as_str)
    }

    pub(crate) fn index(&mut self, record: &Record) {
        let places = |items: &[String]| items.iter().filter_map(|item| Place::of(record, item)).collect();
        self.places = Places {
            all: places(&self.all),
            any: places(&self.any),
            also_any: places(&self.also_any),
            none: places(&self.none),
            holds: self.holds.iter().filter_map(|holds| record.place(&holds.item)).collect(),
        };
    }

    pub(crate) fn holds(&self, row: &[&str]) -> bool {
        let filled = |place: &Place| place.is_filled(row);
        let one_of = |places: &[Place]| places.is_empty() || places.iter().any(filled);
        let coded = |(place, holds): (&usize, &Holds)| row.get(*place).is_some_and(|text| holds.is.iter().any(|code| code == text));
        self.places.all.iter().all(filled)
            && one_of(&self.places.any)
            && one_of(&self.places.also_any)
            && !self.places.none.iter().any(filled)
            && self.places.holds.iter().zip(&self.holds).all(coded)
    }
}
