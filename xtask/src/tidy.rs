//! `cargo xtask tidy`: the rules of the house that a compiler does not know.

use std::path::Path;

use anyhow::bail;

use crate::{controls, deny, floors, glossary, limits, made, migrations, paths, recorded};

/// Runs every check and lists all findings before failing.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let findings = [
        floors::check(root)?,
        deny::check(root)?,
        limits::check(root)?,
        glossary::check(root)?,
        migrations::check(root)?,
        recorded::check(root)?,
        paths::check(root)?,
        made::check(root)?,
        controls::check(root)?,
    ]
    .concat();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    println!("tidy: floors, dependencies, limits, glossary, migrations, paths, files, the record of use and the controls hold");
    Ok(())
}
