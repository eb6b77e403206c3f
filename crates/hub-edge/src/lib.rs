//! The hub's public side (PMH, R-PMH): questionnaires, notices and results of the persons of PMH keys, asked for by pseudonym.
//!
//! It cannot link the type of an individual number, calls nobody, and keeps every body sealed. The hub core brings (`queue/deliver.rs`) and
//! fetches (`queue/collect.rs`); the portal asks for one person (`people/`). To add a kind of thing a person may read: a variant of
//! `protocol::messages::edge::Delivery`, its word in `table::kind`, its read in `people/read.rs`, its action and route in `routes.rs`, a permit in
//! `policies.cedar`.

mod counts;
mod opening;
mod people;
mod queue;
mod refused;
mod routes;
mod table;

use ledger::{PersonId, Room};
use vocabulary::Id128;

pub use opening::{OpenError, open};
pub use refused::EdgeError;

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "hub-edge", actions: &[routes::ACTIONS], text: include_str!("../policies.cedar") };

/// The tables of the public side.
pub const MIGRATIONS: store::Migrations = store::migrations!("hub-edge", "0001_edge");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// What a process needs to be this party.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &[],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone, Debug)]
struct Edge {
    room: Room,
}

impl Edge {
    /// What a PMH key is known by here.
    fn person(&self, key: &Id128) -> Id128 {
        Id128::from_bytes(self.room.vault().blind("pmh key", key.as_bytes()))
    }

    /// What the record of use names a person by: the one id that the person has here.
    fn person_id(person: &Id128) -> PersonId<'static> {
        PersonId::new(person.to_string())
    }

    /// What a PMH pseudonym is known by here.
    fn pseudonym(&self, pseudonym: &Id128) -> Id128 {
        Id128::from_bytes(self.room.vault().blind("pmh pseudonym", pseudonym.as_bytes()))
    }
}
