//! What only two items together tell: seldom right, and never refused by an import, so an officer may confirm it.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Record};
use face::Language;
use vocabulary::{Date, FiscalYear};

use super::words;

/// What is to be confirmed, by item.
pub(super) fn doubts(
    language: Language,
    catalogue: &Catalogue,
    record: &Record,
    values: &BTreeMap<String, String>,
    today: Date,
) -> BTreeMap<String, String> {
    let mut doubts = BTreeMap::new();
    let mut doubt = |item: &str, told: String| {
        doubts.entry(item.to_owned()).or_insert(told);
    };
    for programme in catalogue.programmes_of(record.number) {
        let day = date(record, values, &programme.result.examined_on);
        let Some(day) = day else { continue };
        if day > today {
            doubt(&programme.result.examined_on, words::IN_FUTURE.of(language).to_owned());
        }
        let year = canonical(record, values, &programme.result.fiscal_year).and_then(|year| year.parse::<i16>().ok());
        if let Some(year) = year.filter(|year| FiscalYear::of(day).0 != *year) {
            let told = words::OUTSIDE_YEAR.with(language, &[("year", &year)]);
            doubt(&programme.result.fiscal_year, told.clone());
            doubt(&programme.result.examined_on, told);
        }
    }
    doubts
}

fn canonical(record: &Record, values: &BTreeMap<String, String>, item: &str) -> Option<String> {
    let value = values.get(item)?;
    record.item(item)?.canonical(value).ok().map(std::borrow::Cow::into_owned)
}

fn date(record: &Record, values: &BTreeMap<String, String>, item: &str) -> Option<Date> {
    canonical(record, values, item)?.parse().ok()
}
