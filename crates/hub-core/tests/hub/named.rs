//! Who was seen: what the hub does with a person is found by the municipality's key of them, also when they are forgotten.

use ledger::testing::{acts_on, erase_names};
use wire::testing::{Failed, until};

use crate::support::{Hub, both, deletion, person};

impl Hub {
    /// The room of a city.
    pub(crate) async fn room(&self, city: &str) -> Result<ledger::Room, Failed> {
        Ok(work::open_room_of(&self.house, Some(city.parse()?), hub_core::MIGRATIONS).await?)
    }
}

#[tokio::test]
async fn whoever_was_registered_finds_minting_delivery_and_forgetting_until_the_names_are_erased() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1), person(2)]).await?;
        hub.exchange().await?;
        hub.template("991015", 2).await?;
        let mut newer = person(1);
        newer["checkups"][0]["templateVersion"] = 2.into();
        let task = hub.register("991015", &[newer]).await?;
        hub.exchange().await?;
        hub.status("991015", task).await?;
        let room = hub.room("991015").await?;
        let has = |acts: &[String], act: &str| acts.iter().any(|found| found == &format!("hub-core:{act}"));
        let first = acts_on(&room, "k1").await?;
        for act in ["people.register", "keys.mint", "deliveries.prepare", "deliveries.send", "tasks.read"] {
            assert!(has(&first, act), "{act}: {first:?}");
        }
        let second = acts_on(&room, "k2").await?;
        assert!(has(&second, "keys.mint") && has(&second, "deliveries.send") && !has(&second, "tasks.read"), "{second:?}");
        assert_eq!(acts_on(&room, "k3").await?, Vec::<String>::new());
        assert_eq!(acts_on(&hub.room("992020").await?, "k1").await?, Vec::<String>::new(), "another city's record tells of its own");

        hub.register("991015", &[deletion(1)]).await?;
        hub.exchange().await?;
        let forgotten = acts_on(&room, "k1").await?;
        assert!(has(&forgotten, "people.forget"), "{forgotten:?}");
        erase_names(&room).await?;
        assert_eq!(acts_on(&room, "k1").await?, Vec::<String>::new());
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_exchange_is_a_job_of_whoever_asked_for_it() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1)]).await?;
        let totals = hub.exchange().await?;
        let console = hub.ring.house("console.991015")?.client;
        let jobs: protocol::messages::jobs::Jobs = console.get(&hub.running.party, "/hub/v1/jobs").await?;
        assert_eq!(jobs.jobs.len(), 1);
        let job = jobs.jobs.into_iter().next().ok_or("no job")?;
        assert_eq!((job.kind.as_str(), job.asked_by.contains("console.991015")), ("exchange", true));
        assert_eq!(job.result, Some(serde_json::to_value(&totals)?));
        until("nothing waits", || hub.edge.rows("991015").len() == 2).await?;
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
