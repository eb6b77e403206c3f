//! The files that make a deployment: settings and verifier keys (`etc`), certificates, their keys and the secrets of clients (`tls`).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf};

use rustix::fs::OFlags;

use crate::FILES;

/// The key that certifies stays apart, as master keys do: whoever has it can be any party.
const APART: &str = "tls/authority.key";

/// What is in a backup, in order. A link is nothing that a deployment makes, and is left out.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for name in FILES {
        walk(folder, name, &mut found)?;
    }
    // Written beside what it becomes; after a kill it may be the key that stays apart.
    found.retain(|path| path != APART && !path.ends_with(".unfinished"));
    found.sort();
    Ok(found)
}

fn walk(folder: &Path, path: &str, found: &mut Vec<String>) -> io::Result<()> {
    let entries = match fs::read_dir(folder.join(path)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        let name = name.to_str().ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "a file whose name is no text"))?;
        let path = format!("{path}/{name}");
        if kind.is_dir() {
            walk(folder, &path, found)?;
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

/// Opens one for reading; a link that has come in its place meanwhile is not followed.
pub(crate) fn open(folder: &Path, path: &str) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(folder.join(path))
}

/// What was made, so that it can be taken away again.
#[derive(Debug, Default)]
pub(crate) struct MadeFiles {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl MadeFiles {
    /// Writes one that is not there, for its owner alone.
    pub(crate) fn write(&mut self, folder: &Path, path: &str, from: &mut dyn Read) -> io::Result<()> {
        let path = folder.join(path);
        let missing: Vec<&Path> = path.ancestors().skip(1).take_while(|above| *above != folder && !above.exists()).collect();
        for above in missing.into_iter().rev() {
            DirBuilder::new().mode(0o700).create(above)?;
            self.folders.push(above.to_owned());
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        self.files.push(path);
        io::copy(from, &mut file)?;
        file.sync_all()
    }

    /// Takes away what was made. What went wrong before is what is told.
    pub(crate) fn undo(&self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Whether a backup may name this file: in one of the folders, by plain names.
pub(crate) fn is_ours(path: &str) -> bool {
    let mut parts = Path::new(path).components();
    let in_folder = matches!(parts.next(), Some(Component::Normal(first)) if FILES.iter().any(|folder| first == *folder));
    let mut rest = parts.peekable();
    in_folder && rest.peek().is_some() && rest.all(|part| matches!(part, Component::Normal(_))) && !path.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_etc_and_tls_is_in_a_backup_but_for_the_authoritys_key_and_links() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["etc/a.toml", "tls/secrets/b@c", "tls/authority.pem", "tls/authority.key", "keys/d.key", "input/e.csv"] {
            MadeFiles::default().write(folder.path(), path, &mut b"x".as_slice()).unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("keys/d.key"), folder.path().join("etc/link")).unwrap();
        assert_eq!(list(folder.path()).unwrap(), ["etc/a.toml", "tls/authority.pem", "tls/secrets/b@c"]);
        assert!(open(folder.path(), "etc/link").is_err() && open(folder.path(), "etc/a.toml").is_ok());
    }

    #[test]
    fn what_was_made_is_taken_away_again_and_what_was_there_stays() {
        struct Full;
        impl Read for Full {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(ErrorKind::StorageFull.into())
            }
        }
        let folder = tempfile::tempdir().unwrap();
        MadeFiles::default().write(folder.path(), "etc/a.toml", &mut b"ours".as_slice()).unwrap();
        let mut made = MadeFiles::default();
        made.write(folder.path(), "tls/secrets/b", &mut b"x".as_slice()).unwrap();
        assert!(made.write(folder.path(), "etc/c.toml", &mut Full).is_err(), "the disk is full");
        assert!(made.write(folder.path(), "etc/a.toml", &mut b"y".as_slice()).is_err(), "nothing is written over");
        made.undo();
        assert_eq!(fs::read(folder.path().join("etc/a.toml")).unwrap(), b"ours");
        assert!(!folder.path().join("etc/c.toml").exists() && !folder.path().join("tls").exists());
    }

    #[test]
    fn a_backup_names_no_file_elsewhere() {
        for (path, ours) in [
            ("etc/a", true),
            ("tls/secrets/b@c", true),
            ("etc", false),
            ("etc/../keys/a", false),
            ("/etc/a", false),
            ("keys/a", false),
            ("", false),
        ] {
            assert_eq!(is_ours(path), ours, "{path}");
        }
    }
}
