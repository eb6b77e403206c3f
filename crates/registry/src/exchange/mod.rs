//! 情報提供 and 情報照会 (R-REG-12): replicas for the relay, inquiries to other municipalities, their answers.

mod answers;
mod content;
mod inquire;
mod mark;
mod replicas;
pub(crate) mod table;
mod tell;

use jiff::SignedDuration;
use protocol::messages::registry as messages;
use protocol::signed::Head;
use wire::peer;
use work::jobs::DeclaredWork;
use work::outbox::Deliverer;

use crate::Registry;

access::actions! {
    MAKE = personal "registry:replicas.make" for Provision, "副本の登録", "Replicas";
    INQUIRE = personal "registry:inquiries.make" for Inquiry, "情報照会", "Inquiry";
    FETCH = personal "registry:answers.fetch" for Inquiry, "照会への回答の取得", "Answer to an inquiry";
}

/// The work of the exchange.
pub(crate) fn kinds() -> DeclaredWork<Registry> {
    DeclaredWork::new()
        .job(messages::MAKE_REPLICAS, peer(MAKE), "make-replicas", replicas::make)
        .job(messages::INQUIRE, peer(INQUIRE), "inquire", inquire::inquire)
        .job(messages::FETCH_ANSWERS, peer(FETCH), "fetch-answers", answers::fetch)
}

/// What the outbox sends to atena.
pub(crate) fn messages(deliverer: Deliverer, registry: &Registry) -> Deliverer {
    deliverer.message(tell::NewInquiry).message(tell::NewReplica(registry.clone()))
}

/// Of something that is signed now for the relay and believed for so long.
fn head_to_relay(registry: &Registry, life: SignedDuration) -> Head {
    let issued = registry.clock.now();
    Head {
        sender: registry.party.clone(),
        receiver: registry.relay.clone(),
        number: registry.entropy.id128(),
        issued,
        expires: issued.checked_add(life).unwrap_or(issued),
    }
}
