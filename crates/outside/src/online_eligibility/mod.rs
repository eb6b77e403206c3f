//! オンライン資格確認等システム, emulated: knows cards by link number and hands (pseudonym, PMH key) to the portal at a person's first use.

mod first_use;
mod table;
mod take;

use std::sync::Arc;

use ledger::Room;
use protocol::messages::online_eligibility as messages;
use vocabulary::Entropy;
use wire::{House, Routes, Service, peer};

use crate::OpenError;

access::actions! {
    LINK_NUMBERS = personal "online-eligibility:link-numbers.take" for Numbering, "紐付番号の受取り", "Receipt of link numbers";
    PMH_KEYS = personal "online-eligibility:pmh-keys.take" for Numbering, "PMHキーの受取り", "Receipt of PMH keys";
    FIRST_USES = personal "online-eligibility:first-uses.answer" for Numbering, "初回利用への回答", "Answer at first use";
    COUNTS = plain "online-eligibility:counts.read", "件数の照会", "Counts";
}

/// What a caller may do here, and the policies.
const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "online-eligibility", actions: &[ACTIONS], text: include_str!("policies.cedar") };

/// The tables of this party.
const MIGRATIONS: store::Migrations = store::migrations!("online-eligibility" in "src/online_eligibility", "0001_online_eligibility");

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: include_str!("columns.toml"),
    peers: &[],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct OnlineEligibility {
    room: Room,
    entropy: Arc<dyn Entropy>,
}

/// Opens the party.
async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, MIGRATIONS).await?;
    let state = OnlineEligibility { room: room.clone(), entropy: Arc::clone(&house.entropy) };
    let routes = Routes::of(state)
        .refusing::<crate::RefusedError>()
        .post(messages::LINK_NUMBERS, peer(LINK_NUMBERS), take::link_numbers)
        .post(messages::PMH_KEYS, peer(PMH_KEYS), take::pmh_keys)
        .post(messages::FIRST_USES, peer(FIRST_USES).unkeyed(), first_use::answer)
        .get(&protocol::messages::console::counts("online-eligibility"), peer(COUNTS), table::counts);
    Ok(Service::new(&room).routes(routes))
}
