//! What goes to the hub, and when it may.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use access::Policies;
use diesel::connection::SimpleConnection as _;
use registry::POLICIES;
use store::StoreError;
use store::testing::both;
use vocabulary::{Date, Entropy as _, FiscalYear, SystemEntropy};
use wire::messages::Nothing;
use wire::messages::registry::{
    EXTRACT, Extract, Extracted, IMPORT_RESIDENTS, ImportResidents, ImportedResidents, REGISTER_TARGETS, REGISTER_TEMPLATES,
    RegisterTargets, RegisteredTargets, RegisteredTemplates,
};
use wire::testing::{Failed, Ring, until};

use crate::neighbours::{self, Got};
use crate::support::{clock, file, folder, person};

#[tokio::test(flavor = "multi_thread")]
async fn t_04_while_the_record_cannot_be_written_no_number_leaves_for_the_hub() {
    both(|rooms| async move {
        let texts = neighbours::texts();
        let [atena, hub] = neighbours::policies(&texts);
        let ring = Ring::at(
            rooms,
            Policies::load(&[POLICIES, atena, hub])?,
            &["registry.991015", "console.991015", "hub-core.national"],
            clock(),
        )?;
        let got: Arc<Mutex<Got>> = Arc::default();
        let hub_house = ring.house("hub-core.national")?;
        let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
        let media = folder("hub");
        std::fs::write(media.join("residents.csv"), file(&[person(1), person(2)]))?;
        let mut house = ring.house("registry.991015")?;
        house.setting.media = Some(media.clone());
        let running = wire::serve(&house, registry::open(house.clone()).await?).await?;
        let (console, to, key) = (ring.house("console.991015")?.client, &house.party, || SystemEntropy.id128());
        let import = ImportResidents { file: "residents.csv".to_owned(), encoding: None };
        let _: ImportedResidents = console.post(to, IMPORT_RESIDENTS, key(), &import).await?;
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = console.post(to, EXTRACT, key(), &extract).await?;
        let _: RegisteredTemplates = console.post(to, REGISTER_TEMPLATES, key(), &Nothing {}).await?;
        // The hub is away when the task is made, so that it waits.
        hub.stop().await;
        let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
        let asked = console.within(Duration::from_secs(5)).post::<_, RegisteredTargets>(to, REGISTER_TARGETS, key(), &job).await;
        assert!(asked.is_err());
        running.stop().await;
        let room = house.room(registry::MIGRATIONS).await?;
        let rename = async |from: &'static str, to: &'static str| {
            let rename = move |tx: &mut store::Tx| Ok::<_, StoreError>(tx.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?);
            room.raw().write(rename).await
        };
        let hub = wire::serve(&hub_house, neighbours::hub(&hub_house, Arc::clone(&got)).await?).await?;
        let service = registry::open(house.clone()).await?;
        rename("ledger_batch", "gone").await?;
        let running = wire::serve(&house, service).await?;
        // The background tries at once, and soon again.
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
