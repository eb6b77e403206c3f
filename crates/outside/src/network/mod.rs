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

use line::Client;
use seal::Signer;
use std::sync::Arc;

use access::Action;
use catalogue::Catalogue;
use ledger::Room;
use protocol::messages::network as messages;
use vocabulary::{Entropy, Party, Purpose};
use wire::{House, Routes, Service, peer};

use work::outbox::{self, Deliverer, Outbox};

use crate::OpenError;

const LINKS: Action = Action::personal("network:links.take");
const LIST: Action = Action::plain("network:permission-list.read");
const PERMITS: Action = Action::personal("network:permits.give");
const ANSWERS: Action = Action::personal("network:answers.pass");
const RECORDS: Action = Action::personal("network:access-records.read");
const COUNTS: Action = Action::plain("network:counts.read");
const OUTBOX: Action = Action::plain("network:outbox.read");
const MEND: Action = Action::plain("network:outbox.mend");

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "network",
    actions: &[LINKS, LIST, PERMITS, ANSWERS, RECORDS, COUNTS, OUTBOX, MEND],
    text: include_str!("policies.cedar"),
};

/// The tables of this party.
const MIGRATIONS: store::Migrations = store::migrations!("network" in "src/network", "0001_network");

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: include_str!("columns.toml"),
    peers: &["portal"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Network {
    room: Room,
    party: Party,
    signer: Arc<Signer>,
    catalogue: Arc<Catalogue>,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}

/// Opens the party.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let state = Network {
        signer: Arc::new(room.vault().signer(wire::RING).await?),
        catalogue: Arc::new(Catalogue::load(house.setting.catalogue.as_deref())?),
        room: room.clone(),
        party: house.party.clone(),
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
    };
    let routes = Routes::of(state.clone())
        .post(messages::LINKS, peer(LINKS, Purpose::Numbering), links::take)
        .get(messages::PERMISSION_LIST, peer(LIST, Purpose::Provision), list::show)
        .post(messages::PERMIT_REQUESTS, peer(PERMITS, Purpose::Inquiry), permits::give)
        .post(messages::ANSWERS, peer(ANSWERS, Purpose::Provision), answers::pass)
        .post(messages::ACCESS_RECORDS, peer(RECORDS, Purpose::OwnAccess).unkeyed(), records::read)
        .get(&protocol::messages::console::counts("network"), peer(COUNTS, Purpose::Operation), table::counts);
    let operators = outbox::routes(state.outbox.clone(), "network", OUTBOX, MEND);
    let deliverer = Deliverer::new(&state.outbox, &house)
        .message(tell::NewCode::<false>)
        .message(tell::NewCode::<true>)
        .message(tell::GivenPermit(state.clone()))
        .message(tell::PassedAnswer);
    Ok(deliverer.serve(Service::new(&room).routes(routes).routes(operators)))
}
