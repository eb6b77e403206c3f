//! The parsers of outside bytes. What each function asserts holds for every input; a broken promise is a panic like any other.

mod cards;
mod catalogues;
mod codes;
mod doors;
mod files;
mod ledgers;
mod messages;
mod names;
mod parties;
mod rooms;
mod signed;
mod vaults;

use std::borrow::Cow;
use std::sync::LazyLock;

/// A parser and its name.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) run: fn(&[u8]),
    pub(crate) seeds: Seeds,
    /// Longest input, in bytes.
    pub(crate) limit: usize,
}

/// What is changed to make inputs.
pub(crate) enum Seeds {
    /// The files of `seeds/<name>/`, at least one.
    Stored,
    /// Texts that stand elsewhere.
    Made(fn() -> Vec<Vec<u8>>),
}

const fn target(name: &'static str, limit: usize, run: fn(&[u8])) -> Target {
    Target { name, run, seeds: Seeds::Stored, limit }
}

/// All of them.
pub(crate) const TARGETS: &[Target] = &[
    target("dates", 256, codes::dates),
    target("codes", 256, codes::codes),
    target("individual_number", 64, codes::individual_number),
    target("folding", 2 << 10, names::folding),
    target("address", 2 << 10, names::address),
    target("incoming", 4 << 10, names::incoming),
    target("catalogue", 64 << 10, catalogues::catalogue),
    target("record_row", 4 << 10, catalogues::record_row),
    target("encoding", 16 << 10, files::encoding),
    target("residents", 16 << 10, files::residents),
    target("results", 16 << 10, files::results),
    target("media_name", 512, files::media_name),
    target("entry", 1 << 10, ledgers::entry),
    target("checkpoint", 8 << 10, ledgers::checkpoint),
    target("witness_request", 8 << 10, ledgers::witness_request),
    target("verifier_key", 512, ledgers::verifier_key),
    target("tile_path", 256, ledgers::tile_path),
    target("party", 256, parties::party),
    target("scope", 1 << 10, parties::scope),
    target("setting", 8 << 10, parties::setting),
    target("certificate", 8 << 10, parties::certificate),
    Target { name: "message", run: messages::message, seeds: Seeds::Made(messages::golden_texts), limit: 16 << 10 },
    target("signed", 8 << 10, signed::signed),
    target("signed_content", 8 << 10, signed::content),
    target("sealed", 16 << 10, vaults::sealed),
    target("receiving_key", 8 << 10, vaults::receiving_key),
    target("sealed_cell", 1 << 10, vaults::cell),
    target("sealed_lines", 4 << 10, vaults::lines),
    target("master_key", 4 << 10, vaults::master_key),
    target("batch", 4 << 10, rooms::batch),
    target("frontier", 2 << 10, rooms::frontier),
    target("identification", 16 << 10, rooms::identification),
    target("registration", 16 << 10, doors::registration),
    target("minted", 4 << 10, doors::minted),
    target("assertion", 4 << 10, doors::assertion),
    target("token_request", 16 << 10, doors::token_request),
    target("idempotency_key", 256, doors::key),
    target("cookies", 4 << 10, doors::cookies),
    target("form", 16 << 10, doors::form),
    target("card", 8 << 10, cards::card),
    target("card_certificate", 8 << 10, cards::certificate),
];

/// What a reader of text gets: most parsers stand behind a check that it is UTF-8.
fn text(input: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// What a target needs was made, or the target has failed: without it nothing would be tried.
#[expect(clippy::panic, reason = "a target that cannot be set up has failed")]
fn ready<T>(made: &LazyLock<anyhow::Result<T>>) -> &T {
    match &**made {
        Ok(made) => made,
        Err(error) => panic!("what the target needs cannot be made: {error:#}"),
    }
}
