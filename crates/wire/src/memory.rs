//! What a process gives away of its memory.

use std::io;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// From now on no core of this process is written, and no other process of its user may look into it (`/proc`, a debugger): what it holds of people and keys
/// stays with it. Only whoever may look into every process still can (`CAP_SYS_PTRACE`). For the beginning of a program's `main`; a program that it
/// starts may be looked into, and writes no core.
pub fn keep_to_itself() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    // A core that goes to a program (`core_pattern`) heeds no limit.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}
