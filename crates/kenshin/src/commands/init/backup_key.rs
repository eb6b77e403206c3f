//! The key that backups are sealed to: its public half among the settings, its private half anywhere else.

use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::path::{self, Path, PathBuf};

use deployment::Place;
use line::pki::write_private;
use store::Data;
use zeroize::Zeroizing;

use super::apart;
use crate::arguments::Init;
use crate::making::Making;
use crate::output::Usage;

/// What became of the key.
pub(super) enum BackupKey {
    /// It was there, or its private half is where it was to be.
    Is,
    /// It was made, and its private half is to be shown before its public half is there: nothing is sealed to a key whose private half nobody has.
    Shown { private: Zeroizing<String>, public: String, file: PathBuf },
    /// It was not made: its private half would have gone into a log.
    Lacking(PathBuf),
}

/// Makes `etc/backup-key`, unless it is there.
pub(super) fn make(place: &Place, init: &Init) -> anyhow::Result<BackupKey> {
    let file = place.folder("etc").join("backup-key");
    if file.exists() {
        return Ok(BackupKey::Is);
    }
    if init.backup_key.is_none() && !std::io::stdout().is_terminal() {
        return Ok(BackupKey::Lacking(file));
    }
    let (private, public) = backup::make_key(place.entropy().as_ref())?;
    let Some(out) = &init.backup_key else { return Ok(BackupKey::Shown { private, public, file }) };
    // The folders of the place are there now, and known by their real names.
    refuse_within(init)?;
    let mut made = Making::of(out, &[])?;
    writeln!(made, "# Opens the backups: keep it where the rooms are not.\n{}", *private)?;
    made.finish_new()?;
    write_private(&file, &format!("{public}\n"))?;
    Ok(BackupKey::Is)
}

impl BackupKey {
    /// After the private half was shown.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            BackupKey::Shown { public, file, .. } => Ok(write_private(&file, &format!("{public}\n"))?),
            BackupKey::Is | BackupKey::Lacking(_) => Ok(()),
        }
    }
}

/// A private half among the rooms, the files or the master keys of the place would be where its backups are made.
pub(super) fn refuse_within(init: &Init) -> anyhow::Result<()> {
    let Some(out) = &init.backup_key else { return Ok(()) };
    let real = |path: &Path| fs::canonicalize(path).or_else(|_| path::absolute(path));
    let parent = real(out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")))?;
    let place = init.place.look()?;
    let rooms = if let Data::Folder(folder) = place.rooms().data() { Some(folder.clone()) } else { None };
    for folder in [Some(place.folder("")), rooms, apart::keys(&init.place, init.keys.as_deref())?].into_iter().flatten() {
        if parent.starts_with(real(&folder)?) {
            let told =
                "--backup-key: the private half of the key is not kept where the rooms, files or master keys are: name a file elsewhere";
            return Err(Usage(told.to_owned()).into());
        }
    }
    Ok(())
}
