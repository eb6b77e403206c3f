//! マイキープラットフォーム (the My Key platform), emulated: makes, for every party that links, an identifier of its own of the person of a card
//! (PIA I-2, システム4: 連携するシステムごとに…ユニークな仮名識別子).
//!
//! What the real platform's messages look like is not known to us: shape and keying are **ours**. An identifier is a keyed hash (HMAC-SHA-256
//! under this room's key) over the party and the person's my key, which never leaves: the same again for the same party, another for another,
//! and no way from one to the next. None is stored. A renewed certificate is another person here until a message says otherwise; whoever
//! links keeps the first identifier.

mod identifiers;

use ledger::Room;
use protocol::messages::my_key as messages;
use std::sync::Arc;
use vocabulary::Entropy;
use wire::{House, Routes, Service, peer};

use crate::OpenError;

access::actions! {
    IDENTIFIERS = personal "my-key:identifiers.give" for OwnAccess, "識別子の払出し", "Giving of identifiers";
    COUNTS = plain "my-key:counts.read", "件数の照会", "Counts";
}

/// What a process needs to be this party.
pub(crate) const PARTY: wire::Implementation = wire::Implementation {
    policies: access::SystemPolicies { system: "my-key", actions: &[ACTIONS], text: include_str!("policies.cedar") },
    migrations: store::migrations!("my-key" in "src/my_key", "0001_my_key"),
    columns: include_str!("columns.toml"),
    peers: &[],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct MyKey {
    room: Room,
    entropy: Arc<dyn Entropy>,
}

async fn open(house: House) -> Result<Service, OpenError> {
    let room = crate::room(&house, PARTY.migrations).await?;
    let routes = Routes::of(MyKey { room: room.clone(), entropy: Arc::clone(&house.entropy) })
        .refusing::<crate::RefusedError>()
        .post(messages::IDENTIFIERS, peer(IDENTIFIERS).unkeyed(), identifiers::give)
        .get(&protocol::messages::console::counts("my-key"), peer(COUNTS), identifiers::counts);
    Ok(Service::new(&room).routes(routes))
}

#[cfg(test)]
mod tests;
