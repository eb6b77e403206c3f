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
use std::sync::Arc;

use catalogue::Catalogue;
use ledger::Room;
use protocol::messages::network as messages;
use vocabulary::{Entropy, Party};
use wire::{House, Routes, Service, peer};

use work::outbox::{self, Deliverer, Outbox, OutboxActions};

use crate::OpenError;

access::actions! {
    LINKS = personal "network:links.take" for Numbering, "符号の紐付けの受取り", "Receipt of links";
    LIST = plain "network:permission-list.read" for Provision, "提供許可一覧の閲覧", "Look at the permission list";
    PERMITS = personal "network:permits.give" for Inquiry, "許可証の発行", "Giving of permits";
    ANSWERS = personal "network:answers.pass" for Provision, "回答の中継", "Passing of answers";
    RECORDS = personal "network:access-records.read" for OwnAccess, "情報提供等記録の開示", "Disclosure of access records";
    COUNTS = plain "network:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
const OUTBOX: OutboxActions = work::outbox_actions!("network");

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "network", actions: &[ACTIONS, &OUTBOX.all()], text: include_str!("policies.cedar") };

/// The tables of this party.
const MIGRATIONS: store::Migrations = store::migrations!("network" in "src/network", "0001_network");

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: include_str!("columns.toml"),
    peers: &["portal", "relay"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Network {
    room: Room,
    party: Party,
    catalogue: Arc<Catalogue>,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}

/// Opens the party.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let state = Network {
        catalogue: Arc::new(Catalogue::load(house.setting.catalogue.as_deref())?),
        room: room.clone(),
        party: house.party.clone(),
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
    };
    let routes = Routes::of(state.clone())
        .refusing::<crate::RefusedError>()
        .post(messages::LINKS, peer(LINKS), links::take)
        .get(messages::PERMISSION_LIST, peer(LIST), list::show)
        .post(messages::PERMIT_REQUESTS, peer(PERMITS), permits::give)
        .post(messages::ANSWERS, peer(ANSWERS), answers::pass)
        .post(messages::ACCESS_RECORDS, peer(RECORDS).unkeyed(), records::read)
        .get(&protocol::messages::console::counts("network"), peer(COUNTS), table::counts);
    let operators = outbox::routes(state.outbox.clone(), "network", OUTBOX);
    let deliverer = Deliverer::new(&state.outbox, &house)
        .message(tell::NewCode::<false>)
        .message(tell::NewCode::<true>)
        .message(tell::GivenPermit(state.clone()))
        .message(tell::PassedAnswer(state.clone()))
        .message(tell::RefusedPermit);
    Ok(deliverer.serve(Service::new(&room).routes(routes).routes(operators)))
}
