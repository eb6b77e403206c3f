//! Every message comes to an end, and none that cannot holds up others.

use std::time::Duration;

use protocol::messages::Nothing;
use protocol::messages::console::{self, OutboxDrop, OutboxMessages};
use store::testing::both;
use vocabulary::{Entropy as _, Id128, Purpose, SystemEntropy};
use wire::faults::Faults;
use wire::testing::Failed;
use work::outbox::OutboxError;

use super::support::{Note, World};

const RELAY: &str = "relay.991015";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Lets all that waits have been tried so often, for so many days.
async fn tried(world: &World, attempts: u32, days: i64) -> Result<(), Failed> {
    let since = world.room.clock().now_ms() - days * DAY_MS;
    world.meddle(&format!("UPDATE outbox SET attempts = {attempts}, first_tried_at = {since}")).await
}

async fn drop_it(world: &World, key: Id128) -> Result<Nothing, line::WireError> {
    let console = world.ring.house("console.991015").unwrap().client;
    let path = console::outbox_drop("network").replace("{key}", &key.to_string());
    console.post(&world.sender.party, &path, SystemEntropy.id128(), &OutboxDrop { reason: "no more".to_owned() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tried_in_vain_for_six_days_is_a_dead_letter_whatever_the_tries_met() {
    both(|rooms| async move {
        for (days, dies) in [(5, false), (6, true)] {
            let dir = tempfile::tempdir()?;
            let own = store::Rooms::open(store::Data::parse(&dir.path().display().to_string())?)?;
            let rooms = if dies { rooms.clone() } else { own };
            let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
            world.tell::<1>(&[(RELAY, "a", "busy"), (RELAY, "b", "unmade"), (RELAY, "c", "unsettled")]).await?;
            tried(&world, 30, days).await?;
            world.tell::<1>(&[(RELAY, "a", "a2"), (RELAY, "b", "b2"), (RELAY, "c", "c2")]).await?;
            world.start().await?;
            for _ in 0..400 {
                if world.outbox.messages(9).await?.iter().filter(|message| message.attempts > 30).count() == 3 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            if dies {
                world.settled().await?;
            }
            let mut messages = world.outbox.messages(9).await?;
            messages.sort_by(|one, other| one.last_error.cmp(&other.last_error));
            let tried: Vec<(bool, Option<&str>)> = messages
                .iter()
                .filter(|message| message.attempts > 30)
                .map(|message| (message.dead, message.last_error.as_deref()))
                .collect();
            assert_eq!(tried, [(dies, Some("503 unavailable")), (dies, Some("not made")), (dies, Some("not settled"))]);
            let wanted: &[&str] = if dies { &["a2", "b2", "c2"] } else { &[] };
            assert_eq!(world.told().await?, wanted, "the next of the same subjects waited until then");
        }
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn run_again_a_dead_letter_has_all_its_days_before_it() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        world.tell::<1>(&[(RELAY, "a", "busy")]).await?;
        tried(&world, 30, 7).await?;
        world.start().await?;
        world.settled().await?;
        let key = world.outbox.messages(1).await?[0].key;
        world.outbox.retry(&world.sender.caller(Purpose::Operation), key).await?;
        for _ in 0..400 {
            if world.outbox.messages(1).await?[0].attempts > 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let message = world.outbox.messages(1).await?.remove(0);
        assert!(!message.dead && message.attempts > 1, "{message:?}");
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_drops_what_has_waited_for_a_day_and_nothing_younger() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        world.start().await?;
        world.tell::<1>(&[(RELAY, "a", "busy"), (RELAY, "a", "after it")]).await?;
        let message = world.outbox.messages(1).await?.remove(0);
        assert!(!message.may_be_dropped);
        assert!(drop_it(&world, message.key).await.is_err_and(|error| error.is_status(http::StatusCode::CONFLICT)));
        world.meddle(&format!("UPDATE outbox SET enqueued_at = enqueued_at - {DAY_MS}")).await?;
        drop_it(&world, message.key).await?;
        world.settled().await?;
        assert_eq!(world.told().await?, ["after it"]);
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_change_takes_back_nobody_runs_again() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        world.receiver(RELAY).refuse("bad", true);
        world.start().await?;
        world.tell::<1>(&[(RELAY, "a", "bad")]).await?;
        world.settled().await?;
        let key = world.outbox.messages(1).await?[0].key;
        let outbox = world.outbox.clone();
        let taken = world.room.raw().write(move |tx| outbox.take_back::<Note<1>>(tx, "a")).await?;
        assert_eq!(taken, 1);
        let again = world.outbox.retry(&world.sender.caller(Purpose::Operation), key).await;
        assert!(matches!(again, Err(OutboxError::Unknown)), "{again:?}");
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_whose_keys_are_damaged_are_dead_and_dropped_while_the_others_go() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        world.tell::<1>(&[(RELAY, "a", "1"), (RELAY, "a", "2"), (RELAY, "b", "3")]).await?;
        let hex = |bytes: &str| {
            if matches!(world.sender.rooms.data(), store::Data::Folder(_)) { format!("x'{bytes}'") } else { format!("'\\x{bytes}'") }
        };
        world.meddle(&format!("UPDATE outbox SET request_key = {} WHERE id = (SELECT min(id) FROM outbox)", hex("0102"))).await?;
        world.meddle(&format!("UPDATE outbox SET sent_as = {} WHERE id = (SELECT max(id) FROM outbox)", hex("0304"))).await?;
        world.start().await?;
        world.settled().await?;
        assert_eq!(world.told().await?, ["2"]);
        let console = world.ring.house("console.991015")?.client;
        let messages: OutboxMessages = console.get(&world.sender.party, &console::outbox("network")).await?;
        assert_eq!(
            messages.messages.iter().map(|message| (message.dead, message.last_error.as_deref())).collect::<Vec<_>>(),
            [(true, Some("damaged")); 2]
        );
        for message in messages.messages {
            drop_it(&world, message.key).await?;
        }
        assert!(world.outbox.messages(9).await?.is_empty());
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_kind_that_the_program_does_not_know_waits_and_nothing_spins() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        world.tell::<1>(&[(RELAY, "a", "1")]).await?;
        world.meddle("UPDATE outbox SET kind = 'of tomorrow'").await?;
        world.start().await?;
        let parks = || {
            let metrics = tokio::runtime::Handle::current().metrics();
            (0..metrics.num_workers()).map(|worker| metrics.worker_park_count(worker)).sum::<u64>()
        };
        let before = parks();
        tokio::time::sleep(Duration::from_secs(1)).await;
        let woken = parks() - before;
        assert!(woken < 100, "the workers were woken {woken} times in a second");
        let message = world.outbox.messages(1).await?.remove(0);
        assert_eq!((message.dead, message.attempts), (false, 0));
        Ok::<_, Failed>(())
    })
    .await;
}
