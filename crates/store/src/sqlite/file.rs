//! One room's file and its connections.

use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::connect::{self, Use};
use super::shelf::Shelf;
use crate::{StoreError, Tx};

/// How long a thread waits before it tries again to move a log that a long read keeps.
const AGAIN: Duration = Duration::from_secs(1);
/// Long reads of one file at a time; they do not take the places of the short ones.
const LONG_READS: usize = 4;

pub(crate) struct File {
    path: PathBuf,
    pub(crate) readers: Arc<Semaphore>,
    pub(crate) long_readers: Arc<Semaphore>,
    idle_readers: Mutex<Vec<Tx>>,
    idle_writer: Mutex<Option<Tx>>,
    used: AtomicU64,
    /// While a thread moves the log into the file.
    checkpointing: AtomicBool,
    /// How long the log was when that was done last.
    moved: AtomicU64,
    shelf: Arc<Shelf>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).finish_non_exhaustive()
    }
}

impl File {
    pub(super) fn new(path: PathBuf, shelf: &Arc<Shelf>) -> Arc<Self> {
        let readers = std::thread::available_parallelism().map_or(4, usize::from).clamp(4, 16);
        let file = Arc::new(Self {
            path,
            readers: Arc::new(Semaphore::new(readers)),
            long_readers: Arc::new(Semaphore::new(LONG_READS)),
            idle_readers: Mutex::default(),
            idle_writer: Mutex::default(),
            used: AtomicU64::new(shelf.tick()),
            checkpointing: AtomicBool::new(false),
            moved: AtomicU64::new(0),
            shelf: Arc::clone(shelf),
        });
        shelf.join(Arc::downgrade(&file));
        file
    }

    /// Whether it still stands where it was opened.
    pub(crate) fn is_there(&self) -> bool {
        self.path.exists()
    }

    /// Takes the file away, with its log.
    pub(crate) fn remove(&self) -> Result<(), StoreError> {
        self.shelf.left(self.close_idle());
        for ending in ["-wal", "-shm", ""] {
            let mut path = self.path.as_os_str().to_owned();
            path.push(ending);
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(StoreError::NotReachable("the file cannot be removed"));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// An idle connection, or a new one. The caller holds a place, which bounds how many there are.
    pub(crate) fn take(&self, usage: Use) -> Result<Tx, StoreError> {
        let idle = match usage {
            Use::Read => self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).pop(),
            Use::Write => self.idle_writer.lock().unwrap_or_else(PoisonError::into_inner).take(),
        };
        match idle {
            Some(tx) => {
                self.shelf.left(1);
                Ok(tx)
            }
            None => connect::open(&self.path, usage),
        }
    }

    /// Takes back a connection that is in no transaction.
    pub(crate) fn give_back(&self, tx: Tx, usage: Use) {
        self.used.store(self.shelf.tick(), Ordering::Relaxed);
        match usage {
            Use::Read => self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).push(tx),
            Use::Write => *self.idle_writer.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx),
        }
        self.shelf.came();
    }

    /// Whether a commit leaves moving the write-ahead log into the file to a thread beside it: the log is as long as only a load makes it, and
    /// was not moved yet. After that a commit moves what came meanwhile itself, which is little: left to the thread again, a log that is written to
    /// without a pause would never be empty and would grow for ever.
    pub(crate) fn log_moves_beside(&self) -> bool {
        let length = self.log_length();
        if length <= connect::LONG_LOG {
            self.moved.store(0, Ordering::Relaxed);
            return false;
        }
        self.checkpointing.load(Ordering::Acquire) || !self.was_moved(length)
    }

    /// Whether all but a little of the log was moved when it was about as long.
    fn was_moved(&self, length: u64) -> bool {
        let moved = self.moved.load(Ordering::Relaxed);
        (moved..moved + connect::LONG_LOG).contains(&length)
    }

    fn log_length(&self) -> u64 {
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        std::fs::metadata(log).map_or(0, |log| log.len())
    }

    /// Moves a long log into the file on a thread of its own: what was committed is durable in the log, and nobody waits. While a long read keeps
    /// the log from its end, it is tried again each second.
    pub(crate) fn checkpoint_beside(self: &Arc<Self>) {
        if self.was_moved(self.log_length()) || self.checkpointing.swap(true, Ordering::AcqRel) {
            return;
        }
        let file = Arc::downgrade(self);
        let begun = std::thread::Builder::new().name("checkpoint".to_owned()).spawn(move || {
            while let Some(file) = file.upgrade() {
                if file.is_moved() {
                    return file.checkpointing.store(false, Ordering::Release);
                }
                drop(file);
                std::thread::park_timeout(AGAIN);
            }
        });
        if begun.is_err() {
            self.checkpointing.store(false, Ordering::Release);
        }
    }

    /// Moves what of the log can be moved → whether that is enough, or can never be.
    fn is_moved(&self) -> bool {
        match connect::checkpoint_beside(&self.path) {
            Ok(is_moved) => {
                if is_moved {
                    self.moved.store(self.log_length(), Ordering::Relaxed);
                }
                is_moved || self.log_length() <= connect::LONG_LOG
            }
            Err(error) => {
                tracing::debug!(%error, "a long log stays for later");
                true
            }
        }
    }

    pub(super) fn has_idle(&self) -> bool {
        !self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
            || self.idle_writer.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(super) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Closes what rests; returns how many connections that were.
    pub(super) fn close_idle(&self) -> usize {
        let readers = std::mem::take(&mut *self.idle_readers.lock().unwrap_or_else(PoisonError::into_inner));
        let writer = self.idle_writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        readers.len() + usize::from(writer.is_some())
    }
}
