//! Single values as they read on a page.

use catalogue::{Item, ItemKind};
use eligibility::{Residency, ResidentClass, Standing};
use face::components::{Tone, chip};
use face::{Html, Language};
use vocabulary::{Date, Sex, day, era};

use super::words;
use crate::unnamed::is_unnamed;

/// A day that is stored as yyyymmdd; a dash where it is not known.
pub(crate) fn date(language: Language, stored: i32) -> String {
    match (day::from_number(stored), language) {
        (Some(day), Language::Japanese) => era::to_wareki(day),
        (Some(day), Language::English) => day.to_string(),
        (None, _) => "—".to_owned(),
    }
}

/// A day of birth: in Japan both years are asked for.
pub(super) fn born(language: Language, stored: i32) -> String {
    match (day::from_number(stored), language) {
        (Some(day), Language::Japanese) => format!("{}（{day}）", era::to_wareki(day)),
        _ => date(language, stored),
    }
}

pub(super) fn sex(language: Language, code: i16) -> &'static str {
    let sex = Sex::from_code(code).unwrap_or_default();
    match (language, sex) {
        (Language::Japanese, sex) => sex.ja(),
        (Language::English, Sex::Female) => "female",
        (Language::English, Sex::Male) => "male",
        (Language::English, Sex::Unknown) => "unknown",
    }
}

/// A text of the register. A character of the city's own that nobody has named yet, and one that is not seen, is shown as 〓 with its code.
pub(crate) fn text(language: Language, text: &str) -> Html {
    if !text.contains(is_unnamed) {
        return text.into();
    }
    let shown: String = text.chars().map(|one| if is_unnamed(one) { '〓' } else { one }).collect();
    let codes: Vec<String> = text.chars().filter(|one| is_unnamed(*one)).map(|one| format!("U+{:04X}", u32::from(one))).collect();
    let said = words::DOUBTFUL.with(language, &[("codes", &codes.join(" "))]);
    Html::all([shown.into(), " ".into(), chip(Tone::Warning, &said)])
}

/// Whether somebody lives here, as a chip.
pub(super) fn standing(language: Language, standing: &Standing, today: Date) -> Html {
    let (tone, word) = match standing.on(today) {
        Residency::MovedOut(_) => (Tone::Neutral, words::MOVED_OUT),
        Residency::Died(_) => (Tone::Neutral, words::DIED),
        Residency::Removed(_) => (Tone::Neutral, words::REMOVED),
        Residency::NotYet(_) => (Tone::Neutral, words::NOT_YET),
        Residency::Outside => (Tone::Information, words::OUTSIDE),
        Residency::Resident if standing.class == ResidentClass::Foreign => (Tone::Success, words::FOREIGN),
        Residency::Resident => (Tone::Success, words::RESIDENT),
    };
    chip(tone, word.of(language))
}

/// What a cell of a record says, with the meaning of its code or its unit.
pub(crate) fn value(language: Language, item: &Item, cell: &str) -> String {
    let meaning = item.code_table().and_then(|table| table.code(cell));
    match (meaning, item.kind) {
        (Some(code), _) => in_language(language, &code.name, &code.english).to_owned(),
        (None, ItemKind::Flag) => if cell == "1" { face::words::YES } else { face::words::NO }.of(language).to_owned(),
        (None, ItemKind::Date) => cell.parse().map_or_else(|_| cell.to_owned(), |date| self::date(language, day::to_number(date))),
        (None, _) => match item.unit.as_deref().filter(|_| language == Language::Japanese) {
            Some(unit) => format!("{cell}{unit}"),
            None => cell.to_owned(),
        },
    }
}

/// One of two texts of the catalogue.
pub(crate) fn in_language<'t>(language: Language, japanese: &'t str, english: &'t str) -> &'t str {
    if language == Language::Japanese { japanese } else { english }
}
