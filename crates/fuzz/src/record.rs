//! The input under way, on disk before it is thrown, and a watch over how long it takes.

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Nothing takes so long: what does will not come back.
const HANGS: Duration = Duration::from_secs(60);

/// Where inputs are kept, and since when one is under way.
pub(crate) struct Record {
    folder: PathBuf,
    since: Arc<Mutex<Option<Instant>>>,
}

impl Record {
    /// Begins to watch.
    pub(crate) fn open() -> anyhow::Result<Record> {
        let folder = PathBuf::from("target/fuzz");
        fs::create_dir_all(&folder)?;
        let record = Record { folder, since: Arc::default() };
        if record.under_way().exists() {
            println!("the run before ended in the middle of an input, which is kept in {}", record.put_aside()?.display());
        }
        let (since, under_way) = (Arc::clone(&record.since), record.under_way());
        thread::spawn(move || {
            loop {
                thread::park_timeout(Duration::from_secs(1));
                let began = *since.lock().unwrap_or_else(PoisonError::into_inner);
                if began.is_some_and(|began| began.elapsed() > HANGS) {
                    println!("hangs on the input kept in {}", under_way.display());
                    // The thread that hangs cannot be ended otherwise.
                    std::process::abort();
                }
            }
        });
        Ok(record)
    }

    /// Target and input of the one under way.
    fn under_way(&self) -> PathBuf {
        self.folder.join("under-way")
    }

    fn put_aside(&self) -> anyhow::Result<PathBuf> {
        let bytes = fs::read(self.under_way())?;
        let path = self.folder.join(format!("broke-{:016x}", digest(&bytes)));
        fs::rename(self.under_way(), &path)?;
        Ok(path)
    }

    /// An input is about to be thrown: on disk its first line is the target's name.
    pub(crate) fn begins(&self, target: &str, input: &[u8]) -> anyhow::Result<()> {
        fs::write(self.under_way(), [target.as_bytes(), b"\n", input].concat())?;
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Ok(())
    }

    /// It came back.
    pub(crate) fn ended(&self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Keeps an input that did harm, by its own name: the next one does not take its place.
    pub(crate) fn keep(&self, target: &str, input: &[u8]) -> anyhow::Result<PathBuf> {
        self.ended();
        let path = self.folder.join(format!("{target}-{:016x}", digest(input)));
        fs::write(&path, input)?;
        Ok(path)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // Whoever comes here was not ended in the middle of an input.
        let _ = fs::remove_file(self.under_way());
    }
}

/// FNV-1a: a name, not a secret.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
