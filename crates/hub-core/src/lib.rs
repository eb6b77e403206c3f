//! The hub's number side (PMH, R-PMH): municipalities register people by individual number; keys are minted; the public side is told by key.
//!
//! Each municipality has a room of its own, sealed under its own key, and the municipality is the one of the caller's certificate. What
//! moves is a state of rows there: for a person without a key one is asked (`exchange/mint.rs`), one who is due becomes deliveries
//! (`exchange/prepare.rs`), which go to the edge (`exchange/deliver.rs`), both through the room's outbox, what the edge has is fetched
//! (`exchange/collect.rs`), and who was deleted is forgotten once everybody was told (`exchange/forget.rs`). To add a route: its handler in
//! the folder of its noun, its action and route in `routes.rs`, a permit in `policies.cedar`.

mod city;
mod counts;
mod exchange;
mod opening;
mod pages;
mod refused;
mod registration;
mod results;
mod routes;
mod table;
mod template;
#[doc(hidden)]
pub mod testing;

use std::sync::Arc;

use ledger::Room;
use office::Office;
use vocabulary::Party;
use wire::House;
use wire::rounds::Bell;

pub use exchange::{HeldFor, HeldList, HeldRow, HeldRows};
pub use opening::{OpenError, open};
pub use pages::OFFICE;
pub use refused::HubError;

/// What may be done with the hub's jobs.
pub(crate) const JOBS: work::jobs::JobActions = work::job_actions!("hub-core");

/// What the record of use names a person by: the key by which the municipality knows them.
pub(crate) fn person_id(identity_key: &str) -> ledger::PersonId<'_> {
    ledger::PersonId::new(identity_key)
}

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "hub-core",
    actions: &[routes::ACTIONS, &routes::OUTBOX.all(), &JOBS.all(), &pages::OFFICE.actions.all()],
    text: concat!(include_str!("../policies.cedar"), office::policies!("hub-core")),
};

/// Every kind of work that the hub does.
pub fn work_kinds() -> Vec<work::jobs::WorkKind> {
    exchange::kinds().about()
}

/// The tables of every room of the hub: a municipality's room leaves the nation's table empty, and the nation's room the municipality's.
pub const MIGRATIONS: store::Migrations = store::migrations!("hub-core", "0001_city", "0002_nation");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// What a process needs to be this party.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &["hub-edge", "payers-hub"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Hub {
    office: Office,
    house: House,
    nation: Room,
    cities: city::Cities,
    edge: Party,
    /// One round at a time: what a round has claimed another must not send too.
    round: Arc<tokio::sync::Mutex<()>>,
    /// What the last round found wrong with what is held for cities.
    wrong: Arc<std::sync::Mutex<Option<exchange::Wrong>>>,
    bell: Bell,
}
