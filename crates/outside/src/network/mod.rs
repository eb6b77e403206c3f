//! 情報提供ネットワークシステム, emulated: alone able to translate between the codes (符号) of organisations; gives permits; carries sealed
//! answers that it cannot read; keeps who asked whom.

mod answers;
mod codes;
mod links;
mod list;
mod permits;
mod records;
mod table;
mod tell;

use std::sync::Arc;

use access::Action;
use catalogue::Catalogue;
use ledger::Room;
use line::Client;
use protocol::messages::network as messages;
use seal::Signer;
use vocabulary::{Entropy, Party, Purpose};
use wire::pending::{self, Bell};
use wire::{House, Routes, Service, peer};

use crate::OpenError;

const LINKS: Action = Action::personal("network:links.take");
const LIST: Action = Action::plain("network:permission-list.read");
const PERMITS: Action = Action::personal("network:permits.give");
const ANSWERS: Action = Action::personal("network:answers.pass");
const RECORDS: Action = Action::personal("network:access-records.read");
const COUNTS: Action = Action::plain("network:counts.read");

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "network",
    actions: &[LINKS, LIST, PERMITS, ANSWERS, RECORDS, COUNTS],
    text: include_str!("policies.cedar"),
};

/// The tables of this party.
pub const MIGRATIONS: store::Migrations = store::migrations!("network", "0001_network");

/// What the handlers share.
#[derive(Clone)]
struct Network {
    room: Room,
    party: Party,
    signer: Arc<Signer>,
    catalogue: Arc<Catalogue>,
    client: Client,
    entropy: Arc<dyn Entropy>,
    bell: Bell,
}

/// Opens the party.
pub async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    tell::again(&room).await?;
    let state = Network {
        signer: Arc::new(room.vault().signer(wire::RING).await?),
        catalogue: Arc::new(Catalogue::load(house.setting.catalogue.as_deref())?),
        room: room.clone(),
        party: house.party.clone(),
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        bell: Bell::default(),
    };
    let routes = Routes::of(state.clone())
        .post(messages::LINKS, peer(LINKS, Purpose::Numbering), links::take)
        .get(messages::PERMISSION_LIST, peer(LIST, Purpose::Provision), list::show)
        .post(messages::PERMIT_REQUESTS, peer(PERMITS, Purpose::Inquiry), permits::give)
        .post(messages::ANSWERS, peer(ANSWERS, Purpose::Provision), answers::pass)
        .post(messages::ACCESS_RECORDS, peer(RECORDS, Purpose::OwnAccess).unkeyed(), records::read)
        .get(&protocol::messages::console::counts("network"), peer(COUNTS, Purpose::Operation), table::counts);
    let bell = state.bell.clone();
    Ok(Service::new(&room).routes(routes).task("tell", move |stop| {
        let caller = house.caller(Purpose::Provision);
        pending::send("tell", bell, stop, move || tell::pending(state.clone(), caller.clone()))
    }))
}
