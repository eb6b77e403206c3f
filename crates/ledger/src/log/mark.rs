//! The mark of a log: how far it was, in a file outside of the room's database, so that a database that was rolled back whole is found.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::{fmt, fs};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use store::RoomName;
use vault::{Marks, MasterKey};

use super::known::SeenHead;
use super::{Head, Shown};
use crate::LedgerError;

/// Milliseconds between two writings: so much of a log can be rolled back unseen.
const EVERY: i64 = 60_000;

const BEGINS: &str = "kenshin mark 1";

/// How a line begins that says what a witness showed.
const SHOWN: &str = "shown ";

/// What a mark says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct MarkText {
    /// How far the log was.
    pub(super) seen: Option<SeenHead>,
    /// What witnesses showed of it that it was not proved to go on from.
    pub(super) shown: Vec<Shown>,
}

/// Where a log's mark is. It says how often the head was written, how many entries there were, and their root; and what else the log must go on from.
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
    pub(super) fn read(&self) -> Result<Option<MarkText>, LedgerError> {
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

    /// Writes what a committed head says, unless another program wrote of a later one. One that cannot be written only says less than it might.
    pub(super) fn write(&self, head: &Head) {
        let head = SeenHead { counter: head.counter, size: head.size(), root: head.root };
        self.change(|mark| {
            if mark.seen.is_none_or(|seen| seen.counter <= head.counter && seen.size <= head.size) {
                mark.seen = Some(head);
            }
        });
    }

    /// Writes what a witness showed, or that the log is proved to go on from it.
    pub(super) fn write_shown(&self, shown: Shown, is_proven: bool) {
        self.change(|mark| {
            mark.shown.retain(|one| *one != shown);
            if !is_proven {
                mark.shown.push(shown);
            }
        });
    }

    /// Nothing is written over a mark that cannot be read.
    fn change(&self, change: impl FnOnce(&mut MarkText)) {
        let written = self.read().map_err(|error| error.to_string()).and_then(|mark| {
            let before = mark.unwrap_or_default();
            let mut after = before.clone();
            change(&mut after);
            let is_same = after == before;
            if is_same { Ok(()) } else { self.marks.replace(&self.room, after.to_string().as_bytes()).map_err(|error| error.to_string()) }
        });
        if let Err(error) = written {
            tracing::warn!(mark = %self.path.display(), %error, "how far the record of use is cannot be kept beside the master key");
        }
    }
}

impl fmt::Display for MarkText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BEGINS}")?;
        if let Some(SeenHead { counter, size, root }) = self.seen {
            writeln!(f, "{counter} {size} {}", BASE64_STANDARD.encode(root))?;
        }
        self.shown.iter().try_for_each(|Shown { size, root }| writeln!(f, "{SHOWN}{size} {}", BASE64_STANDARD.encode(root)))
    }
}

fn parse(text: &str) -> Option<MarkText> {
    let mut mark = MarkText::default();
    for line in text.strip_prefix(BEGINS)?.strip_prefix('\n')?.strip_suffix('\n')?.split('\n') {
        let (counter, of_tree) = match line.strip_prefix(SHOWN) {
            Some(of_tree) => (None, of_tree),
            None => line.split_once(' ').map(|(counter, of_tree)| (Some(counter), of_tree))?,
        };
        let (size, root) = of_tree.split_once(' ')?;
        let (size, root) = (size.parse().ok()?, BASE64_STANDARD.decode(root).ok()?.try_into().ok()?);
        match counter {
            None => mark.shown.push(Shown { size, root }),
            Some(counter) if mark.seen.is_none() => mark.seen = Some(SeenHead { counter: counter.parse().ok()?, size, root }),
            Some(_) => return None,
        }
    }
    Some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{EMPTY_ROOT, Frontier, Hash};

    #[test]
    fn a_mark_is_read_as_it_was_written_and_nothing_else_is_one() {
        let text = format!("{BEGINS}\n12 7 {}\n", BASE64_STANDARD.encode(EMPTY_ROOT));
        let seen = SeenHead { counter: 12, size: 7, root: EMPTY_ROOT };
        assert_eq!(parse(&text), Some(MarkText { seen: Some(seen), shown: Vec::new() }));
        let shown = vec![Shown { size: 9, root: [1; 32] }, Shown { size: 3, root: [2; 32] }];
        for mark in [MarkText { seen: Some(seen), shown: shown.clone() }, MarkText { seen: None, shown }] {
            assert_eq!(parse(&mark.to_string()), Some(mark));
        }
        let twice = format!("{text}{}", text.split_once('\n').unwrap().1);
        let wrong = ["", BEGINS, "kenshin mark 1\n12 7\n", &text.replace("12", "-1"), &text.replace('\n', " x\n"), text.trim_end(), &twice];
        for wrong in wrong {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn t_21_a_mark_is_not_replaced_by_one_that_says_less_and_what_was_shown_stays_until_it_is_proved() {
        let folder = tempfile::tempdir().unwrap();
        let master =
            vault::FileMaster::open_or_create(folder.path().join("k.key"), std::sync::Arc::new(vocabulary::SystemEntropy)).unwrap();
        let mark = Mark::beside(&master, &RoomName::new("registry", Some("991015".parse().unwrap()))).unwrap();
        let head = |counter, leaves: &[Hash]| {
            let frontier = Frontier::over(leaves);
            Head { root: frontier.root(), frontier, signed: None, counter }
        };
        let later = head(5, &[[1; 32], [2; 32]]);
        mark.write(&later);
        mark.write(&head(4, &[[1; 32]]));
        let seen = Some(SeenHead { counter: 5, size: 2, root: later.root });
        assert_eq!(mark.read(), Ok(Some(MarkText { seen, shown: Vec::new() })));
        let shown = Shown { size: 9, root: [3; 32] };
        mark.write_shown(shown, false);
        mark.write(&later);
        assert_eq!(mark.read(), Ok(Some(MarkText { seen, shown: vec![shown] })));
        mark.write_shown(shown, true);
        assert_eq!(mark.read(), Ok(Some(MarkText { seen, shown: Vec::new() })));
    }
}
