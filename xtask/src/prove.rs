//! `cargo xtask prove`: what the shipped policies promise, proved.

use std::path::Path;

use crate::{packages, process};

/// Runs the tests of the `proof` crate, and shows what they proved.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    packages::ensure(root, packages::FOR_PROOFS)?;
    process::run(&mut process::cargo(root, &["test", "--quiet", "--package", "proof", "--", "--nocapture"]))
}
