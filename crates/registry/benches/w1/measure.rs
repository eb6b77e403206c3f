//! Memory.

/// The most memory held at once since [`Memory::begin`], as the kernel counts it.
pub(crate) struct Memory;

impl Memory {
    /// Forgets the peak so far.
    pub(crate) fn begin() -> Memory {
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Memory
    }

    /// The peak in MiB.
    pub(crate) fn peak(&self) -> u64 {
        status("VmHWM:")
    }

    /// What is held now, in MiB.
    pub(crate) fn now() -> u64 {
        status("VmRSS:")
    }
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}
