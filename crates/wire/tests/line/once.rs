//! Effects that happen once: through duplicates, lost answers, retries and death in between.

use std::process::Command;
use std::time::Duration;

use crate::support::{self, Answer, Ask, both, ring};
use http::StatusCode;
use line::WireError;
use store::{Data, Rooms};
use vocabulary::{Entropy, Id128, SystemEntropy};
use wire::Service;
use wire::faults::{Fault, FaultRule, Faults};
use wire::testing::Failed;

fn key() -> Id128 {
    SystemEntropy.id128()
}

#[tokio::test]
async fn the_same_key_and_request_has_one_effect_and_another_request_is_refused() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let registry = ring.house("registry.991015")?.client;
        let (atena, key) = (&running.party, key());
        for _ in 0..3 {
            let answer: Answer = registry.post(atena, support::ADD, key, &Ask { amount: 5 }).await?;
            assert_eq!(answer.total, 5);
        }
        let other: Result<Answer, WireError> = registry.post(atena, support::ADD, key, &Ask { amount: 6 }).await;
        assert_eq!(other.unwrap_err().refusal().unwrap().code(), "idempotency-key-reused");
        // the key of one caller is not another's
        let relay = ring.house("relay.991015")?.client;
        let answer: Answer = relay.post(atena, support::ADD, key, &Ask { amount: 1 }).await?;
        assert_eq!(answer.total, 6);
        // and without a key nothing is done
        let missing: Result<Answer, WireError> = registry.ask(atena, support::ADD, &Ask { amount: 5 }).await;
        assert_eq!(missing.unwrap_err().refusal().unwrap().code(), "idempotency-key-missing");
        // what is kept of it says nothing without the room's keys (H3): a body cannot be guessed from its digest, nor the answer read
        let room = support::totals(&house).await?.room;
        let kept = room.raw().read(|tx| {
            use diesel::prelude::*;
            diesel::table! { idempotency (caller, request_key) { caller -> Text, request_key -> Text, digest -> Binary, response -> Binary, } }
            Ok::<Vec<(Vec<u8>, Vec<u8>)>, store::StoreError>(idempotency::table.select((idempotency::digest, idempotency::response)).load(tx)?)
        });
        for (digest, response) in kept.await? {
            assert_eq!(digest.len(), vault::INDEX_LENGTH);
            let plain = [protocol::Digest::of(b"{\"amount\":5}"), protocol::Digest::of(b"POST\0/atena/v1/totals\0\0{\"amount\":5}")];
            assert!(plain.iter().all(|plain| !plain.0.starts_with(&digest)));
            assert!(!response.windows(5).any(|window| window == b"total"));
        }
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_line_that_drops_duplicates_delays_and_refuses_does_not_change_the_sum() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let faults = Faults::none();
        faults.add(FaultRule::every(support::ADD, 2, Fault::Duplicate));
        faults.add(FaultRule::every(support::ADD, 3, Fault::DropAnswer));
        faults.add(FaultRule::every(support::ADD, 4, Fault::DropRequest));
        faults.add(FaultRule::every(support::ADD, 5, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        faults.add(FaultRule::every(support::ADD, 7, Fault::Delay(Duration::from_millis(20))));
        let running = wire::serve(&house, support::atena(&house).await?.faults(&faults)).await?;
        let registry = ring.house("registry.991015")?.client;
        let sent: Vec<_> = (1..=12)
            .map(|amount| {
                let (registry, atena) = (registry.clone(), running.party.clone());
                tokio::spawn(async move { registry.post::<_, Answer>(&atena, support::ADD, key(), &Ask { amount }).await })
            })
            .collect();
        for one in sent {
            one.await??;
        }
        let sum: Answer = registry.get(&running.party, "/atena/v1/totals/sum?after=0").await?;
        assert_eq!(sum.total, (1..=12).sum::<i32>());
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_not_tried_again_and_a_silent_party_is_given_up() {
    both(|rooms| async move {
        let ring = ring(rooms)?;
        let house = ring.house("atena.991015")?;
        let faults = Faults::none();
        let running = wire::serve(&house, support::atena(&house).await?.faults(&faults)).await?;
        let registry = ring.house("registry.991015")?.client;
        faults.add(FaultRule::once(support::ADD, Fault::Refuse(StatusCode::CONFLICT)));
        let refused: Result<Answer, WireError> = registry.post(&running.party, support::ADD, key(), &Ask { amount: 1 }).await;
        assert!(refused.unwrap_err().is_status(StatusCode::CONFLICT));
        let party = running.party.clone();
        running.stop().await;
        let silent: Result<Answer, WireError> =
            registry.within(Duration::from_millis(200)).post(&party, support::ADD, key(), &Ask { amount: 1 }).await;
        assert!(silent.unwrap_err().is_passing());
        // it comes back elsewhere, and the same key goes through
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let answer: Answer = registry.post(&party, support::ADD, key(), &Ask { amount: 1 }).await?;
        assert_eq!(answer.total, 1);
        running.stop().await;
        Ok(())
    })
    .await;
}

/// Where the child finds its data, its files and the key of its request; the child is this test program itself.
const CHILD: &str = "KENSHIN_WIRE_TEST_CHILD";

#[tokio::test]
async fn t_01_a_provider_that_dies_between_effect_and_answer_has_had_the_effect_once() {
    both(|rooms| async move {
        let dir = tempfile::tempdir()?;
        let key = key();
        // Its text leaves out the password.
        let data = match rooms.data() {
            Data::Folder(path) => path.display().to_string(),
            Data::Postgres(url) => url.clone(),
        };
        let child = Command::new(std::env::current_exe()?)
            .args(["--exact", "once::the_child_that_dies", "--ignored", "--nocapture"])
            .env(CHILD, format!("{data}\n{}\n{key}", dir.path().display()))
            .output()?;
        assert!(!child.status.success(), "the child was to die: {}", String::from_utf8_lossy(&child.stdout));

        let ring = ring(rooms)?.with_master(&dir.path().join("master.key"))?;
        let house = ring.house("atena.991015")?;
        let running = wire::serve(&house, support::atena(&house).await?).await?;
        let registry = ring.house("registry.991015")?.client;
        let before: Answer = registry.get(&running.party, "/atena/v1/totals/sum?after=0").await?;
        assert_eq!(before.total, 7, "the effect is durable although nobody was told");
        let answer: Answer = registry.post(&running.party, support::ADD, key, &Ask { amount: 7 }).await?;
        assert_eq!(answer.total, 7, "the same request again is told what the first would have been told");
        running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
#[ignore = "the child of the test above"]
async fn the_child_that_dies() -> Result<(), Failed> {
    #[expect(clippy::disallowed_methods, reason = "how a test hands its child the folder")]
    let told = std::env::var(CHILD);
    // Started by nobody when every ignored test is run.
    let Ok(told) = told else { return Ok(()) };
    let [data, dir, key] = told.split('\n').collect::<Vec<_>>()[..] else { return Err("data, folder and key".into()) };
    let ring = ring(Rooms::open(Data::parse(data)?)?)?;
    std::fs::copy(ring.dir().join("master.key"), format!("{dir}/master.key"))?;
    let house = ring.house("atena.991015")?;
    let totals = support::Totals { dying: true, ..support::totals(&house).await? };
    let _running = wire::serve(&house, Service::new(&totals.room).routes(support::routes(totals))).await?;
    let registry = ring.house("registry.991015")?.client;
    let _: Answer = registry.post(&house.party, support::ADD, key.parse()?, &Ask { amount: 7 }).await?;
    Err("still alive".into())
}
