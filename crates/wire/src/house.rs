//! What a system is handed at start.

use std::fmt;
use std::sync::Arc;

use access::{Caller, Policies};
use ledger::LedgerError;
use store::{Migrations, RoomName, Rooms};
use vault::MasterKey;
use vocabulary::{Clock, Entropy, MunicipalityCode, Party, Purpose};

use crate::setting::Setting;
use line::pki::{Identity, PkiError};
use line::{Client, Peers};

/// What all systems of a process share.
#[derive(Clone)]
pub struct Means {
    /// Where the rooms are.
    pub rooms: Rooms,
    /// What the keys of rooms are wrapped with.
    pub master: Arc<dyn MasterKey>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Who may do what.
    pub policies: Policies,
    /// Where the parties are.
    pub peers: Peers,
}

impl fmt::Debug for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Means({:?})", self.rooms)
    }
}

/// What one system is handed at start: its setting, its identity, and the means it shares with others.
#[derive(Clone)]
pub struct House {
    /// What the configuration file says.
    pub setting: Setting,
    /// Which party this is.
    pub party: Party,
    /// Its certificate and key.
    pub identity: Identity,
    /// Where the rooms are.
    pub rooms: Rooms,
    /// What the keys of rooms are wrapped with.
    pub master: Arc<dyn MasterKey>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// To the other parties, in this party's name.
    pub client: Client,
    /// Who may do what.
    pub policies: Policies,
}

impl House {
    /// Reads the identity that the setting names and makes the client; the setting's peers are added to the shared ones.
    pub fn open(setting: Setting, means: Means) -> Result<Self, PkiError> {
        let party = setting.party();
        let identity = Identity::load(&setting.tls, &party)?;
        Self::with_identity(setting, identity, means)
    }

    /// The same with an identity at hand.
    pub fn with_identity(setting: Setting, identity: Identity, means: Means) -> Result<Self, PkiError> {
        for (party, address) in &setting.peers {
            means.peers.put(party.clone(), address);
        }
        let client = Client::new(&identity, means.peers.clone(), Arc::clone(&means.clock), Arc::clone(&means.entropy))?;
        client.use_secrets(setting.secrets());
        let Means { rooms, master, clock, entropy, policies, peers: _ } = means;
        Ok(Self { party: identity.party().clone(), setting, identity, rooms, master, clock, entropy, client, policies })
    }

    /// The room of this party, with everything that this crate keeps in it, the migrations of the mechanisms that the system uses (such as
    /// `work`'s jobs and outbox) and its own; made when it is not there.
    pub async fn room(&self, migrations: &[Migrations]) -> Result<ledger::Room, LedgerError> {
        self.room_of(self.party.municipality(), migrations).await
    }

    /// The room of a party that has no tables of its own.
    pub async fn bare_room(&self) -> Result<ledger::Room, LedgerError> {
        self.room(&[]).await
    }

    /// The room of one municipality within a system that has several.
    pub async fn room_of(&self, municipality: Option<MunicipalityCode>, own: &[Migrations]) -> Result<ledger::Room, LedgerError> {
        let migrations: Vec<Migrations> = [access::MIGRATIONS, crate::MIGRATIONS].iter().chain(own).copied().collect();
        let name = RoomName::of_system(self.party.system(), municipality);
        let (master, clock, entropy) = (Arc::clone(&self.master), Arc::clone(&self.clock), Arc::clone(&self.entropy));
        ledger::Room::open(&self.rooms, &name, &migrations, master, clock, entropy).await
    }

    /// The system acting for itself, as in a background task.
    pub fn caller(&self, purpose: Purpose) -> Caller {
        Caller::peer(&self.party, purpose, self.entropy.id128())
    }
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "House({})", self.party)
    }
}
