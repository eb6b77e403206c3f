//! Time and memory.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// How long something takes.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A line of the report.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// The most memory held at once since [`Memory::begin`], as the kernel counts it.
pub(crate) struct Memory(u64);

impl Memory {
    /// Forgets the peak so far.
    pub(crate) fn begin() -> Memory {
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Memory(0)
    }

    /// The peak in MiB.
    pub(crate) fn end(self) -> Memory {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        Memory(kilobytes.unwrap_or(0) / 1024)
    }

    /// Tells it.
    pub(crate) fn say(&self) {
        say(&format!("    peak memory {} MiB (goal ≤ 300)", self.0));
    }
}
