//! What is wrong with a catalogue, gathered over all files so that one run shows everything.

use core::fmt;

/// One thing that does not fit: where, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The file, relative to the catalogue (`programmes/stomach.toml`).
    pub file: String,
    /// The key inside it (`examination.xray.ages`); empty when it is the whole file.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            write!(f, "{}: {}", self.file, self.what)
        } else {
            write!(f, "{}: {}: {}", self.file, self.key, self.what)
        }
    }
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A directory or file of it could not be read.
    #[error("cannot read {path}: {why}")]
    Unreadable {
        /// The path that was asked for.
        path: String,
        /// What the operating system says.
        why: std::io::Error,
    },
    /// Files that are not TOML of the expected shape, or that do not fit together.
    #[error("the catalogue does not fit together:\n{}", .0.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n"))]
    Findings(Vec<Finding>),
}

/// Gathers findings while loading and checking.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

impl Findings {
    pub(crate) fn add(&mut self, file: &str, key: impl Into<String>, what: impl Into<String>) {
        self.0.push(Finding { file: file.to_owned(), key: key.into(), what: what.into() });
    }

    /// Records `what` unless the condition holds.
    pub(crate) fn unless(&mut self, holds: bool, file: &str, key: impl Into<String>, what: impl FnOnce() -> String) {
        if !holds {
            self.add(file, key, what());
        }
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, CatalogueError> {
        if self.0.is_empty() { Ok(value) } else { Err(CatalogueError::Findings(self.0)) }
    }
}
