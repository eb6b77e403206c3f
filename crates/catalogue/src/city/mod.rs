//! What a city alone has: its institutions, prices, offices and characters of its own, as CSV in its folder.

mod characters;
mod institutions;
mod offices;
mod prices;

use std::collections::HashSet;
use std::sync::Arc;

pub use institutions::Institution;
pub use offices::Office;
pub use prices::{Price, Prices};
use sheets::{Column, Gaiji, Options, Row, Sheet};
use vocabulary::{Date, era};

use crate::check::Sources;
use crate::files::{FileName, Files};
use crate::findings::{Findings, Mistake, mistake};

/// The sheets of a city's folder.
#[derive(Debug, Default)]
pub(crate) struct City {
    pub(crate) gaiji: Arc<Gaiji>,
    pub(crate) institutions: Vec<Institution>,
    pub(crate) offices: Vec<Office>,
    pub(crate) prices: Prices,
}

impl City {
    /// Reads the sheets; what they name is looked for in what was read before.
    pub(crate) fn read(files: &Files, sources: &Sources, findings: &mut Findings) -> City {
        let mut city = City::default();
        if let Some((file, bytes)) = sheet(files, "gaiji.csv") {
            city.gaiji = Arc::new(characters::read(file, bytes, findings));
        }
        if let Some((file, bytes)) = sheet(files, "institutions.csv") {
            city.institutions = institutions::read(&mut Reading { file, bytes, gaiji: &city.gaiji, findings }, sources);
        }
        if let Some((file, bytes)) = sheet(files, "offices.csv") {
            city.offices = offices::read(&mut Reading { file, bytes, gaiji: &city.gaiji, findings });
        }
        if let Some((file, bytes)) = sheet(files, "prices.csv") {
            let known = sheet(files, "institutions.csv").map(|_| city.institutions.as_slice());
            city.prices = prices::read(&mut Reading { file, bytes, gaiji: &city.gaiji, findings }, sources, known);
        }
        city
    }
}

fn sheet<'f>(files: &'f Files, name: &str) -> Option<(&'f FileName, &'f [u8])> {
    files.sheets.iter().find(|(file, _)| **file == *name).map(|(file, bytes)| (file, bytes.as_slice()))
}

/// A sheet while it is read.
struct Reading<'r> {
    file: &'r str,
    bytes: &'r [u8],
    gaiji: &'r Arc<Gaiji>,
    findings: &'r mut Findings,
}

impl Reading<'_> {
    /// Reads every row with `each`, which is given its cells in the order of `columns`; a row without a value is passed over, and says so
    /// itself.
    fn rows<const N: usize, T>(&mut self, columns: &[Column; N], mut each: impl FnMut(&mut Cells<'_, N>) -> Option<T>) -> Vec<T> {
        let mut rows = Vec::new();
        let outcome = (|| {
            let mut sheet = Sheet::open(self.bytes, Options { gaiji: Arc::clone(self.gaiji), ..Options::default() })?;
            let places = sheet.places(columns)?;
            let known = |heading: &&String| !columns.iter().any(|column| column.heading == heading.as_str());
            for heading in sheet.headings().iter().filter(known) {
                let expected = columns.map(|column| column.heading).join(", ");
                self.findings.at(
                    self.file,
                    1,
                    heading.as_str(),
                    mistake!(
                        "このファイルにない列です。使えるのは {expected} です",
                        "is no column of this file; its columns are {expected}"
                    ),
                );
            }
            while let Some(row) = sheet.next_row()? {
                match row {
                    Ok(row) => {
                        let mut cells = Cells { row, places, columns, file: self.file, findings: self.findings };
                        rows.extend(each(&mut cells));
                    }
                    Err(rejected) => self.findings.refused(self.file, rejected),
                }
            }
            Ok::<_, sheets::SheetError>(())
        })();
        if let Err(error) = outcome {
            self.findings.add(self.file, "", Mistake::of_both(&error.to_string()));
        }
        rows
    }
}

/// The cells of a row, by the place of their column among those of the sheet.
struct Cells<'c, const N: usize> {
    row: &'c Row,
    places: [Option<usize>; N],
    columns: &'c [Column; N],
    file: &'c str,
    findings: &'c mut Findings,
}

impl<const N: usize> Cells<'_, N> {
    fn get(&self, column: usize) -> &str {
        self.places.get(column).copied().flatten().and_then(|at| self.row.get(at)).unwrap_or_default().trim_matches([' ', '\u{3000}'])
    }

    fn text(&self, column: usize) -> String {
        self.get(column).to_owned()
    }

    /// Notes what is wrong with a cell.
    fn wrong(&mut self, column: usize, what: Mistake) {
        let heading = self.columns.get(column).map_or("", |column| column.heading);
        self.findings.at(self.file, usize::try_from(self.row.line()).unwrap_or(usize::MAX), heading, what);
    }

    fn unless(&mut self, holds: bool, column: usize, what: impl FnOnce() -> Mistake) {
        if !holds {
            self.wrong(column, what());
        }
    }

    /// A cell that must not be empty.
    fn filled(&mut self, column: usize) -> String {
        self.unless(!self.get(column).is_empty(), column, || mistake!("空です。入力してください", "is empty: fill it in"));
        self.text(column)
    }

    /// A cell that stands once in its column.
    fn once(&mut self, column: usize, seen: &mut HashSet<String>) -> String {
        let text = self.filled(column);
        self.unless(seen.insert(text.clone()), column, || {
            mistake!("`{text}` は前の行にもあります", "`{text}` stands in a row before this one")
        });
        text
    }

    /// A day, or none.
    fn date(&mut self, column: usize) -> Option<Date> {
        let cell = self.text(column);
        if cell.is_empty() {
            return None;
        }
        let date = era::parse_date(&cell).ok();
        self.unless(date.is_some(), column, || mistake!("日付ではありません。例 2026-04-01", "is not a day, such as 2026-04-01"));
        date
    }

    /// What is joined by `|`.
    fn list(&self, column: usize) -> Vec<String> {
        self.get(column).split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

const fn required(heading: &'static str) -> Column {
    Column { heading, required: true }
}

const fn optional(heading: &'static str) -> Column {
    Column { heading, required: false }
}
