//! What is wrong with a catalogue, gathered over all files so that one run shows everything.

use core::fmt;

use crate::files::Files;
use crate::place;

/// What does not fit and what would be right, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) japanese: String,
    pub(crate) english: String,
}

impl Mistake {
    /// Of a text that says both, with ` / ` between them.
    pub(crate) fn of_both(text: &str) -> Mistake {
        let (japanese, english) = text.split_once(" / ").unwrap_or((text, text));
        Mistake { japanese: japanese.to_owned(), english: english.to_owned() }
    }
}

/// A [`Mistake`] from two texts, in Japanese and in English, that the same values are filled into.
macro_rules! mistake {
    ($japanese:literal, $english:literal $(, $value:expr)*) => {
        $crate::findings::Mistake { japanese: format!($japanese $(, $value)*), english: format!($english $(, $value)*) }
    };
}
pub(crate) use mistake;

/// One thing that does not fit: where, and what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Finding {
    /// The file, relative to the catalogue (`programmes/stomach.toml`).
    pub file: String,
    /// The line of it, where one can be named.
    pub line: Option<usize>,
    /// The key inside it (`examination.xray.ages`), the column of a sheet; empty when it is the whole file.
    pub key: String,
    /// What is wrong and what would be right.
    pub what: String,
    /// The same in Japanese.
    pub japanese: String,
}

impl Finding {
    fn of(file: &str, line: Option<usize>, key: String, Mistake { japanese, english }: Mistake) -> Finding {
        Finding { file: file.to_owned(), line, key, what: english, japanese }
    }

    /// About a whole file, in Japanese and in English.
    pub(crate) fn of_file(file: String, [japanese, english]: [&str; 2]) -> Finding {
        Finding { file, line: None, key: String::new(), what: english.to_owned(), japanese: japanese.to_owned() }
    }

    /// Where it is, with what is wrong there in one language.
    fn told(&self, what: &str) -> String {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        let key = if self.key.is_empty() { String::new() } else { format!(": {}", self.key) };
        format!("{}{line}{key}: {what}", self.file)
    }

    /// Where it is and what is wrong there, in Japanese.
    pub fn in_japanese(&self) -> String {
        self.told(&self.japanese)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(&self.what))
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
    /// Files that are not of the expected shape, or that do not fit together.
    #[error("the catalogue does not fit together:\n{}", .0.iter().map(Finding::to_string).collect::<Vec<_>>().join("\n"))]
    Findings(Vec<Finding>),
}

impl CatalogueError {
    /// The same for a reader of Japanese: a mistake a line.
    pub fn in_japanese(&self) -> String {
        match self {
            CatalogueError::Unreadable { path, why } => format!("{path} を読み取れません（{why}）"),
            CatalogueError::Findings(findings) => findings.iter().map(Finding::in_japanese).collect::<Vec<_>>().join("\n"),
        }
    }
}

/// Gathers findings while loading and checking.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    all: Vec<Finding>,
    /// Whether a file could not be read: what it holds is then not missing everywhere else too.
    is_partial: bool,
}

impl Findings {
    pub(crate) fn add(&mut self, file: &str, key: impl Into<String>, what: Mistake) {
        self.all.push(Finding::of(file, None, key.into(), what));
    }

    pub(crate) fn at(&mut self, file: &str, line: usize, key: impl Into<String>, what: Mistake) {
        self.all.push(Finding::of(file, Some(line), key.into(), what));
    }

    /// A row of a sheet that cannot be read.
    pub(crate) fn refused(&mut self, file: &str, row: sheets::Rejected) {
        let line = usize::try_from(row.line).unwrap_or(usize::MAX);
        self.at(file, line, row.column, Mistake { japanese: row.reason, english: row.english });
    }

    /// Records `what` unless the condition holds.
    pub(crate) fn unless(&mut self, holds: bool, file: &str, key: impl Into<String>, what: impl FnOnce() -> Mistake) {
        if !holds {
            self.add(file, key, what());
        }
    }

    /// Records that something is named which is not there; not when it may stand in a file that could not be read.
    pub(crate) fn resolves(&mut self, holds: bool, file: &str, key: impl Into<String>, what: impl FnOnce() -> Mistake) {
        self.unless(holds || self.is_partial, file, key, what);
    }

    /// Says that what was found so far keeps files from being read.
    pub(crate) fn mark_partial(&mut self) {
        self.is_partial = !self.all.is_empty();
    }

    /// The value when nothing was found; or everything that was, with the lines of its keys.
    pub(crate) fn or<T>(self, value: T, files: &Files) -> Result<T, CatalogueError> {
        let mut all = self.all;
        if all.is_empty() {
            return Ok(value);
        }
        for finding in all.iter_mut().filter(|finding| finding.line.is_none() && !finding.key.is_empty()) {
            finding.line = files.text(&finding.file).and_then(|text| place::line_of_key(text, &finding.key));
        }
        all.sort();
        all.dedup();
        Err(CatalogueError::Findings(all))
    }
}
