//! The floors of the house: which crate may use which, and who may reach the individual number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use crate::process;

/// Crate and rank: a crate may use only crates of a lower rank. ARCHITECTURE.md explains each.
const RANKS: &[(&str, u8)] = &[
    ("vocabulary", 0),
    ("number", 1),
    ("sheets", 1),
    ("catalogue", 2),
    ("eligibility", 3),
    ("linkage", 3),
    ("synth", 4),
    ("seal", 5),
    ("protocol", 6),
    ("line", 7),
    ("devices", 8),
    ("store", 10),
    ("vault", 11),
    ("access", 12),
    ("ledger", 13),
    ("backup", 14),
    ("face", 14),
    ("wire", 15),
    ("work", 16),
    ("office", 17),
    ("registry", 20),
    ("atena", 20),
    ("relay", 20),
    ("hub-core", 20),
    ("hub-edge", 20),
    ("outside", 21),
    ("outside-public", 21),
    ("deployment", 30),
    ("demo", 31),
    ("kenshin-edge", 40),
    ("kenshin", 40),
    ("fuzz", 41),
    ("proof", 41),
    ("xtask", 40),
];

/// Who may link `number`, directly or through others.
const REACHES_NUMBER: &[&str] =
    &["number", "registry", "atena", "hub-core", "outside", "synth", "deployment", "demo", "kenshin", "fuzz", "proof"];

/// What a phone, a tablet or a vendor's tool links: none of it may reach a database.
const WITHOUT_DATABASE: &[&str] = &["vocabulary", "seal", "protocol", "line", "devices"];

/// What a database is reached by.
const DATABASE: &[&str] = &["store", "diesel"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    source: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

/// Findings, one a line; empty when the floors hold.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = process::output(&mut process::cargo(root, &["metadata", "--format-version", "1", "--offline", "--no-deps"]))
        .or_else(|_| process::output(&mut process::cargo(root, &["metadata", "--format-version", "1", "--no-deps"])))?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata prints JSON")?;
    let edges = edges(&metadata);
    Ok([ranks(&edges), reach_number(&edges), reach_database(&edges)].concat())
}

/// Dependencies between crates of the house and on databases, of build scripts too: what runs there makes what is linked.
fn edges(metadata: &Metadata) -> BTreeMap<String, BTreeSet<String>> {
    let own = metadata.packages.iter().filter(|package| package.source.is_none());
    own.map(|package| {
        let uses = package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
        let uses = uses.filter(|d| d.path.is_some() || DATABASE.contains(&d.name.as_str())).map(|d| d.name.clone());
        (package.name.clone(), uses.collect())
    })
    .collect()
}

fn ranks(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let rank: BTreeMap<&str, u8> = RANKS.iter().copied().collect();
    let mut findings = Vec::new();
    for (name, uses) in edges {
        let Some(own) = rank.get(name.as_str()) else {
            findings.push(format!("crate `{name}` has no rank: add it to xtask/src/floors.rs and ARCHITECTURE.md"));
            continue;
        };
        for used in uses {
            match rank.get(used.as_str()) {
                Some(other) if other < own => {}
                Some(other) => findings.push(format!("`{name}` (rank {own}) may not use `{used}` (rank {other}): only lower ranks")),
                None => {}
            }
        }
    }
    findings
}

fn reach_number(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let public = edges.keys().filter(|name| !REACHES_NUMBER.contains(&name.as_str()));
    let paths = public.filter_map(|name| Some((name, path_to(&["number"], name, edges, &mut BTreeSet::new())?)));
    paths.map(|(name, path)| format!("`{name}` may not hold an individual number, but links it: {}", path.join(" → "))).collect()
}

fn reach_database(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let paths = WITHOUT_DATABASE.iter().filter_map(|name| Some((name, path_to(DATABASE, name, edges, &mut BTreeSet::new())?)));
    paths.map(|(name, path)| format!("`{name}` may not know a database, but links one: {}", path.join(" → "))).collect()
}

/// The crates from this one to the first of the targets, both ends included.
fn path_to(targets: &[&str], name: &str, edges: &BTreeMap<String, BTreeSet<String>>, seen: &mut BTreeSet<String>) -> Option<Vec<String>> {
    if targets.contains(&name) {
        return Some(vec![name.to_owned()]);
    }
    if !seen.insert(name.to_owned()) {
        return None;
    }
    for used in edges.get(name)? {
        if let Some(mut path) = path_to(targets, used, edges, seen) {
            path.insert(0, name.to_owned());
            return Some(path);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house(edges: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        edges.iter().map(|(name, uses)| ((*name).to_owned(), uses.iter().map(|used| (*used).to_owned()).collect())).collect()
    }

    #[test]
    fn a_system_may_not_use_another_system() {
        let findings = ranks(&house(&[("registry", &["atena"])]));
        assert_eq!(findings, ["`registry` (rank 20) may not use `atena` (rank 20): only lower ranks"]);
    }

    #[test]
    fn what_a_build_script_uses_counts_and_what_tests_use_does_not() {
        let uses = |name: &str, kind: serde_json::Value| serde_json::json!({ "name": name, "kind": kind, "path": "/" });
        let uses = [uses("vocabulary", serde_json::Value::Null), uses("number", "build".into()), uses("store", "dev".into())];
        let package = serde_json::json!({ "packages": [{ "name": "face", "source": null, "dependencies": uses }] });
        let metadata: Metadata = serde_json::from_value(package).unwrap();
        assert_eq!(edges(&metadata), house(&[("face", &["vocabulary", "number"])]));
    }

    #[test]
    fn a_crate_without_a_rank_is_found() {
        assert_eq!(ranks(&house(&[("mystery", &[])])).len(), 1);
    }

    #[test]
    fn the_public_side_is_found_when_it_reaches_the_number_through_another_crate() {
        let findings = reach_number(&house(&[("hub-edge", &["wire"]), ("wire", &["number"]), ("number", &[])]));
        assert!(findings.iter().any(|finding| finding.contains("hub-edge → wire → number")), "{findings:?}");
    }

    #[test]
    fn a_phone_that_reaches_a_database_through_another_crate_is_found() {
        let findings = reach_database(&house(&[("devices", &["line"]), ("line", &["diesel"])]));
        assert_eq!(findings.last().map(String::as_str), Some("`devices` may not know a database, but links one: devices → line → diesel"));
        assert!(reach_database(&house(&[("devices", &["line"]), ("line", &["protocol"]), ("protocol", &[])])).is_empty());
    }

    #[test]
    fn the_registry_may_hold_the_number() {
        assert!(reach_number(&house(&[("registry", &["number"]), ("number", &[])])).is_empty());
    }
}
