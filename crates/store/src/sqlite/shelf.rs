//! How many idle connections all files together keep open: each costs two file handles and its page cache.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, Weak};

use super::File;

/// Beyond this the file that was used longest ago closes its connections.
const MOST_IDLE: usize = 160;

#[derive(Debug, Default)]
pub(super) struct Shelf {
    idle: AtomicUsize,
    tick: AtomicU64,
    files: Mutex<Vec<Weak<File>>>,
}

impl Shelf {
    pub(super) fn join(&self, file: Weak<File>) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.retain(|file| file.strong_count() > 0);
        files.push(file);
    }

    /// A number that grows with every use of any file.
    pub(super) fn tick(&self) -> u64 {
        self.tick.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn left(&self, count: usize) {
        self.idle.fetch_sub(count, Ordering::Relaxed);
    }

    /// Counts a connection that came to rest, and closes those of the file that rests longest when there are too many.
    pub(super) fn came(&self) {
        if self.idle.fetch_add(1, Ordering::Relaxed) < MOST_IDLE {
            return;
        }
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = files.iter().filter_map(Weak::upgrade).filter(|file| file.has_idle()).min_by_key(|file| file.used());
        drop(files);
        if let Some(file) = oldest {
            self.left(file.close_idle());
        }
    }
}
