//! What atena has to tell: unified numbers and withdrawals to the relay, code requests with their numbers to the resident network.

use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::relay::{self, UnifiedNumbers, Withdrawals};
use protocol::messages::resident_network::{self, CodeRequest, CodeRequests};
use serde::{Deserialize, Serialize};
use vault::Cell;
use vocabulary::{Id128, Party, Purpose, UnifiedNumber};
use wire::CellLines;
use work::outbox::{Made, Message};

use crate::{Atena, AtenaError};

const TELL: Act = Act::new("atena:others.tell");

/// A new unified number, to the relay. One that it knows has no effect there.
pub(crate) struct NewNumber;

impl Message for NewNumber {
    type Stored = UnifiedNumber;
    type Body = UnifiedNumbers;
    type Answer = Accepted;
    type Error = AtenaError;
    const KIND: &'static str = "unified-numbers";
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = relay::UNIFIED_NUMBERS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, unified_numbers: Vec<UnifiedNumber>) -> Result<Made<UnifiedNumbers>, AtenaError> {
        Ok(Made::Request(key, UnifiedNumbers { unified_numbers }))
    }
}

/// What the relay has under somebody's unified number is another's (紐付け誤り). Each goes alone under its own key: sent again it withdraws
/// nothing that was stored since.
pub(crate) struct Withdrawal;

impl Message for Withdrawal {
    type Stored = UnifiedNumber;
    type Body = Withdrawals;
    type Answer = Accepted;
    type Error = AtenaError;
    const KIND: &'static str = "withdrawals";
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = relay::WITHDRAWALS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;

    async fn make(&self, _: &Party, key: Id128, unified_numbers: Vec<UnifiedNumber>) -> Result<Made<Withdrawals>, AtenaError> {
        Ok(Made::Request(key, Withdrawals { unified_numbers }))
    }
}

/// A code is wanted for a person, whose number the resident network gets sealed to it.
pub(crate) struct WantedCode(pub(crate) Atena);

/// The number lies as in `person`: under the seal of its own cell.
#[derive(Serialize, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) processing_number: Id128,
    pub(crate) number_index: Vec<u8>,
    pub(crate) sealed_number: Vec<u8>,
}

impl Message for WantedCode {
    type Stored = Wanted;
    type Body = CodeRequests;
    type Answer = Accepted;
    type Error = AtenaError;
    const KIND: &'static str = "code-requests";
    const TO: &'static [&'static str] = &["resident-network"];
    const PATH: &'static str = resident_network::CODE_REQUESTS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    /// Sealed anew at each try, so each try is a request of its own; a processing number that is known has no effect there.
    async fn make(&self, to: &Party, _: Id128, wanted: Vec<Wanted>) -> Result<Made<CodeRequests>, AtenaError> {
        let Self(atena) = self;
        let mut lines = CellLines::with_capacity(wanted.len());
        for Wanted { number_index, sealed_number, .. } in &wanted {
            lines.open(atena.room.vault(), &Cell::new("person", number_index, "sealed_number"), sealed_number)?;
        }
        let (request_id, numbers) = lines.seal(&atena.client, &atena.party, to, Self::PATH, atena.entropy.as_ref()).await?;
        let rows = wanted.iter().map(|wanted| CodeRequest { processing_number: wanted.processing_number }).collect();
        Ok(Made::Request(request_id, CodeRequests { request_id, organisation: atena.relay.clone(), rows, numbers }))
    }
}
