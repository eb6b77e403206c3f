//! Names of people who do not exist: Japanese ones with variant characters and IVS, and those of foreign residents.

mod family;
mod foreign;
mod given;

pub(crate) use family::{FamilyName, family, family_with_selector};
pub(crate) use foreign::foreign;
pub(crate) use given::{GivenName, given};

/// The data files write * where the variation selector U+E0100 stands, so that it can be seen.
fn with_selectors(text: &str) -> String {
    text.replace('*', "\u{E0100}")
}

/// Lines of a data file without comments and blanks.
fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}
