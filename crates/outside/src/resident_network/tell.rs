//! What the resident network tells: the network system a resident-record code beside a processing number; the payers' hub a card's serial.

use ledger::Act;
use protocol::messages::Accepted;
use protocol::messages::network::{self, LinkRow, Links};
use protocol::messages::payers_hub::{self, CertificateRow, Certificates};
use serde::{Deserialize, Serialize};
use vault::Cell;
use vocabulary::{Id128, Party, Purpose};
use wire::CellLines;
use work::outbox::{Made, Message};

use super::ResidentNetwork;
use crate::RefusedError;

const TELL: Act = Act::new("resident-network:others.tell");

/// Whom an organisation wants a code of.
pub(super) struct Link;

impl Message for Link {
    type Stored = LinkRow;
    type Body = Links;
    type Answer = Accepted;
    type Error = RefusedError;
    const KIND: &'static str = "links";
    const TO: &'static [&'static str] = &["network"];
    const PATH: &'static str = network::LINKS;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, rows: Vec<LinkRow>) -> Result<Made<Links>, RefusedError> {
        Ok(Made::Request(key, Links { rows }))
    }
}

/// Whose a new card is.
pub(super) struct IssuedCard(pub(super) ResidentNetwork);

/// The number lies as in `listed_person`: under the seal of its own cell.
#[derive(Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) serial: String,
    pub(super) number_index: Vec<u8>,
    pub(super) sealed_number: Vec<u8>,
}

impl Message for IssuedCard {
    type Stored = Issued;
    type Body = Certificates;
    type Answer = Accepted;
    type Error = RefusedError;
    const KIND: &'static str = "certificates";
    const TO: &'static [&'static str] = &["payers-hub"];
    const PATH: &'static str = payers_hub::CERTIFICATES;
    const ACT: Act = TELL;
    const PURPOSE: Purpose = Purpose::Numbering;
    const MOST: usize = 1_000;

    /// The sealed text is another at each try, so each try is a request of its own; the receiver takes a card it knows without effect.
    async fn make(&self, to: &Party, _: Id128, cards: Vec<Issued>) -> Result<Made<Certificates>, RefusedError> {
        let Self(state) = self;
        let mut lines = CellLines::with_capacity(cards.len());
        for Issued { number_index, sealed_number, .. } in &cards {
            lines.open(state.room.vault(), &Cell::new("listed_person", number_index, "sealed_number"), sealed_number)?;
        }
        let (request_id, numbers) = lines.seal(&state.client, &state.party, to, Self::PATH, state.entropy.as_ref()).await?;
        let rows = cards.into_iter().map(|card| CertificateRow { certificate_serial: card.serial }).collect();
        Ok(Made::Request(request_id, Certificates { request_id, rows, numbers }))
    }
}
