//! What online eligibility is told: link numbers of cards, PMH keys of link numbers; never an individual number.

use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::online_eligibility::{self, LinkNumberRow, LinkNumbers, PmhKeyRow, PmhKeys};
use vocabulary::{Id128, Party, Purpose};
use work::outbox::{Made, Message};

use crate::RefusedError;

const TELL: Act = Act::new("payers-hub:online-eligibility.tell");

/// Which link number a card belongs to.
pub(super) struct CardLink;

impl Message for CardLink {
    type Stored = LinkNumberRow;
    type Body = LinkNumbers;
    type Answer = Accepted;
    type Error = RefusedError;
    const KIND: &'static str = "link-numbers";
    const TO: &'static [&'static str] = &["online-eligibility"];
    const PATH: &'static str = online_eligibility::LINK_NUMBERS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, rows: Vec<LinkNumberRow>) -> Result<Made<LinkNumbers>, RefusedError> {
        Ok(Made::Request(key, LinkNumbers { rows }))
    }
}

/// The PMH key of a link number.
pub(super) struct MintedKey;

impl Message for MintedKey {
    type Stored = PmhKeyRow;
    type Body = PmhKeys;
    type Answer = Accepted;
    type Error = RefusedError;
    const KIND: &'static str = "pmh-keys";
    const TO: &'static [&'static str] = &["online-eligibility"];
    const PATH: &'static str = online_eligibility::PMH_KEYS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, rows: Vec<PmhKeyRow>) -> Result<Made<PmhKeys>, RefusedError> {
        Ok(Made::Request(key, PmhKeys { rows }))
    }
}
