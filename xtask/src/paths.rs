//! The paths of routes between parties stand in `protocol` alone: elsewhere they are its constants.

use std::fs;
use std::path::Path;

use crate::limits;

/// Crates that may spell them: where they are declared, and where bytes are made up.
const SPELL: &[&str] = &["protocol", "fuzz"];

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in limits::sources(root)? {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let spells = SPELL.iter().any(|of| shown.starts_with(&format!("crates/{of}/")));
        let is_source = shown.starts_with("crates/") && shown.contains("/src/") && shown.ends_with(".rs") && !shown.ends_with("/tests.rs");
        if is_source && !spells {
            findings.extend(literals(&fs::read_to_string(&path)?).map(|(line, literal)| {
                format!("{shown}:{line}: \"{literal}…\" is a path of the protocol: use its constant in `protocol::messages`")
            }));
        }
    }
    Ok(findings)
}

/// The numbered lines of a file that are no test at its end and no comment.
pub(crate) fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    // The tests at the end; what else is for tests alone stands among what is not.
    let opens =
        |pair: &[&str]| matches!(pair, [above, line] if above.trim() == "#[cfg(test)]" && line.contains("mod ") && line.ends_with('{'));
    let end = lines.windows(2).position(opens).unwrap_or(lines.len());
    lines.into_iter().take(end).enumerate().map(|(place, line)| (place + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The line and the beginning of each literal of the form `/<party>/v1/…`, in what is no test.
fn literals(text: &str) -> impl Iterator<Item = (usize, &str)> {
    code(text).flat_map(|(line, text)| text.split('"').skip(1).step_by(2).map(move |literal| (line, literal))).filter(|(_, literal)| {
        let mut parts = literal.splitn(4, '/');
        let is_party = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        (parts.next(), parts.next().is_some_and(is_party), parts.next(), parts.next().is_some()) == (Some(""), true, Some("v1"), true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_protocol_is_found_and_its_base_a_comment_and_a_test_are_not() {
        let text = "let a = (\"x\", \"/hub/v1/tasks\");\n// \"/hub/v1/tasks\"\nconst B: &str = \"/hub/v1\";\nlet c = format!(\"/hub-edge/v1/{d}\");\n#[cfg(test)]\nmod tests;\nlet f = \"/hub/v1/keys\";\n#[cfg(test)]\nmod more {\nlet e = \"/hub/v1/tasks\";\n}\n";
        let found = literals(text).collect::<Vec<_>>();
        assert_eq!(found, [(1, "/hub/v1/tasks"), (4, "/hub-edge/v1/{d}"), (7, "/hub/v1/keys")]);
    }
}
