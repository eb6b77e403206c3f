//! What is claimed of the controls of the privacy impact assessment (`catalogue/controls/`): every test, check and record that a control names is
//! there, every control that a test names is one and names the test, and what is proven stands in `xtask/proven.txt`, so that whoever takes a claim
//! back takes away a line that a reviewer sees.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::limits;

const PROVEN: &str = "xtask/proven.txt";
/// The chapters of the assessment, as controls' ids and tests' names have them.
const CHAPTERS: &[&str] = &["i", "ii", "iii", "iv", "v"];
/// Where the house stands against ASVS: requirements, and the files and tests that meet them.
const ASVS: &str = "docs/asvs.md";
const ASVS_STATES: &[&str] = &["holds", "partly", "open", "not ours"];
/// How a file of ours begins where a page names it.
const FOLDERS: &[&str] = &[".ci/", "catalogue/", "crates/", "docs/", "xtask/"];
/// What a row says that was not run to its end yet.
const TO_BE_TAKEN: &str = "to be taken";

#[derive(Deserialize)]
struct File {
    control: Vec<Control>,
}

#[derive(Deserialize)]
struct Control {
    id: String,
    state: String,
    #[serde(default)]
    tests: Vec<String>,
    #[serde(default)]
    checks: Vec<String>,
    #[serde(default)]
    records: Vec<String>,
}

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let read = |path: &str| fs::read_to_string(root.join(path)).with_context(|| path.to_owned());
    let mut controls = Vec::new();
    for entry in fs::read_dir(root.join("catalogue/controls"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let file: File = toml::from_str(&fs::read_to_string(&path)?).with_context(|| path.display().to_string())?;
            controls.extend(file.control);
        }
    }
    let tests = tests(root)?;
    let (commands, proven) = (read("docs/generated/commands.md")?, read(PROVEN)?);
    let rows = |page: &str| read(page).unwrap_or_default();
    let mut findings = named(&controls, &tests);
    findings.extend(controls.iter().flat_map(|control| claimed(control, &tests, &commands, &rows)));
    findings.extend(kept(&controls, &proven));
    findings.extend(pointed_at(&read(ASVS)?, &tests, |name| root.join(name).exists()));
    Ok(findings)
}

/// Tests and how often each stands in its crate, as `crate::name`.
fn tests(root: &Path) -> anyhow::Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for path in limits::sources(root)?.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        let shown = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let package = shown.strip_prefix("crates/").unwrap_or(&shown).split('/').next().unwrap_or_default();
        for name in names(&fs::read_to_string(&path)?) {
            *found.entry(format!("{package}::{name}")).or_default() += 1;
        }
    }
    Ok(found)
}

