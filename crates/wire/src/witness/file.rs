//! A file for media that are written once: checkpoints are appended to it, with the cosignatures, and nothing in it is ever rewritten.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
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

/// Durable when it returns. No link is followed, and the file is its owner's alone.
fn append_text(file: &Path, text: &str) -> io::Result<()> {
    let flags = i32::try_from((OFlags::NOFOLLOW | OFlags::NONBLOCK).bits()).map_err(|_| ErrorKind::Unsupported)?;
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(flags).open(file)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is no plain file"));
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn a_file_of_checkpoints_is_appended_to_is_its_owners_alone_and_no_link_leads_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("checkpoints"), folder.path().join("link"));
        append_text(&file, "one\n").unwrap();
        append_text(&file, "two\n").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "one\ntwo\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        symlink(&file, &link).unwrap();
        assert!(append_text(&link, "three\n").is_err() && append_text(folder.path(), "three\n").is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "one\ntwo\n");
    }
}
