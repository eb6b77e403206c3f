//! What the house may be built of: `deny.toml` over `cargo metadata`, off-line. The file is cargo-deny's own, which reads more out of it
//! (advisories need the network); what is here runs wherever cargo does (T-35).

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;
use spdx::{Expression, Licensee};

use crate::process;

const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[derive(Deserialize)]
struct Rules {
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

/// A crate that may not be used, but by its wrappers.
#[derive(Deserialize)]
struct Ban {
    name: String,
    reason: String,
    #[serde(default)]
    wrappers: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    source: Option<String>,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

/// Findings, one a line; empty when everything may be used.
pub(crate) fn check(root: &Path) -> anyhow::Result<Vec<String>> {
    let text = std::fs::read_to_string(root.join("deny.toml")).context("deny.toml")?;
    let rules: Rules = toml::from_str(&text).context("deny.toml")?;
    let options = ["metadata", "--format-version", "1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"];
    let text = process::output(&mut process::cargo(root, &options))?;
    let metadata: Metadata = serde_json::from_str(&text).context("cargo metadata prints JSON")?;
    Ok([sources(&metadata), licences(&metadata, &rules.licenses)?, bans(&metadata, &rules.bans)].concat())
}

/// Packages that are not the house's own.
fn foreign(metadata: &Metadata) -> impl Iterator<Item = &Package> {
    metadata.packages.iter().filter(|package| package.source.is_some())
}

fn sources(metadata: &Metadata) -> Vec<String> {
    let strangers = foreign(metadata).filter(|package| package.source.as_deref() != Some(REGISTRY));
    strangers.map(|package| format!("`{}` {} does not come from crates.io", package.name, package.version)).collect()
}

fn licences(metadata: &Metadata, rules: &Licences) -> anyhow::Result<Vec<String>> {
    let allowed = rules.allow.iter().map(|name| Licensee::parse(name).with_context(|| format!("deny.toml: {name}")));
    let allowed: Vec<Licensee> = allowed.collect::<anyhow::Result<_>>()?;
    let mut findings = Vec::new();
    for package in foreign(metadata) {
        // The old way to write OR, which crates.io still holds.
        let licence = package.license.as_deref().unwrap_or_default().replace('/', " OR ");
        let fits = Expression::parse(&licence)
            .is_ok_and(|expression| expression.evaluate(|asked| allowed.iter().any(|licensee| licensee.satisfies(asked))));
        if !fits {
            findings.push(format!("`{}` {}: licence `{licence}` is not among those that deny.toml allows", package.name, package.version));
        }
    }
    Ok(findings)
}

fn bans(metadata: &Metadata, rules: &Bans) -> Vec<String> {
    let names: BTreeMap<&str, &str> = metadata.packages.iter().map(|package| (package.id.as_str(), package.name.as_str())).collect();
    let mut findings = Vec::new();
    for node in &metadata.resolve.nodes {
        let user = names.get(node.id.as_str()).copied().unwrap_or_default();
        let used = node.dependencies.iter().filter_map(|id| names.get(id.as_str()));
        for name in used {
            let ban = rules.deny.iter().find(|ban| ban.name == *name && !ban.wrappers.iter().any(|wrapper| wrapper == user));
            findings.extend(ban.map(|ban| format!("`{user}` uses `{name}`: {}", ban.reason)));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, source: Option<&str>, license: &str) -> Package {
        let [id, version] = [name, "1.0.0"].map(str::to_owned);
        Package { id, name: name.to_owned(), version, source: source.map(str::to_owned), license: Some(license.to_owned()) }
    }

    fn metadata(packages: Vec<Package>, edges: &[(&str, &[&str])]) -> Metadata {
        let node = |(id, uses): &(&str, &[&str])| Node {
            id: (*id).to_owned(),
            dependencies: uses.iter().map(|used| (*used).to_owned()).collect(),
        };
        Metadata { packages, resolve: Resolve { nodes: edges.iter().map(node).collect() } }
    }

    #[test]
    fn t_35_a_crate_from_elsewhere_is_found() {
        let found = sources(&metadata(vec![package("own", None, ""), package("stray", Some("git+https://example.org/x"), "MIT")], &[]));
        assert_eq!(found, ["`stray` 1.0.0 does not come from crates.io"]);
    }

    #[test]
    fn t_35_a_licence_that_is_not_allowed_is_found_and_one_of_two_is_enough() {
        let rules = Licences { allow: ["MIT", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).to_vec() };
        let packages =
            [("a", "MIT/Apache-2.0"), ("b", "GPL-3.0-only OR MIT"), ("c", "AGPL-3.0-only"), ("d", "Apache-2.0 WITH LLVM-exception")];
        let packages = packages.map(|(name, licence)| package(name, Some(REGISTRY), licence));
        let found = licences(&metadata(packages.into(), &[]), &rules).unwrap();
        assert_eq!(found, ["`c` 1.0.0: licence `AGPL-3.0-only` is not among those that deny.toml allows"]);
    }

    #[test]
    fn t_35_a_second_door_is_found_wherever_it_is_opened_but_by_its_wrapper() {
        let ban = Ban { name: "chrono".to_owned(), reason: "dates are jiff".to_owned(), wrappers: vec!["cedar".to_owned()] };
        let packages = ["chrono", "cedar", "mine"].map(|name| package(name, Some(REGISTRY), "MIT"));
        let metadata = metadata(packages.into(), &[("cedar", &["chrono"]), ("mine", &["chrono"]), ("chrono", &[])]);
        assert_eq!(bans(&metadata, &Bans { deny: vec![ban] }), ["`mine` uses `chrono`: dates are jiff"]);
    }
}