/// The functions of a source that bear a test's attribute.
fn names(source: &str) -> Vec<&str> {
    let mut is_test = false;
    let mut found = Vec::new();
    for line in source.lines().map(str::trim_start) {
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let function = line.trim_start_matches("pub ").trim_start_matches("async ").strip_prefix("fn ");
        let name = function.and_then(|rest| rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').next());
        if let Some(name) = name.filter(|_| is_test) {
            found.push(name);
            is_test = false;
        }
    }
    found
}

/// The parts of a test's name that begin like a control's id.
fn like_controls(name: &str) -> impl Iterator<Item = &str> {
    let begins =
        name.match_indices("c_").filter(|(at, _)| *at == 0 || name.get(at - 1..*at) == Some("_")).filter_map(|(at, _)| name.get(at..));
    begins.filter(|rest| {
        let mut parts = rest.split('_').skip(1);
        parts.next().is_some_and(|part| CHAPTERS.contains(&part))
            && parts.next().is_some_and(|part| part.starts_with(|first: char| first.is_ascii_digit()))
    })
}

/// Tests that name a control which there is not, or which does not name them.
fn named(controls: &[Control], tests: &BTreeMap<String, usize>) -> Vec<String> {
    let ids: Vec<(String, &Control)> = controls.iter().map(|control| (control.id.to_lowercase().replace('-', "_"), control)).collect();
    let mut findings = Vec::new();
    for test in tests.keys() {
        for begins in like_controls(test.rsplit(':').next().unwrap_or_default()) {
            let is_of = |id: &str| begins.strip_prefix(id).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
            match ids.iter().find(|(id, _)| is_of(id)) {
                None => findings.push(format!("{test}: there is no control of that name in catalogue/controls")),
                Some((_, control)) if !control.tests.contains(test) => {
                    findings.push(format!("{test}: {} does not name it among its tests (catalogue/controls)", control.id));
                }
                Some(_) => {}
            }
        }
    }
    findings
}

/// What a control claims and is not there.
fn claimed(control: &Control, tests: &BTreeMap<String, usize>, commands: &str, page: &impl Fn(&str) -> String) -> Vec<String> {
    let Control { id, state, .. } = control;
    let is_proven = state == "proven";
    let mut findings = Vec::new();
    for test in &control.tests {
        match tests.get(test) {
            Some(1) => {}
            Some(count) => findings.push(format!("{id}: {count} tests are called {test}: give the one that is meant a name of its own")),
            None => findings.push(format!("{id}: there is no test {test}")),
        }
        let undated =
            || row(&page("docs/soak.md"), test.rsplit(':').next().unwrap_or_default()).is_none_or(|row| row.contains(TO_BE_TAKEN));
        if is_proven && test.contains("::soak_") && undated() {
            findings.push(format!("{id}: {test} has no dated row in docs/soak.md"));
        }
    }
    for check in &control.checks {
        if !commands.contains(&format!("\n## `{check}`\n")) {
            findings.push(format!("{id}: there is no command {check}"));
        }
    }
    for record in &control.records {
        let row = record.split_once(": ").and_then(|(name, begins)| row(&page(name), begins));
        match row {
            None => findings.push(format!("{id}: there is no row {record}")),
            Some(row) if is_proven && row.contains(TO_BE_TAKEN) => findings.push(format!("{id}: {record} has no date yet")),
            Some(_) => {}
        }
    }
    if is_proven && control.tests.is_empty() && control.records.is_empty() {
        findings.push(format!("{id}: is said to be proven, and names no test and no record"));
    }
    findings
}

/// Whether a cell begins with the whole of a name: `W1b` does not with `W1`.
fn begins_with(cell: &str, name: &str) -> bool {
    cell.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// The row of a page whose first or second cell begins with the name, or, shortened by `…`, is its beginning.
fn row(page: &str, name: &str) -> Option<String> {
    let is_named = |line: &&str| {
        let mut cells = line.trim_start_matches("| ").split('|').take(2).map(|cell| cell.trim().trim_matches('`'));
        cells.any(|cell| begins_with(cell, name) || cell.strip_suffix('…').is_some_and(|begins| name.starts_with(begins)))
    };
    page.lines().filter(|line| line.starts_with("| ")).find(is_named).map(str::to_owned)
}

/// What is proven stands in the list, and what stands there is proven.
fn kept(controls: &[Control], list: &str) -> Vec<String> {
    let listed: BTreeSet<&str> = list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let proven: BTreeSet<&str> = controls.iter().filter(|control| control.state == "proven").map(|control| control.id.as_str()).collect();
    let lost =
        listed.difference(&proven).map(|id| format!("{id}: is in {PROVEN} and is not proven: only a claim that was wrong is taken away"));
    lost.chain(proven.difference(&listed).map(|id| format!("{id}: is proven: add it to {PROVEN}, so that it stays so"))).collect()
}

/// Files and tests that the page of ASVS names between back-ticks and that are not there, and counts that are not those of its rows.
fn pointed_at(page: &str, tests: &BTreeMap<String, usize>, is_file: impl Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for name in page.split('`').skip(1).step_by(2) {
        let is_path = FOLDERS.iter().any(|folder| name.starts_with(folder)) || name.ends_with(".md") || name.ends_with(".toml");
        if name.contains("::") && name != "crate::name_of_the_test" && tests.get(name) != Some(&1) {
            findings.push(format!("{ASVS}: there is no test {name}, or more than one"));
        } else if is_path && !is_file(name) {
            findings.push(format!("{ASVS}: there is no file {name}"));
        }
    }
    for state in ASVS_STATES {
        let count = page.lines().filter(|line| line.split(" | ").nth(3) == Some(*state)).count();
        if !page.contains(&format!("\n| {state} | {count} | ")) {
            findings.push(format!("{ASVS}: {count} rows say \"{state}\", and its table of counts says another number"));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOAKS: &str =
        "| soak | must |\n|---|---|\n| `soak_t_01_ten…` | x | 10 | 2026-11-29 |\n| `soak_t_28_a…` | x | 1 | to be taken |\n";

    #[test]
    fn a_row_is_found_by_the_whole_of_its_name() {
        let page = "| W1b | first load |\n| W1 | weekly file |\n";
        assert_eq!(row(page, "W1").as_deref(), Some("| W1 | weekly file |"));
        assert_eq!(row(page, "W1b").as_deref(), Some("| W1b | first load |"));
    }

    fn control(id: &str, state: &str, tests: &[&str]) -> Control {
        let tests = tests.iter().map(|test| (*test).to_owned()).collect();
        Control { id: id.to_owned(), state: state.to_owned(), tests, checks: Vec::new(), records: Vec::new() }
    }

    fn tests(names: &[&str]) -> BTreeMap<String, usize> {
        names.iter().map(|name| ((*name).to_owned(), 1)).collect()
    }

    #[test]
    fn tests_are_found_by_their_attribute() {
        let source = "fn no() {}\n    #[test]\n    fn one() {}\n#[tokio::test(flavor = \"multi_thread\")]\n#[ignore = \"x\"]\nasync fn two() {}\nfn not() {}\n";
        assert_eq!(names(source), ["one", "two"]);
    }

    #[test]
    fn a_control_that_there_is_not_and_one_that_does_not_name_its_test_are_found() {
        let controls = [control("C-II-2-REG-1", "partly", &["a::c_ii_2_reg_1_holds"])];
        let all =
            ["a::c_ii_2_reg_1_holds", "a::c_ii_2_reg_10_holds", "a::t_05_c_ii_2_reg_1_too", "a::c3_is_none", "a::c_iii_said_in_general"];
        let findings = named(&controls, &tests(&all));
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings.iter().any(|finding| finding.starts_with("a::c_ii_2_reg_10_holds: there is no control")));
        assert!(findings.iter().any(|finding| finding.starts_with("a::t_05_c_ii_2_reg_1_too: C-II-2-REG-1 does not name it")));
    }

    #[test]
    fn a_claim_without_its_test_check_or_record_is_found() {
        let mut one = control("C-II-2-REG-1", "proven", &["a::there", "a::gone", "a::soak_t_01_ten_times", "a::soak_t_28_a_flood"]);
        one.checks = vec!["kenshin doctor".to_owned(), "kenshin guess".to_owned()];
        one.records =
            vec!["docs/soak.md: soak_t_01".to_owned(), "docs/soak.md: soak_t_28".to_owned(), "docs/soak.md: soak_t_99".to_owned()];
        let all = tests(&["a::there", "a::soak_t_01_ten_times", "a::soak_t_28_a_flood"]);
        let findings = claimed(&one, &all, "\n## `kenshin doctor`\n", &|_| SOAKS.to_owned());
        let expected = [
            "no test a::gone",
            "soak_t_28_a_flood has no dated row",
            "no command kenshin guess",
            "soak_t_28 has no date",
            "no row docs/soak.md: soak_t_99",
        ];
        assert_eq!(findings.len(), expected.len(), "{findings:?}");
        assert!(expected.iter().all(|words| findings.iter().any(|finding| finding.contains(words))), "{findings:?}");
    }

    #[test]
    fn what_was_proven_stays_and_what_is_proven_is_listed() {
        let controls = [control("C-1", "proven", &[]), control("C-2", "partly", &[]), control("C-3", "proven", &[])];
        let findings = kept(&controls, "# head\nC-1\nC-2\n");
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings.iter().any(|finding| finding.starts_with("C-2: is in xtask/proven.txt")));
        assert!(findings.iter().any(|finding| finding.starts_with("C-3: is proven")));
    }

    #[test]
    fn a_file_a_test_or_a_count_that_the_page_of_asvs_names_and_that_is_not_there_is_found() {
        let page = "| state | all |\n| holds | 1 | 0 |\n| partly | 0 | 0 |\n| open | 2 | 0 |\n| not ours | 0 | 0 |\n\
                    | 1.1.1 | L1 | x | holds | `crates/there.rs`, `a::there`, `/readyz` |\n\
                    | 1.1.2 | L1 | y | open | `crates/gone.rs`, `a::gone`, `a::twice` |\n";
        let mut all = tests(&["a::there"]);
        all.insert("a::twice".to_owned(), 2);
        let findings = pointed_at(page, &all, |name| name == "crates/there.rs");
        let expected = ["no file crates/gone.rs", "no test a::gone,", "no test a::twice,", "1 rows say \"open\""];
        assert_eq!(findings.len(), expected.len(), "{findings:?}");
        assert!(expected.iter().all(|words| findings.iter().any(|finding| finding.contains(words))), "{findings:?}");
    }
}
