//! Released migrations never change: `migrations.lock` holds the digest of each.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};

use crate::limits;

const LOCK: &str = "migrations.lock";

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let lock = fs::read_to_string(root.join(LOCK)).context(LOCK)?;
    Ok(compare(&lock, &digests(root)?))
}

fn compare(lock: &str, now: &BTreeMap<String, String>) -> Vec<String> {
    let rows = lock.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    rows.filter_map(|line| {
        let (path, digest) = line.split_once(' ')?;
        match now.get(path) {
            None => Some(format!("{path}: a released migration is gone")),
            Some(other) if other != digest => Some(format!("{path}: a released migration has changed: add a new one instead")),
            Some(_) => None,
        }
    })
    .collect()
}

/// Writes the lock: what is here now is released.
pub(crate) fn record(root: &Path) -> anyhow::Result<()> {
    let mut text = String::from("# Digests (SHA-256) of the released migrations; written by `cargo xtask release-migrations`.\n");
    for (path, digest) in digests(root)? {
        text.push_str(&format!("{path} {digest}\n"));
    }
    fs::write(root.join(LOCK), text).context(LOCK)
}

fn digests(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let files = limits::sources(root)?.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files
        .filter(|path| path.components().any(|part| part.as_os_str() == "migrations"))
        .map(|path| {
            let digest = hex::encode(Sha256::digest(fs::read(&path)?));
            Ok((path.strip_prefix(root)?.display().to_string(), digest))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_removed_released_migration_is_found_and_a_new_one_is_not() {
        let now = BTreeMap::from([("a/1.sql".to_owned(), "22".to_owned()), ("a/3.sql".to_owned(), "33".to_owned())]);
        let findings = compare("# head\na/1.sql 11\na/2.sql 22\n", &now);
        assert_eq!(findings.len(), 2);
        assert!(compare("a/1.sql 22\n", &now).is_empty());
    }
}
