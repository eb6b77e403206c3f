//! The home page of a system that has nothing to show but how much there is.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use face::components::{Card, Statistic, cards, number, section, statistics};
use face::{Html, Page, Words, page};

use crate::{Office, Visit, path, words};

impl Office {
    /// The home page: how much there is, by the names that `word` knows, and what the officer may open.
    pub fn home(&self, visit: &Visit, lead: Words, counts: &BTreeMap<String, u64>, word: fn(&str) -> Option<Words>) -> Response {
        let language = visit.guest.language;
        let named = counts.iter().filter_map(|(name, count)| Some((word(name)?, i64::try_from(*count).unwrap_or(i64::MAX))));
        let told: Vec<(&str, String)> = named.map(|(word, count)| (word.of(language), number(count))).collect();
        let shown: Vec<Statistic<'_>> =
            told.iter().map(|(label, value)| Statistic { label, value, unit: words::COUNTED.of(language), note: None }).collect();
        let body = Html::all([section(words::FIGURES.of(language), [statistics(&shown)]), self.places(visit)]);
        self.framed(visit, StatusCode::OK, |frame| {
            page(&Page { title: face::words::HOME.of(language), lead: Some(lead.of(language)), body, ..frame })
        })
    }

    /// What the officer may open besides the home page, as cards; nothing where there is nothing.
    pub fn places(&self, visit: &Visit) -> Html {
        let language = visit.guest.language;
        let entries: Vec<Card<'_>> = self
            .menu_of(visit)
            .filter(|entry| entry.path != path::HOME)
            .map(|entry| Card { href: &entry.path, title: entry.words.of(language), body: Html::empty() })
            .collect();
        if entries.is_empty() { Html::empty() } else { section(words::PLACES.of(language), [cards(&entries)]) }
    }
}
