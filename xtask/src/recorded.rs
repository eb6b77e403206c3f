//! Calls that let something leave a room without saying whose it is: what is left of them stands in `xtask/unrecorded.txt`, which may only
//! shrink: ways past the record, and what leaves by it as nobody's for no reason that its type gives. New code uses `see`, `change`, `seek`, `count`, `maintain`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::limits;

const LIST: &str = "xtask/unrecorded.txt";
/// The crates whose rooms hold people.
const SYSTEMS: &[&str] = &[
    "registry",
    "atena",
    "relay",
    "hub-core",
    "hub-edge",
    "outside",
    "outside-public",
    "office",
    "work",
    "wire",
    "deployment",
    "demo",
    "kenshin",
];
/// What is counted in a file: ways to a room's database beside its record, and the one call of the recorded room that takes a value for
/// nobody's whatever it is.
const CALLS: &[&str] = &[".raw()", "Room::raw", ".existing(", "rooms.room(", "rooms().room(", "Seen::unnamed"];

/// Findings, one a line.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let list = fs::read_to_string(root.join(LIST)).context(LIST)?;
    Ok(compare(&list, &counts(root)?))
}

fn compare(list: &str, now: &BTreeMap<String, usize>) -> Vec<String> {
    let rows = list.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let allowed: BTreeMap<&str, usize> =
        rows.filter_map(|line| line.split_once(' ')).filter_map(|(path, count)| Some((path, count.parse().ok()?))).collect();
    let more = now.iter().filter_map(|(path, count)| {
        let most = allowed.get(path.as_str()).copied().unwrap_or(0);
        (*count > most).then(|| format!("{path}: {count} calls that do not say whose data leave the room, {most} are allowed: use `see`, `change`, `seek` or `count`"))
    });
    let fewer = allowed.iter().filter_map(|(path, most)| {
        let count = now.get(*path).copied().unwrap_or(0);
        (count < *most).then(|| format!("{LIST}: {path} has {count} left of {most}: lower it, so that they do not come back"))
    });
    more.chain(fewer).collect()
}

fn counts(root: &Path) -> anyhow::Result<BTreeMap<String, usize>> {
    let mut counts = BTreeMap::new();
    for path in limits::sources(root)? {
        let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let of_system = SYSTEMS.iter().any(|system| shown.starts_with(&format!("crates/{system}/src/")));
        if !of_system || !shown.ends_with(".rs") || shown.ends_with("/tests.rs") || shown.contains("/testing") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let count: usize = CALLS.iter().map(|call| text.matches(call).count()).sum();
        if count > 0 {
            counts.insert(shown, count);
        }
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_call_is_found_and_so_is_a_list_that_could_be_shorter() {
        let now = BTreeMap::from([("a.rs".to_owned(), 2), ("b.rs".to_owned(), 1), ("c.rs".to_owned(), 1)]);
        let findings = compare("# head\na.rs 1\nb.rs 1\nd.rs 3\n", &now);
        assert_eq!(findings.len(), 3);
        assert!(findings.iter().any(|finding| finding.starts_with("a.rs: 2 calls")));
        assert!(findings.iter().any(|finding| finding.starts_with("c.rs: 1 calls")));
        assert!(findings.iter().any(|finding| finding.contains("d.rs has 0 left of 3")));
    }
}
