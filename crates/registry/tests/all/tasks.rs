//! Tasks of the hub that are not sent, or take their time.

use std::sync::Arc;

use diesel::prelude::*;
use protocol::messages::Nothing;
use protocol::messages::jobs::{Job, JobState};
use protocol::messages::registry::{
    EXTRACT, Extract, Extracted, REGISTER_TARGETS, REGISTER_TEMPLATES, RegisterTargets, RegisteredTargets, RegisteredTemplates,
};
use store::StoreError;
use store::testing::both;
use vocabulary::{Clock, Date, Entropy as _, FiscalYear, Id128, SystemEntropy};
use wire::testing::Failed;

use crate::outbox::{City, started};
use crate::support::{clock, person};

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_1_whose_task_died_unsent_or_was_dropped_may_be_asked_for_again() {
    both(|rooms| async move {
        let clock = clock();
        let city = started(rooms, Arc::clone(&clock) as Arc<dyn Clock>).await?;
        city.take("residents.csv", &[person(1), person(2)]).await?;
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = city.run(EXTRACT, &extract).await?;
        let _: RegisteredTemplates = city.run(REGISTER_TEMPLATES, &Nothing {}).await?;
        let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
        city.got.lock().unwrap().hub_is_busy = true;
        let asked: Job = city.console.post(&city.house.party, REGISTER_TARGETS, SystemEntropy.id128(), &job).await?;
        let message = until_waiting(&city).await?;
        // Its people are in a task that waits: asked for again, nobody is told to the hub twice.
        assert_eq!(targets(&city).await?, ["waiting ", "waiting "]);
        // It dies without a word of the hub's.
        city.damage(|tx| diesel::sql_query("UPDATE outbox SET state = 'dead' WHERE kind = 'hub-tasks'").execute(tx)).await?;
        let cancel = format!("/registry/v1/jobs/{}/cancel", asked.id);
        let _: Job = city.console.post(&city.house.party, &cancel, SystemEntropy.id128(), &Nothing {}).await?;
        until_forsaken(&city).await?;
        // And another one is dropped by an operator.
        city.got.lock().unwrap().hub_is_busy = false;
        until_ended(&city, asked.id).await?;
        let registered: RegisteredTargets = city.run(REGISTER_TARGETS, &job).await?;
        assert_eq!((registered.registered, registered.refused), (2, 0));
        let rows: Vec<_> = city.got.lock().unwrap().tasks.iter().map(|(key, rows)| (key.clone(), rows.len())).collect();
        assert_eq!(rows.iter().map(|(_, rows)| *rows).collect::<Vec<_>>(), [2], "each once");
        assert_ne!(rows[0].0, message.to_string(), "under the name of the new task");
        assert_eq!(city.dead().await?, [], "the dead one is not run again");
        city.stop().await
    })
    .await;
}

/// The key of the message with the task, when it is there.
async fn until_waiting(city: &City) -> Result<Id128, Failed> {
    for _ in 0..400 {
        if let Some(message) = city.messages().await?.messages.iter().find(|message| message.kind == "hub-tasks") {
            return Ok(message.key);
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Err("no message".into())
}

/// Waits until the registry itself has found that nobody will send the task.
async fn until_forsaken(city: &City) -> Result<(), Failed> {
    for _ in 0..1_200 {
        if targets(city).await? == ["refused unsent", "refused unsent"] {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Err(format!("still {:?}", targets(city).await?).into())
}

/// Waits until the job that was asked for first is over: asked for while it runs, the same work is that job.
async fn until_ended(city: &City, job: Id128) -> Result<(), Failed> {
    for _ in 0..1_200 {
        let now: Job = city.console.get(&city.house.party, &format!("/registry/v1/jobs/{job}")).await?;
        if !matches!(now.state, JobState::Waiting | JobState::Running) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Err("the job goes on".into())
}

async fn targets(city: &City) -> Result<Vec<String>, Failed> {
    #[derive(QueryableByName)]
    struct Target {
        #[diesel(sql_type = diesel::sql_types::Text)]
        target: String,
    }
    let sql = "SELECT state || ' ' || reason AS target FROM hub_target ORDER BY resident";
    let targets = city.room.raw().read(move |tx| Ok::<Vec<Target>, StoreError>(diesel::sql_query(sql).load(tx)?));
    Ok(targets.await?.into_iter().map(|row| row.target).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_task_is_under_way_the_looks_at_it_leave_no_entries_that_name_nobody() {
    both(|rooms| async move {
        let city = started(rooms, clock()).await?;
        city.take("residents.csv", &[person(1), person(2)]).await?;
        let extract = Extract { fiscal_year: FiscalYear(2026), on: Date::constant(2026, 6, 1) };
        let extracted: Extracted = city.run(EXTRACT, &extract).await?;
        let _: RegisteredTemplates = city.run(REGISTER_TEMPLATES, &Nothing {}).await?;
        let job = RegisterTargets { extraction: extracted.extraction, programme: "oral_health".to_owned() };
        city.got.lock().unwrap().hub_takes_its_time = true;
        let _: Job = city.console.post(&city.house.party, REGISTER_TARGETS, SystemEntropy.id128(), &job).await?;
        let entries = async || {
            let newest = ledger::newest(city.room.raw(), 1_000).await?;
            let of_task = |found: &&ledger::Found| found.entry().is_ok_and(|entry| entry.action == "registry:hub-targets.register");
            Ok::<usize, Failed>(newest.iter().filter(of_task).count())
        };
        let arrived = Arc::clone(&city.got);
        wire::testing::until("the task to arrive", || !arrived.lock().unwrap().tasks.is_empty()).await?;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let before = entries().await?;
        // The job looks again and again, in pauses from 200 ms.
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        assert_eq!(entries().await?, before);
        city.got.lock().unwrap().hub_takes_its_time = false;
        city.stop().await
    })
    .await;
}
