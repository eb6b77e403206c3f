//! A place for the program to run: a folder, or a database and a folder for the files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use store::testing::{Database, both_blocking};
use store::{Data, Rooms};
use tempfile::TempDir;

/// Where rooms and files are; both are gone with it.
pub(crate) struct Place {
    data: String,
    files: PathBuf,
    own: TempDir,
    _database: Option<Database>,
}

impl Place {
    /// A fresh folder.
    pub(crate) fn folder() -> Place {
        let own = TempDir::new().unwrap();
        let files = own.path().join("data");
        Place { data: files.display().to_string(), files, own, _database: None }
    }

    /// A fresh PostgreSQL database and a folder for the files; none where the tests run on SQLite alone.
    pub(crate) fn database() -> Option<Place> {
        let database = Database::new()?;
        let place = Place::folder();
        Some(Place { data: place.without_password(database.url()), _database: Some(database), ..place })
    }

    /// A URL that may stand on a command line: its password is in a file beside.
    fn without_password(&self, url: &str) -> String {
        let Some((user, password, rest)) = url.strip_prefix("postgres://").and_then(|rest| {
            let (user, rest) = rest.split_once('@')?;
            let (user, password) = user.split_once(':')?;
            Some((user, password, rest))
        }) else {
            return url.to_owned();
        };
        let file = self.beside("pgpass");
        fs::write(&file, format!("*:*:*:{user}:{password}\n")).unwrap();
        fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
        let sign = if rest.contains('?') { '&' } else { '?' };
        format!("postgres://{user}@{rest}{sign}passfile={}", file.display())
    }

    /// The `--data` of the program.
    pub(crate) fn data(&self) -> &str {
        &self.data
    }

    /// The folder of keys, certificates and input files.
    pub(crate) fn files(&self) -> &Path {
        &self.files
    }

    /// A path beside them, for what a test writes.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    /// `--data … --files …`.
    pub(crate) fn arguments(&self) -> [String; 4] {
        ["--data".to_owned(), self.data.clone(), "--files".to_owned(), self.files.display().to_string()]
    }
}

/// Runs a test in a fresh folder and on a fresh PostgreSQL database.
pub(crate) fn on_both(test: impl Fn(&Place)) {
    both_blocking(|rooms: Rooms| {
        let mut place = Place::folder();
        match rooms.data() {
            Data::Folder(folder) => place.data = folder.display().to_string(),
            Data::Postgres(url) => place.data = place.without_password(url),
        }
        // The test's own connections are none of the program's.
        drop(rooms);
        test(&place);
    });
}
