//! The key that backups are sealed to: its public half among the settings, its private half anywhere else.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{self, Path};

use anyhow::Context as _;
use deployment::Place;
use line::pki::write_private;

use crate::arguments::Init;
use crate::output::Usage;

/// Makes `etc/backup-key`, unless it is there → the private half, where no file was named for it.
pub(super) fn make(place: &Place, out: Option<&Path>) -> anyhow::Result<Option<String>> {
    let file = place.folder("etc").join("backup-key");
    if file.exists() {
        return Ok(None);
    }
    let (private, public) = backup::make_key(place.entropy().as_ref())?;
    if let Some(out) = out {
        let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out);
        let mut made = made.with_context(|| out.display().to_string())?;
        writeln!(made, "# Opens the backups: keep it where the rooms are not.\n{}", *private)?;
        made.sync_all()?;
    }
    // Last: nothing is sealed to a key whose private half nobody has.
    write_private(&file, &format!("{public}\n"))?;
    Ok(if out.is_none() { Some(private.to_string()) } else { None })
}

/// A private half among the files of the place would be where its backups are made.
pub(super) fn refuse_within(init: &Init) -> anyhow::Result<()> {
    let Some(out) = &init.backup_key else { return Ok(()) };
    let files = init.place.look()?.folder("");
    let real = |path: &Path| fs::canonicalize(path).or_else(|_| path::absolute(path));
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if real(parent)?.starts_with(real(&files)?) {
        return Err(
            Usage("--backup-key: the private half of the key is not kept where the rooms are: name a file elsewhere".to_owned()).into()
        );
    }
    Ok(())
}
