//! 住基ネット (the resident network) and the card authority (公的個人認証), emulated: the one who knows a person by individual number, by
//! resident-record code and by card, and tells each party only its part.

mod authority;
mod cards;
mod codes;
mod people;
mod tell;

use line::Client;
use seal::hpke::Receiver;
use std::sync::Arc;

use access::Action;
use ledger::Room;
use protocol::messages::resident_network as messages;
use vocabulary::{Entropy, Party, Purpose};
use wire::{House, Routes, Service, peer};

use work::outbox::{self, Deliverer, Outbox};

use crate::OpenError;

const CODES: Action = Action::personal("resident-network:codes.ask");
const CARDS: Action = Action::personal("resident-network:cards.issue");
const REVOKE: Action = Action::personal("resident-network:cards.revoke");
const PORTAL_CODES: Action = Action::personal("resident-network:portal-codes.ask");
const AUTHORITY: Action = Action::plain("resident-network:authority.read");
const COUNTS: Action = Action::plain("resident-network:counts.read");
const OUTBOX: Action = Action::plain("resident-network:outbox.read");
const MEND: Action = Action::plain("resident-network:outbox.mend");

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "resident-network",
    actions: &[CODES, CARDS, REVOKE, PORTAL_CODES, AUTHORITY, COUNTS, OUTBOX, MEND],
    text: include_str!("policies.cedar"),
};

/// The tables of this party.
const MIGRATIONS: store::Migrations = store::migrations!("resident-network" in "src/resident_network", "0001_resident_network");

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: include_str!("columns.toml"),
    peers: &["network", "payers-hub"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct ResidentNetwork {
    room: Room,
    party: Party,
    network: Party,
    payers_hub: Party,
    receiver: Arc<Receiver>,
    authority: Arc<authority::Authority>,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}

/// Opens the party; the authority's key is made at the first start.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let receiver = Arc::new(room.vault().receiver(wire::RING).await?);
    let state = ResidentNetwork {
        authority: Arc::new(authority::Authority::open(&room).await?),
        room: room.clone(),
        party: house.party.clone(),
        network: Party::national("network")?,
        payers_hub: Party::national("payers-hub")?,
        receiver,
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
    };
    let routes = Routes::of(state.clone())
        .post(messages::CODE_REQUESTS, peer(CODES, Purpose::Numbering), codes::ask)
        .post(messages::PORTAL_CODES, peer(PORTAL_CODES, Purpose::Numbering), codes::ask_for_portal)
        .post(messages::CARDS, peer(CARDS, Purpose::Numbering), cards::issue)
        .post(messages::REVOCATIONS, peer(REVOKE, Purpose::Numbering), cards::revoke)
        .get(messages::AUTHORITY, peer(AUTHORITY, Purpose::Operation), authority::show)
        .get(&protocol::messages::console::counts("resident-network"), peer(COUNTS, Purpose::Operation), people::counts);
    let operators = outbox::routes(state.outbox.clone(), "resident-network", OUTBOX, MEND);
    let deliverer = Deliverer::new(&state.outbox, &house).message(tell::Link).message(tell::IssuedCard(state.clone()));
    Ok(deliverer.serve(Service::new(&room).routes(routes).routes(operators)))
}
