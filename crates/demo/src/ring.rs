//! The ring, driven from outside over the same interfaces that everybody uses: an officer at each city's console, people with phones,
//! facilities with tablets. Each step can be run again at any time and ends with the same counts.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use catalogue::Catalogue;
use deployment::Place;
use line::{Client, Peers};
use protocol::messages::console::{self, Counts as Held};
use serde::Serialize;
use serde::de::DeserializeOwned;
use vocabulary::{MunicipalityCode, Party};

use super::cities::Cities;
use super::people::People;
use super::report::{Counts, Live, NAMES, Step};
use super::{steps, wiring};

const JOB: Duration = Duration::from_secs(600);

/// The programme whose targets are registered with the hub.
pub(crate) const REGISTERED: &str = "oral_health";

/// One city as the driver sees it.
pub(crate) struct City {
    pub(crate) code: MunicipalityCode,
    pub(crate) registry: Party,
    pub(crate) console: Client,
    pub(crate) input: PathBuf,
    pub(crate) people: People,
}

/// What the driver holds.
pub struct Ring {
    pub(crate) place: Place,
    pub(crate) peers: Peers,
    pub(crate) cities: Cities,
    pub(crate) first: City,
    pub(crate) second: City,
}

impl std::fmt::Debug for Ring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ring(two cities)")
    }
}

impl City {
    fn open(place: &Place, peers: &Peers, code: MunicipalityCode, cities: &Cities) -> anyhow::Result<City> {
        let input = place.folder("input").join(code.as_str());
        let catalogue = Catalogue::load(place.catalogue())?;
        let programme = catalogue.programme(REGISTERED).with_context(|| format!("the catalogue has no programme {REGISTERED}"))?;
        let people = People::read(&input, cities.year, programme)?;
        Ok(City {
            code,
            registry: Party::of("registry", code)?,
            console: wiring::client(place, &wiring::console(code)?, peers)?,
            input,
            people,
        })
    }

    /// Asks the registry for a job and waits for it, which may take minutes for a large city on a busy machine.
    pub(crate) async fn job<B: Serialize, T: DeserializeOwned>(&self, ring: &Ring, path: &str, body: &B) -> anyhow::Result<T> {
        self.job_of(ring, &self.registry, path, body).await
    }

    /// Asks a party for a job and waits for it.
    pub(crate) async fn job_of<B: Serialize, T: DeserializeOwned>(
        &self,
        ring: &Ring,
        party: &Party,
        path: &str,
        body: &B,
    ) -> anyhow::Result<T> {
        let key = ring.place.entropy().id128();
        self.console.within(JOB).run_job(party, path, key, body).await.with_context(|| format!("{}: {path}", self.code))
    }

    /// How much a party holds.
    pub(crate) async fn holds(&self, party: &Party) -> anyhow::Result<Held> {
        self.console.get(party, &console::counts(party.system())).await.with_context(|| format!("the counts of {party}"))
    }
}

impl Ring {
    /// Everything needed to run the ring on parties that `peers` can name.
    pub fn open(place: &Place, peers: &Peers, cities: Cities) -> anyhow::Result<Ring> {
        let first = City::open(place, peers, cities.first, &cities)?;
        let second = City::open(place, peers, cities.second, &cities)?;
        Ok(Ring { place: place.clone(), peers: peers.clone(), cities, first, second })
    }

    pub(crate) fn cities(&self) -> [&City; 2] {
        [&self.first, &self.second]
    }

    /// Runs the eleven steps and tells of each when it has ended; the first that fails is the last.
    pub async fn run(&self, live: &Live, ended: &mut dyn FnMut(&Step)) -> anyhow::Result<()> {
        for (number, name) in (1..).zip(NAMES) {
            live.begins(number);
            let began = Instant::now();
            let outcome = self.step(number).await;
            let seconds = began.elapsed().as_secs_f64();
            let ok = outcome.is_ok();
            let (counts, problem) = match outcome {
                Ok(counts) => (counts, None),
                Err(error) => (Counts::new(), Some(error)),
            };
            let step = Step { number, name, ok, seconds, counts };
            ended(&step);
            live.ended(step);
            if let Some(error) = problem {
                return Err(error.context(format!("step {number}, {name}")));
            }
        }
        tracing::debug!(at = %self.place.clock().now(), "the ring is closed");
        Ok(())
    }

    async fn step(&self, number: u8) -> anyhow::Result<Counts> {
        match number {
            1 => steps::import::run(self).await,
            2 => steps::extract::run(self).await,
            3 => steps::register::run(self).await,
            4 => steps::keys::run(self).await,
            5 => steps::cards::run(self).await,
            6 => steps::portal::run(self).await,
            7 => steps::visits::run(self).await,
            8 => steps::results::run(self).await,
            9 => steps::follow_up::run(self).await,
            10 => steps::replicas::run(self).await,
            _ => steps::inquiries::run(self).await,
        }
    }
}
