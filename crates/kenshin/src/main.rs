//! `kenshin`: everything in one program.

use std::alloc::System;
use std::process::ExitCode;

use clap::Parser as _;
use kenshin::arguments::Arguments;
use zeroizing_alloc::ZeroAlloc;

/// Memory is written over when it is given back, so that nothing of a file stays in the process that took it in.
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    kenshin::hide_panics();
    match kenshin::hide_memory().and_then(|()| kenshin::run(Arguments::parse())) {
        Ok(ending) => ending.into(),
        Err(error) => kenshin::failed(&error),
    }
}
