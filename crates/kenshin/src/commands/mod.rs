//! One file a command.

pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod init;
pub(crate) mod ledger;
pub(crate) mod migrate;
pub(crate) mod registry;
pub(crate) mod serve;
pub(crate) mod synth;

use anyhow::Context as _;
use vocabulary::{Date, MunicipalityCode, era};

/// A runtime for the commands that talk.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads of the program")
}

/// A municipality code of the command line.
fn municipality(code: &str) -> anyhow::Result<MunicipalityCode> {
    MunicipalityCode::parse(code).with_context(|| format!("--municipality {code}: 6 digits with a check digit, such as 991015"))
}

/// A date of the command line, in any of the ways to write one; `otherwise` when none was given.
fn date(written: Option<&str>, otherwise: Date) -> anyhow::Result<Date> {
    match written {
        None => Ok(otherwise),
        Some(written) => era::parse_date(written).with_context(|| format!("--on {written}: write 2026-11-22 or R8.11.22")),
    }
}
