//! `kenshin`: everything in one program.

use std::process::ExitCode;

use clap::Parser as _;
use kenshin::arguments::Arguments;

fn main() -> ExitCode {
    kenshin::hide_panics();
    match kenshin::hide_memory().and_then(|()| kenshin::run(Arguments::parse())) {
        Ok(ending) => ending.into(),
        Err(error) => kenshin::failed(&error),
    }
}
