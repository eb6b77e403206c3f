//! Atena (統合宛名管理システム, R-ATN): ties individual number, unified number and the businesses' own codes; forwards replicas and inquiries to
//! the relay unchanged.
//!
//! To add a business that is tied: its certificate and a permit for its role in `policies.cedar`; its own codes are rows of `own_code`.

mod forwarding;
mod opening;
mod pages;
mod persons;
mod refused;
mod routes;

use std::sync::Arc;

use ledger::Room;
use line::Client;
use office::Office;
use vocabulary::{Entropy, Party};
use work::outbox::Outbox;

pub use opening::{OpenError, open};
pub use pages::OFFICE;
pub use refused::AtenaError;

/// What the record of use names a person by: 統合宛名番号.
pub(crate) fn person_id(unified: &str) -> ledger::PersonId<'_> {
    ledger::PersonId::new(unified)
}

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "atena",
    actions: &[routes::ACTIONS, &routes::OUTBOX.all(), &pages::OFFICE.actions.all()],
    text: concat!(include_str!("../policies.cedar"), office::policies!("atena")),
};

/// Atena's tables.
pub const MIGRATIONS: store::Migrations = store::migrations!("atena", "0001_persons", "0002_forwarding");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// What a process needs to be this party.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &["relay", "resident-network"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Atena {
    office: Office,
    room: Room,
    party: Party,
    relay: Party,
    resident_network: Party,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}
