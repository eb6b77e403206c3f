//! Who is looked for, as it was filled in.

use face::Language;
use vocabulary::{Date, Purpose, ResidentNumber, era, text};

use super::words;
use office::Fields;

/// Names of the fields.
pub(super) const NUMBER: &str = "number";
pub(super) const KANA: &str = "kana";
pub(super) const BORN: &str = "born";
pub(super) const PURPOSE: &str = "for";

/// Who is looked for.
pub(super) enum SearchTerms {
    /// By 住民番号.
    Number(ResidentNumber),
    /// By kana, folded, and day of birth.
    KanaAndBirth(String, Date),
}

/// What is wrong with what was filled in, by field.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) number: Option<&'static str>,
    pub(super) kana: Option<&'static str>,
    pub(super) born: Option<&'static str>,
    pub(super) purpose: Option<&'static str>,
}

impl Wrong {
    pub(super) fn is_any(&self) -> bool {
        [self.number, self.kana, self.born, self.purpose].iter().any(Option::is_some)
    }
}

impl SearchTerms {
    /// How it is noted in the record of use: the way, never the person.
    pub(super) fn way(&self) -> &'static str {
        match self {
            SearchTerms::Number(_) => "by number",
            SearchTerms::KanaAndBirth(..) => "by kana and birth",
        }
    }

    /// Reads the form. A number goes before the rest.
    pub(super) fn read(language: Language, fields: &Fields) -> Result<SearchTerms, Wrong> {
        let (number, kana) = (fields.get(NUMBER).trim(), text::folded_kana(fields.get(KANA)));
        if !number.is_empty() {
            let wrong = Wrong { number: Some(words::NUMBER_WRONG.of(language)), ..Wrong::default() };
            return ResidentNumber::parse(&text::folded_width(number)).map(SearchTerms::Number).map_err(|_| wrong);
        }
        let born = born(fields);
        match (kana.is_empty(), &born) {
            (true, Ok(None)) => Err(Wrong { number: Some(words::NOTHING_ASKED.of(language)), ..Wrong::default() }),
            (true, _) => Err(Wrong { kana: Some(words::KANA_MISSING.of(language)), ..Wrong::default() }),
            (false, Ok(Some(born))) => Ok(SearchTerms::KanaAndBirth(kana, *born)),
            (false, Ok(None)) => Err(Wrong { born: Some(words::BORN_MISSING.of(language)), ..Wrong::default() }),
            (false, Err(())) => Err(Wrong { born: Some(words::BORN_WRONG.of(language)), ..Wrong::default() }),
        }
    }
}

/// The three parts of the day as they were typed.
pub(super) fn parts(fields: &Fields) -> [String; 3] {
    ["year", "month", "day"].map(|part| fields.get(&format!("{BORN}-{part}")).trim().to_owned())
}

/// A day in any of the ways to write a year: 1976, S51, 昭和51.
fn born(fields: &Fields) -> Result<Option<Date>, ()> {
    let parts = parts(fields);
    if parts.iter().all(String::is_empty) {
        return Ok(None);
    }
    era::parse_date(&parts.join("/")).or_else(|_| era::parse_date(&parts.join("."))).map(Some).map_err(|_| ())
}

/// The purpose that was chosen, if it is one of those offered.
pub(super) fn purpose(fields: &Fields, offered: &[Purpose]) -> Option<Purpose> {
    fields.get(PURPOSE).parse().ok().filter(|purpose| offered.contains(purpose))
}
