//! Lists the files of `catalogue/` so that they are built into the crate: adding a file there needs no line here. The controls of the
//! assessment are not among them: they are no city's business, and what is claimed of them changes without a catalogue being another.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The folder that `kenshin evidence` reads.
const CONTROLS: &str = "controls";

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue").canonicalize()?;
    let mut files = Vec::new();
    for entry in fs::read_dir(&root)? {
        let path = entry?.path();
        if !path.ends_with(CONTROLS) {
            collect(&path, &mut files)?;
            writeln!(io::stdout(), "cargo::rerun-if-changed={}", path.display())?;
        }
    }
    files.sort();
    let mut list = String::from("pub(crate) const BUILT_IN: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        list.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.to_string_lossy()));
    }
    list.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(PathBuf::from(out).join("built_in.rs"), list)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "toml") {
        files.push(path.to_owned());
    }
    Ok(())
}
