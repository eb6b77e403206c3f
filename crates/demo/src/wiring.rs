//! The parties of the demonstration: every one with its own address, certificate, master key, room and record of use.

use std::sync::Arc;

use anyhow::Context as _;
use deployment::{Place, systems};
use line::{Client, Peers};
use vocabulary::{MunicipalityCode, Party, Reach, SYSTEMS};
use wire::{Allowance, House, Running, Service};

use super::cities;

/// Every party that serves.
pub fn servers() -> anyhow::Result<Vec<Party>> {
    let mut parties = Vec::new();
    for one in systems::reaching(Reach::Nation) {
        parties.push(Party::national(one.system())?);
    }
    for code in cities::codes()? {
        for one in systems::reaching(Reach::City) {
            parties.push(Party::of(one.system(), code)?);
        }
    }
    Ok(parties)
}

/// Every party that asks: those who serve, and what a city has that only asks (consoles, resident registers).
pub fn consumers() -> anyhow::Result<Vec<Party>> {
    let mut parties = servers()?;
    for code in cities::codes()? {
        let only_asks = SYSTEMS.iter().filter(|system| system.reach == Reach::City && systems::named(system.name).is_none());
        for system in only_asks {
            parties.push(Party::of(system.name, code)?);
        }
    }
    Ok(parties)
}

/// Starts every server in this process; they find each other by `peers` and speak over mutual TLS.
pub async fn start(place: &Place, peers: &Peers) -> anyhow::Result<Vec<Running>> {
    start_each(place, peers, |service| service).await
}

/// The same with something done to each service before it starts.
pub async fn start_each(place: &Place, peers: &Peers, to_each: impl Fn(Service) -> Service) -> anyhow::Result<Vec<Running>> {
    let authority = place.authority()?;
    let consumers = consumers()?;
    let mut running = Vec::new();
    for party in servers()? {
        let identity = place.identity(&authority, &party)?;
        let mut setting = place.setting(&party, &consumers);
        if let (Some(code), "registry") = (party.municipality(), party.system()) {
            setting.pages = Some(([127, 0, 0, 1], 0).into());
            let [name, english] = cities::name(code).map(str::to_owned);
            (setting.name, setting.english_name) = (Some(name), Some(english));
        }
        // every resident's phone is this machine
        setting.limits.visitor = Allowance::ENDLESS;
        let house = House::with_identity(setting, identity, place.means(&party, peers)?)?;
        let service = systems::open(house.clone()).await.with_context(|| format!("{party} does not open"))?;
        running.push(wire::serve(&house, to_each(service)).await.with_context(|| format!("{party} does not start"))?);
    }
    Ok(running)
}

/// A client in a party's name.
pub fn client(place: &Place, party: &Party, peers: &Peers) -> anyhow::Result<Client> {
    let identity = place.identity(&place.authority()?, party)?;
    let client = Client::new(&identity, peers.clone(), Arc::clone(place.clock()), Arc::clone(place.entropy()))?;
    client.use_secrets(place.folder("tls").join("secrets"));
    Ok(client)
}

/// A phone's client: it shows no certificate.
pub fn phone(place: &Place, peers: &Peers) -> anyhow::Result<Client> {
    let authority = place.authority()?;
    Ok(Client::anonymous(authority.certificate(), peers.clone(), Arc::clone(place.clock()), Arc::clone(place.entropy()))?)
}

/// The console of a city.
pub fn console(code: MunicipalityCode) -> anyhow::Result<Party> {
    Ok(Party::of("console", code)?)
}
