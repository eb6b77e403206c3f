//! Answers, to the network system. They are sealed to the asker, and the outbox keeps them no longer than until they are taken.

use ledger::Act;
use protocol::messages::Outcome;
use protocol::messages::network::{ANSWERS, AnswerDelivery};
use vocabulary::{Id128, Party, Purpose};
use work::outbox::{Made, Message};

use crate::RelayError;

/// The answer under a permit, whose name is the key: a permit is answered once.
pub(crate) struct Answer;

impl Message for Answer {
    type Stored = AnswerDelivery;
    type Body = AnswerDelivery;
    type Answer = Outcome;
    type Error = RelayError;
    const KIND: &'static str = "answers";
    const PATH: &'static str = ANSWERS;
    const ACT: Act = Act::new("relay:answers.send");
    const PURPOSE: Purpose = Purpose::Provision;

    async fn make(&self, _: &Party, key: Id128, answers: Vec<AnswerDelivery>) -> Result<Made<AnswerDelivery>, RelayError> {
        Ok(Made::of_one(key, answers))
    }
}
