//! What a crate brings for a kind of party that it implements.

use std::error::Error;

use futures::future::BoxFuture;
use store::RoomName;
use vocabulary::{Party, PartyNameError, Reach, System};

use crate::{House, Service};

/// Why a party does not open, as its crate says it.
pub type OpeningError = Box<dyn Error + Send + Sync>;

/// A kind of party that a process can be: where its rooms, its rights, its peers and its service are found.
#[derive(Clone, Copy, Debug)]
pub struct Implementation {
    /// What may be done there; the kind of party is `policies.system`.
    pub policies: access::SystemPolicies<'static>,
    /// The tables of its rooms beyond those that every room has.
    pub migrations: store::Migrations,
    /// Classes of the columns of those tables.
    pub columns: &'static str,
    /// The kinds of party it asks, of its own city or of the nation, and one of the nation of any city: a setting must say where they are.
    pub peers: &'static [&'static str],
    /// Opens the party that the house is for.
    pub open: fn(House) -> BoxFuture<'static, Result<Service, OpeningError>>,
}

impl Implementation {
    /// Its kind of party, such as `registry`.
    pub fn system(&self) -> &'static str {
        self.policies.system
    }

    /// How its rooms are named.
    pub fn rooms(&self) -> String {
        RoomName::of_system(self.system(), None).system().to_owned()
    }

    /// The parties that this one asks; of cities, one of the nation asks those that ask it.
    pub fn peers_of(&self, party: &Party) -> Result<Vec<Party>, PartyNameError> {
        let peer = |system: &&str| match (System::named(system).map(|system| system.reach), party.municipality()) {
            (Some(Reach::City), Some(city)) => Party::of(system, city),
            _ => Party::national(system),
        };
        let is_known = |system: &&&str| party.municipality().is_some() || System::named(system).is_none_or(|one| one.reach != Reach::City);
        self.peers.iter().filter(is_known).map(peer).collect()
    }
}
