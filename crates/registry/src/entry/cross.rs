//! What only two items together tell, or an item and the person's other records: seldom right, and never refused by an import, so an officer may
//! confirm it.

use std::collections::BTreeMap;

use catalogue::{Catalogue, Record};
use face::Language;
use vocabulary::{Date, FiscalYear};

use super::words;
use crate::RegistryError;
use crate::results::Form;

/// What is to be confirmed, by item; `others` are 履歴番号 and day of the person's other records of the type.
pub(super) fn doubts(
    language: Language,
    catalogue: &Catalogue,
    record: &Record,
    values: &BTreeMap<String, String>,
    today: Date,
    others: &[(i32, Date)],
) -> Result<BTreeMap<String, String>, RegistryError> {
    let form = Form::of(catalogue, record.number)?;
    let mut doubts = BTreeMap::new();
    let mut doubt = |item: &str, told: String| {
        doubts.entry(item.to_owned()).or_insert(told);
    };
    // Without them a record proves nothing: nobody was examined.
    for (item, missing) in [(form.year_item(), words::YEAR_MISSING), (form.examined_item(), words::DAY_MISSING)] {
        if let Some(item) = item.filter(|item| values.get(*item).is_none_or(String::is_empty)) {
            doubt(item, missing.of(language).to_owned());
        }
    }
    if let Some((item, day)) = form.examined_item().and_then(|item| Some((item, date(record, values, item)?))) {
        if day > today {
            doubt(item, words::IN_FUTURE.of(language).to_owned());
        }
        if let Some((history, _)) = others.iter().find(|(_, other)| *other == day) {
            doubt(item, words::SAME_DAY.with(language, &[("history", history)]));
        }
    }
    for programme in catalogue.programmes_of(record.number) {
        let Some(day) = date(record, values, &programme.result.examined_on) else { continue };
        let year = canonical(record, values, &programme.result.fiscal_year).and_then(|year| year.parse::<i16>().ok());
        if let Some(year) = year.filter(|year| FiscalYear::of(day).0 != *year) {
            let told = words::OUTSIDE_YEAR.with(language, &[("year", &year)]);
            doubt(&programme.result.fiscal_year, told.clone());
            doubt(&programme.result.examined_on, told);
        }
    }
    Ok(doubts)
}

fn canonical(record: &Record, values: &BTreeMap<String, String>, item: &str) -> Option<String> {
    let value = values.get(item)?;
    record.item(item)?.canonical(value).ok().map(std::borrow::Cow::into_owned)
}

fn date(record: &Record, values: &BTreeMap<String, String>, item: &str) -> Option<Date> {
    canonical(record, values, item)?.parse().ok()
}
