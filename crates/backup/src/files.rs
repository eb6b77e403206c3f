//! The files that make a deployment: settings and verifier keys (`etc`), certificates, their keys and the secrets of clients (`tls`).

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Component, Path};

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
    found.retain(|path| path != APART);
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
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).map_err(|_| ErrorKind::Unsupported)?;
    OpenOptions::new().read(true).custom_flags(flags).open(folder.join(path))
}

/// Writes one that is not there, for its owner alone.
pub(crate) fn write(folder: &Path, path: &str, from: &mut dyn Read) -> io::Result<()> {
    let file = folder.join(path);
    if let Some(parent) = file.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    io::copy(from, &mut file)?;
    file.sync_all()
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
            write(folder.path(), path, &mut b"x".as_slice()).unwrap();
        }
        std::os::unix::fs::symlink(folder.path().join("keys/d.key"), folder.path().join("etc/link")).unwrap();
        assert_eq!(list(folder.path()).unwrap(), ["etc/a.toml", "tls/authority.pem", "tls/secrets/b@c"]);
        assert!(open(folder.path(), "etc/link").is_err() && open(folder.path(), "etc/a.toml").is_ok());
        assert!(write(folder.path(), "etc/a.toml", &mut b"y".as_slice()).is_err(), "nothing is written over");
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
