//! Deliveries to the edge, many together: a request is sent again as it was until it is taken, so that it has one effect.

use ledger::{Act, Record};
use protocol::messages::Accepted;
use protocol::messages::edge::{DELIVERIES, Deliveries, Delivery};
use store::Tx;
use vocabulary::{Id128, MunicipalityCode, Party, Purpose};
use work::outbox::{Made, Message, Sent, Taken};

use crate::HubError;
use crate::table::numbers;

/// A row for the edge. Those of one person go in the order in which they must take effect.
pub(crate) struct ToEdge(pub(crate) MunicipalityCode);

impl Message for ToEdge {
    type Stored = Delivery;
    type Body = Deliveries;
    type Answer = Accepted;
    type Error = HubError;
    const KIND: &'static str = "deliveries";
    const TO: &'static [&'static str] = &["hub-edge"];
    const PATH: &'static str = DELIVERIES;
    const ACT: Act = Act::new("hub-core:deliveries.send");
    const PURPOSE: Purpose = Purpose::HubRegistration;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, key: Id128, rows: Vec<Delivery>) -> Result<Made<Deliveries>, HubError> {
        Ok(Made::Request(key, Deliveries { delivery: key, municipality: self.0, rows }))
    }

    fn taken(&self, tx: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, _: Accepted) -> Result<Taken, HubError> {
        numbers(tx, super::DELIVERED, sent.stored.len())?;
        Ok(Taken::All)
    }
}
