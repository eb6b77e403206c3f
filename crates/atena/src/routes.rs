//! The routes for programs, and what they do.

use protocol::messages::{atena as messages, console};
use wire::{Routes, peer};
use work::outbox::OutboxActions;

use crate::{Atena, AtenaError, forwarding, persons};

access::actions! {
    NUMBER = personal "atena:persons.number" for Numbering, "付番", "Numbering";
    CODES = personal "atena:codes.ask" for Numbering, "符号の取得依頼", "Request for codes";
    REPLICAS = personal "atena:replicas.forward" for Provision, "副本の転送", "Forwarding of replicas";
    INQUIRE = personal "atena:inquiries.forward" for Inquiry, "情報照会の転送", "Forwarding of inquiries";
    READ_INQUIRY = personal "atena:inquiries.read" for Inquiry, "照会結果の取得", "Look at an inquiry";
    COUNTS = plain "atena:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
pub(crate) const OUTBOX: OutboxActions = work::outbox_actions!("atena");

/// The routes.
pub(crate) fn routes(state: Atena) -> Routes<Atena> {
    Routes::of(state)
        .refusing::<AtenaError>()
        .post(messages::PERSONS, peer(NUMBER), persons::number::number)
        .post(messages::CODE_REQUESTS, peer(CODES), persons::codes::ask)
        .post(messages::REPLICAS, peer(REPLICAS), forwarding::replicas::forward)
        .post(messages::INQUIRIES, peer(INQUIRE), forwarding::inquire::forward)
        .get(messages::INQUIRY, peer(READ_INQUIRY), forwarding::answer::read)
        .get(&console::counts("atena"), peer(COUNTS), persons::counts)
}
