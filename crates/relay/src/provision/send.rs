//! Answers, to the network system. They are sealed to the asker, and the outbox keeps them no longer than until they are taken.

use ledger::Act;
use protocol::Signed;
use protocol::messages::Outcome;
use protocol::messages::inquiries::ProvidedAnswer;
use protocol::messages::network::{ANSWERS, AnswerDelivery};
use protocol::signed::Head;
use serde::{Deserialize, Serialize};
use vocabulary::{Id128, Party, Purpose};
use work::outbox::{Made, Message};

use crate::inquiries::permit::UNANSWERED;
use crate::{Relay, RelayError};

/// The answer under a permit, which is answered once.
pub(crate) struct Answer(pub(crate) Relay);

/// What was decided, for whom.
#[derive(Serialize, Deserialize)]
pub(crate) struct DecidedAnswer {
    pub(crate) processing_number: Id128,
    pub(crate) asker: Party,
    pub(crate) answer: ProvidedAnswer,
}

impl Message for Answer {
    type Stored = DecidedAnswer;
    type Body = AnswerDelivery;
    type Answer = Outcome;
    type Error = RelayError;
    const KIND: &'static str = "answers";
    const TO: &'static [&'static str] = &["network"];
    const PATH: &'static str = ANSWERS;
    const ACT: Act = Act::new("relay:answers.send");
    const PURPOSE: Purpose = Purpose::Provision;

    /// Signed when it sets out, for as long as the asker waits: whichever side was away until then, it is believed. Each try is a request of
    /// its own, and the network system finds the same answer in it.
    async fn make(&self, _: &Party, _: Id128, decided: Vec<DecidedAnswer>) -> Result<Made<AnswerDelivery>, RelayError> {
        let Self(relay) = self;
        let Some(DecidedAnswer { processing_number, asker, answer }) = decided.into_iter().next() else { return Ok(Made::Nothing) };
        let issued = relay.room.clock().now();
        let number = relay.entropy.id128();
        let head = Head { sender: relay.party.clone(), receiver: asker, number, issued, expires: issued + UNANSWERED };
        let answer = Signed::seal(&head, &answer, &relay.room.vault().signer(wire::RING).await?)?;
        Ok(Made::Request(relay.entropy.id128(), AnswerDelivery { processing_number, answer }))
    }
}
