//! The log of the PostgreSQL that `cargo xtask db` started.

use std::fs;
use std::path::PathBuf;

use vocabulary::{Entropy as _, SystemEntropy};

use super::asked;
use crate::support::place::Place;

/// A server's log, and how long it was.
pub(super) struct Server {
    file: PathBuf,
    from: usize,
}

impl Server {
    /// None on SQLite, and where the server is not ours: whoever runs it keeps its log.
    pub(super) fn of(place: &Place) -> Option<Server> {
        let here = std::env::current_dir().unwrap();
        let found = here.ancestors().find_map(|folder| fs::read_to_string(folder.join("target/postgres/log")).ok());
        let found = found.filter(|_| place.data().starts_with("postgres"))?;
        let file = PathBuf::from(found.trim());
        let from = fs::read(&file).unwrap().len();
        Some(Server { file, from })
    }

    /// What was written since. It is the log of this very server: a word that is said to it now stands there.
    pub(super) fn grown(&self, place: &Place) -> Vec<u8> {
        let word = format!("canary {}", SystemEntropy.id128());
        asked(place, &format!("do $$ begin raise log '{word}'; end $$;"));
        let grown = fs::read(&self.file).unwrap().split_off(self.from);
        assert!(String::from_utf8_lossy(&grown).contains(&word), "{} is another server's log", self.file.display());
        grown
    }
}
