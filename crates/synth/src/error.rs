//! What can go wrong.

use std::path::PathBuf;

/// Why a city was not made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Too few or too many residents.
    #[error("a city has {fewest} to {most} residents, not {asked}")]
    Residents {
        /// What was asked for.
        asked: u32,
        /// The fewest.
        fewest: u32,
        /// The most.
        most: u32,
    },
    /// More weeks than a year has.
    #[error("a year has 52 weeks, not {0}")]
    Weeks(u8),
    /// The code of a fictional city has a wrong check digit.
    #[error("the code of a fictional city does not check")]
    Municipality,
    /// A file could not be written.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The built-in catalogue does not load.
    #[error("the catalogue does not load: {0}")]
    Catalogue(#[from] catalogue::CatalogueError),
    /// The catalogue lacks a record type or an item that results are made of.
    #[error("the catalogue has no item {item} in record type {record}")]
    Item {
        /// Number of the record type.
        record: u16,
        /// Identifier of the item.
        item: &'static str,
    },
}
