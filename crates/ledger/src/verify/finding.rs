use std::fmt;

/// Something wrong with a log, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub problem: Problem,
    /// The first position it may concern.
    pub from: u64,
    /// The position after the last it may concern; `from + 1` when it is one entry.
    pub to: u64,
}

/// What can be wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The entry differs from the hash in its tile: it was changed, or others were inserted, removed or moved before it.
    Entry,
    /// The bytes at this position are no entry.
    Unreadable,
    /// Entries are missing here, or stand twice.
    Gap,
    /// The log ends before the size that its head, its tiles or its checkpoints say.
    Truncated,
    /// There are entries beyond the size that the head says.
    Beyond,
    /// A tile was changed; the entries agree with what was signed.
    Tile,
    /// A tile is missing.
    TileMissing,
    /// The head does not belong to the entries.
    Head,
    /// The head was not written by a program with the room's keys.
    Stamp,
    /// The entries contradict a signed checkpoint of the room.
    Rewritten,
    /// A checkpoint bears no good signature.
    Checkpoint,
    /// Entries that must have been signed are not: checkpoints were removed.
    Unsigned,
    /// A checkpoint from outside is of a larger log: this one was rolled back.
    RolledBack,
    /// A checkpoint from outside is of another log: this one was forked.
    Forked,
    /// A checkpoint from outside bears no good signature by the key of this log.
    OutsideCheckpoint,
    /// A checkpoint from outside bears a cosignature in the name of a known witness that does not hold.
    Cosignature,
    /// No checkpoint from outside bears a cosignature by a known witness: it was not asked, or they are not those that it cosigned.
    Uncosigned,
    /// The list of people under the entry is not the one that it fixed, or a search misses somebody on it.
    People,
    /// There is no list of people under the entry, and no act that erased it.
    PeopleGone,
    /// An act that erases a list of people is not signed by the key of this log.
    Erasure,
    /// A search does not find the entry by what it says, or finds it by something else.
    Lookup,
}

impl Finding {
    pub(super) fn at(problem: Problem, position: u64) -> Self {
        Self { problem, from: position, to: position.saturating_add(1) }
    }

    pub(super) fn between(problem: Problem, from: u64, to: u64) -> Self {
        Self { problem, from, to }
    }
}

impl Problem {
    /// What it means, as one would tell it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Entry => "an entry was changed, or others were inserted, removed or moved before it",
            Self::Unreadable => "these bytes are no entry",
            Self::Gap => "entries are missing or stand twice",
            Self::Truncated => "the log was cut off",
            Self::Beyond => "there are entries beyond the end of the log",
            Self::Tile => "a tile was changed, the entries are right",
            Self::TileMissing => "a tile is missing",
            Self::Head => "the head does not belong to the entries",
            Self::Stamp => "the head was not written by this system: it bears no stamp of the room's own key",
            Self::Rewritten => "the entries contradict a signed checkpoint",
            Self::Checkpoint => "a checkpoint bears no good signature",
            Self::Unsigned => "checkpoints were removed: these entries must have been signed",
            Self::RolledBack => "the log was rolled back: a checkpoint from outside is of a larger one",
            Self::Forked => "the log was forked: a checkpoint from outside is of another one",
            Self::People => "the list of the people whom this entry concerns was changed",
            Self::PeopleGone => "the list of the people whom this entry concerns is gone, and no act on record erased it",
            Self::Erasure => "an erasure bears no good signature by the key of this log",
            Self::Lookup => "a search does not find by ledger_lookup what the entries say: rows were removed, changed or put there",
            Self::Cosignature => "a checkpoint from outside bears a cosignature by a known witness that does not hold",
            Self::Uncosigned => {
                "no checkpoint from outside bears a cosignature by a known witness: it was not asked, or another checkpoint is to be looked for there"
            }
            Self::OutsideCheckpoint => "a checkpoint from outside bears no good signature by the key of this log",
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.to <= self.from.saturating_add(1) {
            write!(f, "entry {}: {}", self.from, self.problem.words())
        } else {
            write!(f, "entries {} to {}: {}", self.from, self.to - 1, self.problem.words())
        }
    }
}
