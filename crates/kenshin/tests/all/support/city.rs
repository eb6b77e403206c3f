//! The input files of a city, read by means of our own: the `csv` crate and text, nothing of the code under test.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

/// A row by its headings.
pub(crate) type Row = HashMap<String, String>;

/// Year, month, day.
pub(crate) type Day = (i32, i32, i32);

/// The day of the synthetic cities, on which people go to facilities.
pub(crate) const TODAY: Day = (2026, 11, 22);
/// The day on which the demonstration extracts.
pub(crate) const EVE: Day = (2026, 11, 21);
/// The fiscal year it is in.
pub(crate) const YEAR: i32 = 2026;

/// What a city's files say.
pub(crate) struct City {
    /// By 住民番号, after the first week.
    pub(crate) residents: BTreeMap<String, Resident>,
    /// Rows of the week that say something else about somebody who was known.
    pub(crate) changed: u64,
    /// Rows of all result files, by record type.
    pub(crate) results: Vec<(u8, Row)>,
    /// 受付番号 of `incoming.csv` with the 住民番号 it is; empty for nobody here.
    pub(crate) truth: BTreeMap<String, String>,
}

/// A row of the register.
pub(crate) struct Resident {
    row: Row,
}

impl City {
    /// Reads `residents.csv`, `weekly-01.csv`, `results/*.csv`, `truth.csv`.
    pub(crate) fn read(folder: &Path) -> City {
        let mut residents = BTreeMap::new();
        for row in rows(&folder.join("residents.csv")) {
            assert!(residents.insert(row["住民番号"].clone(), Resident { row }).is_none(), "a 住民番号 twice");
        }
        let mut changed = 0;
        for row in rows(&folder.join("weekly-01.csv")) {
            let number = row["住民番号"].clone();
            let before = residents.insert(number, Resident { row: row.clone() });
            changed += u64::from(before.is_some_and(|before| before.row != row));
        }
        let mut results = Vec::new();
        for file in fs::read_dir(folder.join("results")).unwrap() {
            let path = file.unwrap().path();
            let record: u8 = path.file_name().unwrap().to_str().unwrap()[..2].parse().unwrap();
            results.extend(rows(&path).into_iter().map(|row| (record, row)));
        }
        let truth = rows(&folder.join("truth.csv")).into_iter().map(|row| (row["受付番号"].clone(), row["住民番号"].clone())).collect();
        let city = City { residents, changed, results, truth };
        assert!(city.residents.len() > 50 && city.results.len() > 50 && city.truth.len() > 50, "the input is too small to show anything");
        city
    }

    /// Rows of one record type.
    pub(crate) fn of_type(&self, record: u8) -> impl Iterator<Item = &Row> {
        self.results.iter().filter(move |(number, _)| *number == record).map(|(_, row)| row)
    }
}

impl Resident {
    /// A cell.
    pub(crate) fn text(&self, heading: &str) -> &str {
        &self.row[heading]
    }

    /// Year, month, day.
    pub(crate) fn birth(&self) -> Day {
        date(self.text("生年月日")).unwrap()
    }

    /// Age on 31 March of the fiscal year: whoever is born on 1 April is a year older the day before (Age Calculation Act).
    pub(crate) fn age(&self, year: i32) -> i32 {
        let (born, month, day) = self.birth();
        year + 1 - born - i32::from((month, day) > (4, 1))
    }

    /// Whether they live here on that day by the register.
    pub(crate) fn lives_here(&self, on: Day) -> bool {
        let since = date(self.text("住民となった日")).is_none_or(|since| since <= on);
        let until = date(self.text("住民でなくなった日")).is_none_or(|until| on < until);
        self.text("住民区分") != "3" && self.birth() <= on && since && until
    }

    pub(crate) fn is_woman(&self) -> bool {
        self.text("性別") == "2"
    }

    /// Whether nobody writes to them: protected, or gone by now.
    pub(crate) fn is_withheld(&self) -> bool {
        self.is_protected() || !self.text("消除事由").is_empty()
    }

    pub(crate) fn is_protected(&self) -> bool {
        self.text("支援措置") == "1"
    }

    pub(crate) fn has_number(&self) -> bool {
        !self.text("個人番号").is_empty()
    }
}

/// `2026-04-01`, the only form the demonstration's files use; nothing for an empty cell.
pub(crate) fn date(text: &str) -> Option<Day> {
    if text.is_empty() {
        return None;
    }
    let parts: Vec<i32> = text.split('-').map(|part| part.parse().unwrap_or_else(|_| panic!("a date in another form: {text}"))).collect();
    let [year, month, day] = parts[..] else { panic!("a date in another form: {text}") };
    Some((year, month, day))
}

/// The rows of a CSV file.
pub(crate) fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(Result::unwrap).collect()
}
