//! Values that the command line reads while it parses: what cannot be is wrong usage (exit code 2), and said before anything is touched.

use vocabulary::{Date, MunicipalityCode, ResidentNumber, era};

/// A municipality code.
pub(super) fn municipality(code: &str) -> Result<MunicipalityCode, String> {
    MunicipalityCode::parse(code).map_err(|error| format!("{error}: 6 digits with a check digit, such as 991015"))
}

/// A date, in any of the ways to write one.
pub(super) fn date(written: &str) -> Result<Date, String> {
    era::parse_date(written).map_err(|error| format!("{error}: write 2026-11-22 or R8.11.22"))
}

/// 住民番号.
pub(super) fn resident(number: &str) -> Result<ResidentNumber, String> {
    ResidentNumber::parse(number).map_err(|error| error.to_string())
}

/// Something that is not empty.
pub(super) fn name(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// The name of a person among those who share an account: what can stand in a record without being taken for something else.
pub(super) fn person(text: &str) -> Result<String, String> {
    let fits = |character: char| character.is_alphanumeric() || "._-".contains(character);
    if (1..=40).contains(&text.chars().count()) && text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("1 to 40 letters, digits, dots, hyphens".to_owned())
    }
}

/// A system that has rooms.
pub(super) fn system(name: &str) -> Result<String, String> {
    match deployment::systems::named(name) {
        Some(one) => Ok(one.system().to_owned()),
        None => {
            let known: Vec<&str> = deployment::systems::implementations().map(|one| one.system()).collect();
            Err(format!("one of {}", known.join(", ")))
        }
    }
}

/// A reason as it stands in the record of use.
pub(super) fn reason(text: &str) -> Result<String, String> {
    vocabulary::text::read_reason(text).map(str::to_owned).ok_or_else(|| "1 to 200 bytes, each of which can be seen".to_owned())
}
