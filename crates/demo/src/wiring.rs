//! The parties of the demonstration: every one with its own address, certificate, master key, room and record of use.

use std::sync::Arc;

use anyhow::Context as _;
use deployment::{Place, systems};
use ledger::VerifierKey;
use line::{Client, Peers};
use store::RoomName;
use vocabulary::{MunicipalityCode, Party, Reach, SYSTEMS};
use wire::{Allowance, House, KeyText, Running, Service, WitnessSetting};

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
        if let Some(other) = witness_of(&party)? {
            let [record, witness] = keys_of(place, &other).await?;
            setting.witnessed = vec![KeyText(record)];
            setting.witnesses = vec![WitnessSetting { key: KeyText(witness), party: Some(other), url: None, authority: None }];
        }
        // every resident's phone is this machine
        setting.limits.visitor = Allowance::ENDLESS;
        let house = House::with_identity(setting, identity, place.means(&party, peers)?)?;
        let service = systems::open(house.clone()).await.with_context(|| format!("{party} does not open"))?;
        running.push(wire::serve(&house, to_each(service)).await.with_context(|| format!("{party} does not start"))?);
    }
    Ok(running)
}

/// The party whose record a party witnesses, and that witnesses its own: the same system of the other city.
fn witness_of(party: &Party) -> anyhow::Result<Option<Party>> {
    let Some(own) = party.municipality().filter(|_| systems::office(party.system()).is_some()) else { return Ok(None) };
    let other = cities::codes()?.into_iter().find(|code| *code != own);
    Ok(other.map(|code| Party::of(party.system(), code)).transpose()?)
}

/// What a party's checkpoints are verified with, and its cosignatures as a witness; its room is made when it is not there.
async fn keys_of(place: &Place, party: &Party) -> anyhow::Result<[VerifierKey; 2]> {
    let own = systems::named(party.system()).context("a system")?.migrations;
    let name = RoomName::of_system(party.system(), party.municipality());
    let (master, clock, entropy) = (place.master(party)?, Arc::clone(place.clock()), Arc::clone(place.entropy()));
    let room = ledger::Room::open(place.rooms(), &name, &work::migrations(own), master, clock, entropy).await?;
    Ok([room.verifier_key().clone(), room.witness_key().await?])
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
