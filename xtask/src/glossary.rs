//! One spelling for each term: `docs/glossary.md` names the identifier, its last column the spellings that are not ours.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::limits;

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(root.join("docs/glossary.md")).context("docs/glossary.md")?;
    let terms = terms(&text);
    let mut findings = Vec::new();
    if terms.is_empty() {
        findings.push("docs/glossary.md has no table of terms".to_owned());
    }
    for path in limits::sources(root)?.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs")) {
        if path.starts_with(root.join("xtask")) {
            continue;
        }
        let source = fs::read_to_string(&path)?;
        for (at, line) in source.lines().enumerate() {
            for (identifier, other) in terms.iter().flat_map(|(identifier, others)| others.iter().map(move |other| (identifier, other))) {
                if words(line).any(|word| word == other) {
                    let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
                    findings.push(format!("{shown}:{}: `{other}` is another spelling of `{identifier}` (docs/glossary.md)", at + 1));
                }
            }
        }
    }
    Ok(findings)
}

/// Identifier and its forbidden spellings, from table rows `| 日本語 | identifier | meaning | not |`.
fn terms(text: &str) -> Vec<(String, Vec<String>)> {
    let rows = text.lines().filter(|line| line.starts_with('|') && !line.starts_with("|-") && !line.contains("| identifier |"));
    rows.filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, identifier, _, not] = cells.as_slice() else { return None };
        let others = not.split(',').map(|other| other.trim().trim_matches('`').to_owned()).filter(|other| !other.is_empty()).collect();
        Some((identifier.trim_matches('`').to_owned(), others))
    })
    .collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_the_identifier_and_what_it_is_not_called() {
        let terms = terms(
            "| 日本語 | identifier | meaning | not |\n|-|-|-|-|\n| 個人番号 | `IndividualNumber` | 12 digits | `MyNumber`, `my_number` |\n",
        );
        assert_eq!(terms, [("IndividualNumber".to_owned(), vec!["MyNumber".to_owned(), "my_number".to_owned()])]);
    }

    #[test]
    fn a_spelling_is_found_as_a_word_and_not_inside_another() {
        assert!(words("let my_number = 1;").any(|word| word == "my_number"));
        assert!(!words("let my_numbers = 1;").any(|word| word == "my_number"));
    }
}
