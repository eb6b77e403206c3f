//! Writes every sample page, with its stylesheet, into a folder, to be looked at: `cargo run -p face --example samples -- FOLDER`.

use std::{env, fs, io, path::PathBuf};

use face::Language;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args_os().nth(1).unwrap_or_else(|| "target/pages".into()));
    fs::create_dir_all(folder.join("assets"))?;
    for path in [face::stylesheet_path(), face::mark_path()] {
        if let Some(asset) = face::asset(path) {
            fs::write(folder.join(path.trim_start_matches('/')), asset.body)?;
        }
    }
    for sample in face::samples() {
        for language in Language::ALL {
            // Opened as files, the pages find their stylesheet beside them.
            let html = (sample.render)(language).replace("\"/assets/", "\"assets/");
            fs::write(folder.join(format!("{}.{}.html", sample.name, language.code())), html)?;
        }
    }
    Ok(())
}
