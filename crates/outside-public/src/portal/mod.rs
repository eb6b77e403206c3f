//! マイナポータル (the portal), emulated: knows a person by card and pseudonym, ties the pseudonym to the PMH key at the hub's public side and
//! forgets the key, and hands over what the person consented to. It keeps no answer and no result: those pass through.

mod authority;
mod binding;
mod challenges;
mod codes;
mod consents;
mod counts;
mod identify;
mod log_in;
mod opening;
mod own;
mod purposes;
mod records;
mod refused;
mod routes;
mod sessions;
mod table;
mod token;
mod upkeep;
mod visits;

use std::sync::Arc;

use ledger::{PersonId, Room};
use line::Client;
use vocabulary::{Entropy, Id128, Party, Purpose};
use wire::House;
use work::outbox::Outbox;

pub use self::opening::{OpenError, open, open_with};
pub use self::purposes::Purposes;
pub use self::refused::PortalError;

/// What the record of use names a person by: the portal's own id of them.
fn person_id(person: Id128) -> PersonId<'static> {
    PersonId::new(person.to_string())
}

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies =
    access::SystemPolicies { system: "portal", actions: &[routes::ACTIONS, &routes::OUTBOX.all()], text: include_str!("policies.cedar") };

/// The portal's tables.
pub const MIGRATIONS: store::Migrations = store::migrations!("portal", "0001_portal");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../../columns.toml");

/// What a process needs to be the portal.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &["online-eligibility", "my-key", "resident-network", "network", "hub-edge"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share.
#[derive(Clone)]
struct Portal {
    room: Room,
    house: House,
    client: Client,
    entropy: Arc<dyn Entropy>,
    purposes: Arc<Purposes>,
    authority: Arc<authority::Cache>,
    outbox: Outbox,
    online_eligibility: Party,
    my_key: Party,
    resident_network: Party,
    network: Party,
    edge: Party,
}

impl Portal {
    fn now(&self) -> i64 {
        self.room.clock().now_ms()
    }

    /// The portal acting for itself, before it knows who the person is.
    fn itself(&self) -> access::Caller {
        self.house.caller(Purpose::OwnAccess)
    }
}
