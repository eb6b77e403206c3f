//! Asking atena for codes of those who have none.

use ledger::{Act, Record};
use protocol::messages::Accepted;
use protocol::messages::atena::{self, CodeRequest, CodeRequests};
use store::Tx;
use vocabulary::{Id128, Party, Purpose};
use work::outbox::{Made, Message, Sent, Taken};

use crate::{Relay, RelayError};

/// A code is wanted for a person. A processing number that atena knows has no effect there, so each try is a request of its own: atena is
/// asked until it knows whom it told.
pub(crate) struct WantedCode(pub(crate) Relay);

impl Message for WantedCode {
    type Stored = CodeRequest;
    type Body = CodeRequests;
    type Answer = Accepted;
    type Error = RelayError;
    const KIND: &'static str = "code-requests";
    const TO: &'static [&'static str] = &["atena"];
    const PATH: &'static str = atena::CODE_REQUESTS;
    const ACT: Act = Act::new("relay:codes.ask");
    const PURPOSE: Purpose = Purpose::Provision;
    const MOST: usize = 1_000;

    async fn make(&self, _: &Party, _: Id128, rows: Vec<CodeRequest>) -> Result<Made<CodeRequests>, RelayError> {
        let request_id = self.0.entropy.id128();
        Ok(Made::Request(request_id, CodeRequests { request_id, rows }))
    }

    fn taken(&self, _: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, answer: Accepted) -> Result<Taken, RelayError> {
        Ok(match sent.stored.len() {
            asked if answer.accepted >= asked as u64 => Taken::All,
            1 => Taken::Only(vec![false]),
            _ => Taken::NotAll("atena does not know a unified number that it told"),
        })
    }
}
