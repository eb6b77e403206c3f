//! 医療保険者等向け中間サーバー, emulated: mints PMH keys, knows link numbers, tells online eligibility.
//!
//! The one place where an individual number meets a PMH key outside the hub: what leaves towards online eligibility has no number.

mod certificates;
mod mint;
mod people;
mod tell;

use line::Client;
use std::sync::Arc;

use ledger::Room;
use protocol::messages::payers_hub as messages;
use vocabulary::Party;
use wire::{House, Routes, Service, peer};

use work::outbox::{self, Deliverer, Outbox, OutboxActions};

use crate::OpenError;

access::actions! {
    MINT = number "payers-hub:pmh-keys.mint" for Numbering, "PMHキーの発行", "Minting of PMH keys";
    CERTIFICATES = personal "payers-hub:certificates.take" for Numbering, "証明書の受取り", "Receipt of certificates";
    COUNTS = plain "payers-hub:counts.read", "件数の照会", "Counts";
}

/// What an operator may do with what is to be sent.
const OUTBOX: OutboxActions = work::outbox_actions!("payers-hub");

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "payers-hub", actions: &[ACTIONS, &OUTBOX.all()], text: include_str!("policies.cedar") };

/// The tables of this party.
const MIGRATIONS: store::Migrations = store::migrations!("payers-hub" in "src/payers_hub", "0001_payers_hub");

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: include_str!("columns.toml"),
    peers: &["online-eligibility", "hub-core"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct PayersHub {
    room: Room,
    party: Party,
    online_eligibility: Party,
    client: Client,
    entropy: Arc<dyn vocabulary::Entropy>,
    outbox: Outbox,
}

/// Opens the party.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let hub = PayersHub {
        room: room.clone(),
        party: house.party.clone(),
        online_eligibility: Party::national("online-eligibility")?,
        client: house.client.clone(),
        entropy: Arc::clone(&house.entropy),
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
    };
    let routes = Routes::of(hub.clone())
        .refusing::<crate::RefusedError>()
        .post(messages::PMH_KEYS, peer(MINT), mint::mint)
        .post(messages::CERTIFICATES, peer(CERTIFICATES), certificates::take)
        .get(&protocol::messages::console::counts("payers-hub"), peer(COUNTS), people::counts);
    let operators = outbox::routes(hub.outbox.clone(), "payers-hub", OUTBOX);
    let deliverer = Deliverer::new(&hub.outbox, &house).message(tell::CardLink).message(tell::MintedKey);
    Ok(deliverer.serve(Service::new(&room).routes(routes).routes(operators)))
}
