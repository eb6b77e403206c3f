//! A file for media that are written once: checkpoints are appended to it, with the cosignatures, and nothing in it is ever rewritten.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ledger::{LedgerError, Room};
use rustix::fs::OFlags;

use crate::server::Stop;

/// How often the file grows, at most.
const EVERY: Duration = Duration::from_secs(3_600);
/// How soon it is tried again when it could not be written.
const AGAIN: Duration = Duration::from_secs(60);

/// Why nothing was appended.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Appends the room's latest checkpoints at the start, every hour and at the end.
pub(crate) async fn keep(room: Room, file: PathBuf, mut stop: Stop) {
    let mut written = Vec::new();
    loop {
        let wait = match append(&room, &file, &mut written).await {
            Ok(()) => EVERY,
            Err(error) => {
                tracing::error!(alarm = "checkpoint-file", file = %file.display(), %error, "checkpoints cannot be kept");
                AGAIN
            }
        };
        if stop.is_requested() {
            return;
        }
        // told to stop, once more
        let _ = stop.sleep(wait).await;
    }
}

async fn append(room: &Room, file: &Path, written: &mut Vec<String>) -> Result<(), FileError> {
    let latest = room.checkpoint().await?;
    let notes: Vec<String> = room.all_cosigned().await?.iter().chain(&latest).map(|note| note.text().to_owned()).collect();
    let new: String = notes.iter().filter(|note| !written.contains(note)).map(|note| format!("{note}\n")).collect();
    if !new.is_empty() {
        let file = file.to_owned();
        let appended = tokio::task::spawn_blocking(move || append_text(&file, &new)).await;
        appended.unwrap_or(Err(ErrorKind::Interrupted.into()))?;
    }
    *written = notes;
    Ok(())
}

/// What ends each append; where the file does not end so, one broke off.
const END: &str = "\n\n";

/// Durable when it returns, its name in the folder too. No link is followed, and the file is its owner's alone. What broke off before is set apart, so
/// that it can be told from what follows.
fn append_text(path: &Path, text: &str) -> io::Result<()> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).map_err(|_| ErrorKind::Unsupported)?;
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).custom_flags(flags).open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no plain file"));
    }
    if about.permissions().mode() & 0o177 != 0 {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it is open to others than its owner: its mode must be 0600"));
    }
    let mut last = String::new();
    if about.len() > 0 {
        file.seek(SeekFrom::Start(about.len().saturating_sub(2)))?;
        // What is no text broke off within a letter.
        let _ = file.read_to_string(&mut last);
    }
    let apart = if about.len() == 0 || last == END { "" } else { "\n\n\n" };
    file.write_all(format!("{apart}{text}").as_bytes())?;
    file.sync_all()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_file_of_checkpoints_is_appended_to_is_its_owners_alone_and_no_link_leads_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("checkpoints"), folder.path().join("link"));
        append_text(&file, "one\n\n").unwrap();
        append_text(&file, "two\n\n").unwrap();
        let both = "one\n\ntwo\n\n";
        assert_eq!(fs::read_to_string(&file).unwrap(), both);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        symlink(&file, &link).unwrap();
        assert!(append_text(&link, "three\n").is_err() && append_text(folder.path(), "three\n").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), both);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(append_text(&file, "three\n\n").unwrap_err().kind(), ErrorKind::PermissionDenied);
        // One that broke off, also within a letter, is set apart from what follows.
        for broken in [b"tw".as_slice(), b"two\n", b"tw\xe2"] {
            fs::write(&file, broken).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            append_text(&file, "three\n\n").unwrap();
            assert_eq!(fs::read(&file).unwrap(), [broken, b"\n\n\nthree\n\n"].concat());
        }
    }
}
