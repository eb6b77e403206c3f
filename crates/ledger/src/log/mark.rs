//! The mark of a log: how far it was, in a file outside of the room's database, so that a database that was rolled back whole is found.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use store::RoomName;
use vault::{Marks, MasterKey};

use super::Head;
use super::known::SeenHead;
use crate::LedgerError;

/// Milliseconds between two writings: so much of a log can be rolled back unseen.
const EVERY: i64 = 60_000;

const BEGINS: &str = "kenshin mark 1";

/// Where a log's mark is. It says how often the head was written, how many entries there were, and their root.
#[derive(Debug)]
pub(crate) struct Mark {
    path: PathBuf,
    /// The folder it lies in.
    marks: Marks,
    /// Its name there.
    room: String,
    /// When it was written last, by the log's clock.
    written: AtomicI64,
}

impl Mark {
    /// The mark of a room, beside its master key; none where the key is on a device.
    pub(crate) fn beside(master: &dyn MasterKey, room: &RoomName) -> Option<Self> {
        let marks = master.marks()?;
        let room = room.to_string();
        Some(Self { path: marks.folder.join(&room), marks, room, written: AtomicI64::new(i64::MIN) })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What it says; nothing when there is none yet.
    pub(super) fn read(&self) -> Result<Option<SeenHead>, LedgerError> {
        match fs::read_to_string(&self.path) {
            Ok(text) => parse(&text).map(Some).ok_or(LedgerError::Damaged("its mark beside the master key says nothing")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(_) => Err(LedgerError::Damaged("its mark beside the master key cannot be read")),
        }
    }

    /// Whether it is time to write it; then nobody else does.
    pub(super) fn is_due(&self, now: i64) -> bool {
        let written = self.written.load(Ordering::Acquire);
        let due = now < written || now.saturating_sub(written) >= EVERY;
        due && self.written.compare_exchange(written, now, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Writes what a committed head says. One that cannot be written only says less than it might.
    pub(super) fn write(&self, head: &Head) {
        self.write_seen(SeenHead { counter: head.counter, size: head.size(), root: head.root });
    }

    /// Writes how far the log was.
    pub(super) fn write_seen(&self, SeenHead { counter, size, root }: SeenHead) {
        let text = format!("{BEGINS}\n{counter} {size} {}\n", BASE64_STANDARD.encode(root));
        if let Err(error) = self.marks.replace(&self.room, text.as_bytes()) {
            tracing::warn!(mark = %self.path.display(), %error, "how far the record of use is cannot be kept beside the master key");
        }
    }
}

fn parse(text: &str) -> Option<SeenHead> {
    let mut words = text.strip_prefix(BEGINS)?.strip_suffix('\n')?.trim_start().split(' ');
    let (counter, size) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let root = BASE64_STANDARD.decode(words.next()?).ok()?.try_into().ok()?;
    words.next().is_none().then_some(SeenHead { counter, size, root })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::EMPTY_ROOT;

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is_one() {
        let text = format!("{BEGINS}\n12 7 {}\n", BASE64_STANDARD.encode(EMPTY_ROOT));
        let seen = parse(&text).unwrap();
        assert_eq!((seen.counter, seen.size, seen.root), (12, 7, EMPTY_ROOT));
        for wrong in ["", BEGINS, "kenshin mark 1\n12 7\n", &text.replace("12", "-1"), &text.replace('\n', " x\n"), text.trim_end()] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
