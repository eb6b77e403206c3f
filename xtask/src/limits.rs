//! File limits and forbidden names.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of source may have this many lines.
const LINES: usize = 400;
/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "service"];

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut findings = Vec::new();
    for path in sources(root)? {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path)?;
        let lines = text.lines().count();
        if lines > LINES && !text.contains("@generated") {
            findings.push(format!("{shown}: {lines} lines, the limit is {LINES}: split it along its verbs"));
        }
        if let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()).filter(|stem| EMPTY_NAMES.contains(stem)) {
            findings.push(format!("{shown}: `{stem}` says nothing: name the file after what it does"));
        }
        if let Some(line) = text.lines().position(|line| line.ends_with(' ') || line.ends_with('\t')) {
            findings.push(format!("{shown}:{}: white space at the end of the line", line + 1));
        }
    }
    Ok(findings)
}

/// Every Rust, SQL, TOML, HTML and CSS file of ours, in a stable order.
pub(crate) fn sources(root: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["crates", "xtask", "fuzz"] {
        walk(&root.join(folder), &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && name != "target" && name != "corpus" && name != "artifacts" {
            walk(&path, found)?;
        } else if matches!(path.extension().and_then(|extension| extension.to_str()), Some("rs" | "sql" | "html" | "css" | "cedar")) {
            found.push(path);
        }
    }
    Ok(())
}
