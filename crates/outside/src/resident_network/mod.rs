//! 住基ネット (the resident network) and the card authority (公的個人認証), emulated: the one who knows a person by individual number, by
//! resident-record code and by card, and tells each party only its part.

mod authority;
mod cards;
mod codes;
mod people;
mod tell;

use line::Client;
use std::sync::Arc;

use ledger::Room;
use protocol::messages::resident_network as messages;
use vocabulary::{Entropy, Party, Purpose};
use wire::{House, Routes, Service, peer};

use work::outbox::{self, Deliverer, Outbox, OutboxActions};

use crate::OpenError;

access::actions! {
    CODES = personal "resident-network:codes.ask" for Numbering, "符号の取得依頼", "Request for codes";
    CARDS = personal "resident-network:cards.issue" for Numbering, "カードの発行", "Issue of cards";
    REVOKE = personal "resident-network:cards.revoke" for Numbering, "カードの失効", "Revocation of cards";
    PORTAL_CODES = personal "resident-network:portal-codes.ask" for Numbering, "ポータルの符号の取得依頼", "Request for the portal's code";
    AUTHORITY = plain "resident-network:authority.read", "認証局の情報の閲覧", "Look at the authority";
    COUNTS = plain "resident-network:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
const OUTBOX: OutboxActions = work::outbox_actions!("resident-network");

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "resident-network", actions: &[ACTIONS, &OUTBOX.all()], text: include_str!("policies.cedar") };

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
    authority: Arc<authority::Authority>,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}

/// Opens the party; the authority's key is made at the first start.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let state = ResidentNetwork {
        authority: Arc::new(authority::Authority::open(&room, &house.caller(Purpose::Operation)).await?),
        room: room.clone(),
        party: house.party.clone(),
        network: Party::national("network")?,
        payers_hub: Party::national("payers-hub")?,
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
    };
    let routes = Routes::of(state.clone())
        .refusing::<crate::RefusedError>()
        .post(messages::CODE_REQUESTS, peer(CODES), codes::ask)
        .post(messages::PORTAL_CODES, peer(PORTAL_CODES), codes::ask_for_portal)
        .post(messages::CARDS, peer(CARDS), cards::issue)
        .post(messages::REVOCATIONS, peer(REVOKE), cards::revoke)
        .get(messages::AUTHORITY, peer(AUTHORITY), authority::show)
        .get(&protocol::messages::console::counts("resident-network"), peer(COUNTS), people::counts);
    let operators = outbox::routes(state.outbox.clone(), "resident-network", OUTBOX);
    let deliverer = Deliverer::new(&state.outbox, &house).message(tell::Link).message(tell::IssuedCard(state.clone()));
    Ok(deliverer.serve(Service::new(&room).routes(routes).routes(operators)))
}
