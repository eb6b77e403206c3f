//! Peers that are away, for however long.

use std::time::Duration;

use store::testing::both;
use wire::faults::{Fault, FaultRule, Faults};
use wire::testing::{Failed, until};

use super::support::{PATH, World};

const RELAY: &str = "relay.991015";
const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1000;

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_waited_a_week_for_its_peer_outlives_a_peer_that_is_busy_when_it_is_back() {
    both(|rooms| async move {
        let faults = Faults::none();
        let mut world = World::new(rooms, &[RELAY], &faults).await?;
        let notes: Vec<String> = (0..20).map(|place| format!("{place:02}")).collect();
        let messages: Vec<(&str, &str, &str)> = notes.iter().map(|note| (RELAY, note.as_str(), note.as_str())).collect();
        world.tell::<1>(&messages).await?;
        world.meddle(&format!("UPDATE outbox SET enqueued_at = enqueued_at - {WEEK_MS}")).await?;
        faults.add(FaultRule::every(PATH, 1, Fault::Refuse(http::StatusCode::SERVICE_UNAVAILABLE)));
        world.start().await?;
        for _ in 0..400 {
            if world.outbox.messages(20).await?.iter().all(|message| message.attempts > 1) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let messages = world.outbox.messages(20).await?;
        assert!(messages.iter().all(|message| !message.dead && message.attempts > 1), "{messages:?}");
        faults.clear();
        world.settled().await?;
        assert_eq!(world.told().await?, notes);
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_peer_that_is_away_nothing_more_is_read_until_it_is_there() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let there = world.ring.peers().address(&RELAY.parse()?).ok_or("no address")?;
        // A port where nobody listens.
        world.ring.peers().put(RELAY.parse()?, "127.0.0.1:9");
        let notes: Vec<String> = (0..64).map(|place| format!("{place:02}")).collect();
        let messages: Vec<(&str, &str, &str)> = notes.iter().map(|note| (RELAY, note.as_str(), note.as_str())).collect();
        world.tell::<1>(&messages).await?;
        world.start().await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let newest = ledger::newest(world.room.raw(), 1_000).await?;
        let sends = newest.iter().filter(|found| found.entry().is_ok_and(|entry| entry.action == "network:notes.send")).count();
        assert!(sends <= 4, "the first requests found out, and the others name nobody: {sends}");
        world.ring.peers().put(RELAY.parse()?, there);
        world.settled().await?;
        assert_eq!(world.told().await?, notes);
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_another_copy_has_settled_takes_no_other_with_it() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let receiver = world.receiver(RELAY);
        receiver.held.send_replace(true);
        world.tell::<1>(&[(RELAY, "a", "1")]).await?;
        world.start().await?;
        until("it is under way", || !receiver.requests().is_empty()).await?;
        world.meddle("DELETE FROM outbox").await?;
        world.tell::<1>(&[(RELAY, "a", "2")]).await?;
        receiver.held.send_replace(false);
        until("the next came", || receiver.came().contains(&"2".to_owned())).await?;
        world.settled().await?;
        assert_eq!(receiver.effects().await?, ["1", "2"]);
        assert_eq!(world.told().await?, ["2"], "what the other copy settled is not settled again");
        Ok::<_, Failed>(())
    })
    .await;
}
