//! One file a command.

pub(crate) mod accounts;
pub(crate) mod by_hand;
pub(crate) mod catalogue;
pub(crate) mod certify;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod documents;
pub(crate) mod evidence;
pub(crate) mod hub;
pub(crate) mod init;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod migrate;
pub(crate) mod outbox;
pub(crate) mod registry;
pub(crate) mod serve;
pub(crate) mod synth;
pub(crate) mod system_room;

use anyhow::Context as _;

/// A runtime for the commands that talk.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().context("the threads of the program")
}
