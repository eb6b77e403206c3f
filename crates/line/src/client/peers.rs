//! Where the parties are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use vocabulary::Party;

/// An address book that clients share; a party that moves is written in again.
#[derive(Clone, Default)]
pub struct Peers(Arc<RwLock<BTreeMap<Party, String>>>);

impl Peers {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes down where a party is: `host:port`.
    pub fn put(&self, party: Party, address: impl ToString) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(party, address.to_string());
    }

    /// Forgets a party.
    pub fn remove(&self, party: &Party) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(party);
    }

    /// `host:port` of a party.
    pub fn address(&self, party: &Party) -> Option<String> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(party).cloned()
    }

    /// The parties that are written down.
    pub fn parties(&self) -> Vec<Party> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    pub(super) fn port(&self, party: &Party) -> Option<u16> {
        self.address(party)?.rsplit_once(':')?.1.parse().ok()
    }
}

/// A party's name leads to its address here, so that its certificate is checked against its name and not against an address.
impl Resolve for Peers {
    fn resolve(&self, name: Name) -> Resolving {
        let peers = self.clone();
        Box::pin(async move {
            let party = Party::of_dns_name(name.as_str())?;
            let address = peers.address(&party).ok_or("no address")?;
            let addresses: Vec<_> = tokio::net::lookup_host(address).await?.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

impl fmt::Debug for Peers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.read().unwrap_or_else(PoisonError::into_inner).iter()).finish()
    }
}
