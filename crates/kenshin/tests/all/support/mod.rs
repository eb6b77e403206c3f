//! What the tests share: the program, places for it to run, the input files read by other means than its own, and what follows from them.

pub(crate) mod city;
pub(crate) mod counts;
pub(crate) mod demonstration;
pub(crate) mod due;
pub(crate) mod lines;
pub(crate) mod place;
pub(crate) mod program;

/// A setting of the tests in the environment.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration file")]
pub(crate) fn setting(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
