//! The relay (中間サーバー, R-RLY): codes instead of numbers, replicas, inquiries and provisions under permits, records of both for the person.
//!
//! It works on codes and unified numbers and cannot link the type of an individual number. To add a kind of message: its handler in the
//! folder of its noun, its action and route in `routes.rs`, a permit in `policies.cedar`.

mod codes;
mod counts;
mod inquiries;
mod list;
mod opening;
mod pages;
mod provision;
mod records;
mod refused;
mod replicas;
mod routes;
mod table;

use std::sync::Arc;

use diesel::prelude::*;
use ledger::Room;
use line::Client;
use office::Office;
use vocabulary::{Entropy, Party};
use work::outbox::Outbox;

pub use opening::{OpenError, open};
pub use pages::OFFICE;
pub use refused::RelayError;

/// What the record of use names a person by: 統合宛名番号.
pub(crate) fn person_id(unified: &str) -> ledger::PersonId<'_> {
    ledger::PersonId::new(unified)
}

/// What it names somebody by of whom only a code is known: the code's index, so that every entry about them is found by it.
pub(crate) fn person_of_code(index: &[u8]) -> ledger::PersonId<'static> {
    let hex: String = index.iter().map(|byte| format!("{byte:02x}")).collect();
    ledger::PersonId::new(format!("code {hex}"))
}

/// By their code, whoever is known by a 統合宛名番号: a search for the number asks for what was answered before it was known too.
pub fn also_named(tx: &mut store::Tx, unified: &str) -> Result<Vec<ledger::PersonId<'static>>, store::StoreError> {
    let index: Option<Option<Vec<u8>>> = table::person::table.find(unified).select(table::person::code_index).first(tx).optional()?;
    Ok(index.flatten().iter().map(|index| person_of_code(index)).collect())
}

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "relay",
    actions: &[routes::ACTIONS, &routes::OUTBOX.all(), &pages::OFFICE.actions.all()],
    text: concat!(include_str!("../policies.cedar"), office::policies!("relay")),
};

/// The relay's tables.
pub const MIGRATIONS: store::Migrations = store::migrations!("relay", "0001_relay");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// What a process needs to be this party.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &["atena", "registry", "network"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Relay {
    office: Office,
    room: Room,
    party: Party,
    atena: Party,
    registry: Party,
    network: Party,
    client: Client,
    entropy: Arc<dyn Entropy>,
    outbox: Outbox,
}
