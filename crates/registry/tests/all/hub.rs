//! What goes to the hub, and when it may.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use access::Policies;
use diesel::connection::SimpleConnection as _;
use line::{Client, WireError};
use protocol::messages::Nothing;
use protocol::messages::registry::{
    EXTRACT, Extract, Extracted, IMPORT_RESIDENTS, ImportResidents, ImportedResidents, REGISTER_TARGETS, REGISTER_TEMPLATES,
    RegisterTargets, RegisteredTargets, RegisteredTemplates,
};
use registry::POLICIES;
use store::testing::both;
use store::{Rooms, StoreError};
use vocabulary::{Date, Entropy as _, FiscalYear, SystemEntropy};
use wire::testing::{Failed, Ring, until};
use wire::{House, Running};

use crate::neighbours::{self, Got};
use crate::support::{Line, clock, file, folder, person};

/// A registry beside a hub, with a console to ask it by.
struct City {
    media: std::path::PathBuf,
    got: Arc<Mutex<Got>>,
    hub_house: House,
    house: House,
    console: Client,
    running: Running,
    hub: Running,
    /// Where the parties find each other.
    _ring: Ring,
}

async fn started(rooms: Rooms) -> Result<City, Failed> {
    let texts = neighbours::texts();
    let [atena, hub] = neighbours::policies(&texts);
    let ring =
        Ring::at(rooms, Policies::load(&[POLICIES, atena, hub])?, &["registry.991015", "console.991015", "hub-core.national"], clock())?;
    let got: Arc<Mutex<Got>> = Arc::default();
    let hub_house = ring.house("hub-core.national")?;
    let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
    let media = folder("hub");
    let mut house = ring.house("registry.991015")?;
    house.setting.media = Some(media.clone());
    let running = wire::serve(&house, registry::open(house.clone()).await?).await?;
    let console = ring.house("console.991015")?.client;
    Ok(City { media, got, hub_house, house, console, running, hub, _ring: ring })
}

impl City {
    async fn run<A: serde::Serialize + Sync, T: serde::de::DeserializeOwned>(&self, path: &str, job: &A) -> Result<T, WireError> {
        self.console.run_job(&self.house.party, path, SystemEntropy.id128(), job).await
    }

    async fn take(&self, name: &str, lines: &[Line]) -> Result<(), Failed> {
        std::fs::write(self.media.join(name), file(lines))?;
        let _: ImportedResidents =
            self.run(IMPORT_RESIDENTS, &ImportResidents { file: name.to_owned(), ..ImportResidents::default() }).await?;
        Ok(())
    }

    /// An extraction of the year, and the templates at the hub → what is left to ask.
    async fn extract(&self) -> Result<RegisterTargets, Failed> {
        let extracted: Extracted = self.run(EXTRACT, &Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) }).await?;
        let _: RegisteredTemplates = self.run(REGISTER_TEMPLATES, &Nothing {}).await?;
        Ok(RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_9_who_died_or_moved_out_since_the_extraction_is_not_told_to_the_hub() {
    both(|rooms| async move {
        let city = started(rooms).await?;
        city.take("residents.csv", &[person(1), person(2), person(3), person(4)]).await?;
        let job = city.extract().await?;
        let (mut dead, mut gone, mut protected) = (person(1), person(2), person(3));
        (dead.until, dead.removal) = ("2026-05-31", "2");
        (gone.until, gone.removal) = ("2026-06-01", "1");
        protected.protected = "1";
        city.take("week.csv", &[dead, gone, protected]).await?;
        let registered: RegisteredTargets = city.run(REGISTER_TARGETS, &job).await?;
        assert_eq!((registered.registered, registered.refused), (1, 0));
        let told: Vec<String> =
            city.got.lock().unwrap().tasks.values().flatten().map(|row| row.municipality_identity_key.clone()).collect();
        assert_eq!(told.iter().map(|number| number.trim_start_matches('0')).collect::<Vec<_>>(), ["4"]);
        city.running.stop().await;
        city.hub.stop().await;
        std::fs::remove_dir_all(city.media)?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_04_while_the_record_cannot_be_written_no_number_leaves_for_the_hub() {
    both(|rooms| async move {
        let city = started(rooms).await?;
        city.take("residents.csv", &[person(1), person(2)]).await?;
        let job = city.extract().await?;
        let City { media, got, hub_house, house, console, running, hub, _ring } = city;
        // The hub is away when the task is made, so that it waits.
        hub.stop().await;
        let asked = console
            .within(Duration::from_secs(5))
            .run_job::<_, RegisteredTargets>(&house.party, REGISTER_TARGETS, SystemEntropy.id128(), &job)
            .await;
        assert!(asked.is_err());
        running.stop().await;
        let room = work::open_room(&house, registry::MIGRATIONS).await?;
        let rename = async |from: &'static str, to: &'static str| {
            let rename = move |tx: &mut store::Tx| Ok::<_, StoreError>(tx.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?);
            room.raw().write(rename).await
        };
        let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
        let service = registry::open(house.clone()).await?;
        rename("ledger_batch", "gone").await?;
        let running = wire::serve(&house, service).await?;
        // The outbox tries at once, and soon again.
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(got.lock().unwrap().tasks.is_empty(), "numbers left without an entry");
        rename("gone", "ledger_batch").await?;
        let arrived = Arc::clone(&got);
        until("the task to arrive", || !arrived.lock().unwrap().tasks.is_empty()).await?;
        assert_eq!(got.lock().unwrap().tasks.values().map(Vec::len).collect::<Vec<_>>(), [2]);
        running.stop().await;
        hub.stop().await;
        std::fs::remove_dir_all(media)?;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r_reg_9_who_becomes_protected_while_a_task_waits_is_left_out_of_it() {
    both(|rooms| async move {
        let city = started(rooms).await?;
        city.take("residents.csv", &[person(1), person(2), person(3)]).await?;
        let job = city.extract().await?;
        let City { media, got, hub_house, house, console, running, hub, _ring } = city;
        hub.stop().await;
        let asked = console
            .within(Duration::from_secs(3))
            .run_job::<_, RegisteredTargets>(&house.party, REGISTER_TARGETS, SystemEntropy.id128(), &job)
            .await;
        assert!(asked.is_err(), "the hub is away");
        let mut protected = person(2);
        protected.protected = "1";
        std::fs::write(media.join("week.csv"), file(&[person(1), protected, person(3)]))?;
        let import = ImportResidents { file: "week.csv".to_owned(), ..ImportResidents::default() };
        let _: ImportedResidents = console.run_job(&house.party, IMPORT_RESIDENTS, SystemEntropy.id128(), &import).await?;
        let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
        let registered: RegisteredTargets = console.run_job(&house.party, REGISTER_TARGETS, SystemEntropy.id128(), &job).await?;
        assert_eq!((registered.registered, registered.refused), (2, 1));
        let told: Vec<String> = got.lock().unwrap().tasks.values().flatten().map(|row| row.municipality_identity_key.clone()).collect();
        assert_eq!(told.iter().map(|number| number.trim_start_matches('0')).collect::<Vec<_>>(), ["1", "3"]);
        running.stop().await;
        hub.stop().await;
        std::fs::remove_dir_all(media)?;
        Ok::<_, Failed>(())
    })
    .await;
}
