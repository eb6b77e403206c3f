//! When something was last proven: the dated rows of `docs/soak.md` and `docs/benchmarks.md`, and the results of a run of the tests.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde::{Deserialize, Serialize};
use vocabulary::Date;

const SOAKS: &str = include_str!("../../../../docs/soak.md");
const BENCHMARKS: &str = include_str!("../../../../docs/benchmarks.md");

/// What a row says that was not run to its end yet.
const TO_BE_TAKEN: &str = "to be taken";

/// The day of a record that a control names, such as `docs/soak.md: soak_t_21…`; none when it was not taken yet.
pub(crate) fn recorded(record: &str) -> Option<Date> {
    match record.split_once(": ")? {
        ("docs/soak.md", row) => day_of_soak(SOAKS, row),
        ("docs/benchmarks.md", row) => day_of_benchmark(BENCHMARKS, row),
        _ => None,
    }
}

/// The day of the soak of this name. Rows name them by their beginning.
pub(crate) fn soaked(test: &str) -> Option<Date> {
    day_of_soak(SOAKS, test)
}

fn cells(row: &str) -> Vec<&str> {
    row.trim_matches('|').split('|').map(str::trim).collect()
}

fn day_of_soak(page: &str, name: &str) -> Option<Date> {
    let row = page.lines().filter(|line| line.starts_with("| `soak_")).map(cells).find(|row| {
        let named = row.first().map(|cell| cell.trim_matches('`').trim_end_matches('…')).unwrap_or_default();
        name.starts_with(named) || named.starts_with(name)
    })?;
    row.get(3)?.parse().ok()
}

/// Whether a cell begins with the whole of a name: `W1b` does not with `W1`.
fn begins_with(cell: &str, name: &str) -> bool {
    cell.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

fn day_of_benchmark(page: &str, name: &str) -> Option<Date> {
    let is_named = |row: &Vec<&str>| row.iter().take(2).any(|cell| begins_with(cell, name));
    let row = page.lines().filter(|line| line.starts_with("| ")).map(cells).find(is_named)?;
    if row.contains(&TO_BE_TAKEN) {
        return None;
    }
    let day: Vec<&str> = page.split("Measured on ").nth(1)?.split_whitespace().take(3).collect();
    Date::strptime("%d %B %Y", day.join(" ")).ok()
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// It held.
    Passed,
    /// It was left out, did not end, or is not there.
    #[serde(rename = "not run", alias = "ignored")]
    NotRun,
    /// It did not hold.
    Failed,
}

/// A run of the tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Run {
    /// The sources that were tested, by the commit; with `+changes` where they were not as it has them.
    pub(crate) commit: String,
    /// The databases on which they were.
    pub(crate) databases: String,
}

/// The results of a run, by `crate::test`.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) run: Run,
    pub(crate) tests: BTreeMap<String, (Date, Outcome)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    date: Date,
    commit: String,
    databases: String,
    #[serde(rename = "crate")]
    package: String,
    test: String,
    outcome: Outcome,
}

/// Reads what `cargo xtask test --results FILE` wrote of one run.
pub(crate) fn results(path: &Path) -> anyhow::Result<Results> {
    let shown = path.display();
    let mut reader = csv::Reader::from_path(path).with_context(|| format!("cannot read {shown}"))?;
    let mut found: Option<Results> = None;
    for row in reader.deserialize() {
        let row: Row = row.with_context(|| format!("{shown} is not what `cargo xtask test --results` writes"))?;
        let run = Run { commit: row.commit, databases: row.databases };
        let results = found.get_or_insert_with(|| Results { run: run.clone(), tests: BTreeMap::new() });
        ensure!(results.run == run, "{shown} is of several runs: {} and {}", results.run.commit, run.commit);
        // A test that stands in two programs of a crate holds when it holds in both.
        let entry = results.tests.entry(format!("{}::{}", row.package, row.test)).or_insert((row.date, row.outcome));
        entry.1 = entry.1.max(row.outcome);
    }
    found.with_context(|| format!("{shown} has no results"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Measured on 30 November 2026 with nothing beside it\n\n| | work | ours |\n|---|---|---|\n| W1b | first load | 6.64 s |\n\
        | — | delay among peers | to be taken |\n";

    #[test]
    fn a_record_has_the_day_of_its_row_and_none_before_it_was_taken() {
        let soaks = "| soak | must | CI | last run |\n|---|---|---|---|\n| `soak_t_21_ten…` | x | 1,000 | 2026-11-29 |\n\
            | `soak_t_28_a…` | x | 12 | to be taken |\n";
        let day = Some(Date::constant(2026, 11, 29));
        assert_eq!(day_of_soak(soaks, "soak_t_21_ten_thousand_mutations_are_found"), day);
        assert_eq!(day_of_soak(soaks, "soak_t_21"), day);
        assert_eq!(day_of_soak(soaks, "soak_t_28_a_hundred"), None);
        assert_eq!(day_of_soak(soaks, "soak_t_01"), None);
        assert_eq!(day_of_benchmark(PAGE, "W1b"), Some(Date::constant(2026, 11, 30)));
        assert_eq!(day_of_benchmark(PAGE, "first load"), Some(Date::constant(2026, 11, 30)));
        assert_eq!(day_of_benchmark(PAGE, "W1"), None, "the row of W1b is another");
        assert_eq!((day_of_benchmark(PAGE, "delay among"), day_of_benchmark(PAGE, "W9")), (None, None));
    }

    #[test]
    fn the_pages_of_the_house_are_read() {
        assert!(recorded("docs/soak.md: soak_t_21_ten_thousand_mutations").is_some());
        assert!(recorded("docs/benchmarks.md: W3").is_some());
        assert!(recorded("docs/other.md: W3").is_none());
    }
}
