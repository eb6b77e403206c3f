//! Refused for good: a dead letter, which holds nobody up and can be mended.

use std::time::Duration;

use protocol::messages::Nothing;
use protocol::messages::console::{self, OutboxDrop, OutboxMessages};
use store::testing::both;
use vocabulary::{Entropy as _, SystemEntropy};
use wire::faults::Faults;
use wire::testing::Failed;

use super::support::{World, read_built_in};

const RELAY: &str = "relay.991015";

#[tokio::test(flavor = "multi_thread")]
async fn one_message_that_is_refused_among_a_hundred_is_a_dead_letter_and_the_others_are_taken() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let receiver = world.receiver(RELAY);
        receiver.refuse("037", true);
        receiver.break_at("061");
        receiver.refuse("optional-1", true);
        let notes: Vec<String> = (0..99).map(|place| format!("{place:03}")).chain(["optional-1".to_owned()]).collect();
        let messages: Vec<(&str, &str, &str)> = notes.iter().map(|note| (RELAY, note.as_str(), note.as_str())).collect();
        world.tell::<100>(&messages).await?;
        world.start().await?;
        for _ in 0..2_400 {
            let is_dead = world.outbox.messages(10).await?.iter().any(|message| message.dead);
            if is_dead && world.told().await?.len() == 97 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        let mut effects = receiver.effects().await?;
        effects.sort();
        let wanted: Vec<String> = notes.iter().filter(|note| !["037", "061", "optional-1"].contains(&note.as_str())).cloned().collect();
        assert_eq!(effects, wanted);
        assert_eq!(world.told().await?.len(), 97);
        let messages = world.outbox.messages(10).await?;
        let states: Vec<(bool, Option<&str>)> = messages.iter().map(|message| (message.dead, message.last_error.as_deref())).collect();
        assert_eq!(states, [(true, Some("422 unwanted")), (false, Some("500 broken"))], "what its kind settles leaves no message");
        assert!(receiver.requests().len() < 80, "found by halving: {} requests", receiver.requests().len());
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_listed_mended_and_run_again_with_one_effect_or_dropped_by_the_operator_alone() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let receiver = world.receiver(RELAY);
        receiver.refuse("bad", true);
        receiver.refuse("worse", true);
        world.start().await?;
        world.tell::<1>(&[(RELAY, "a", "bad"), (RELAY, "a", "after it"), (RELAY, "b", "worse")]).await?;
        world.settled().await?;
        assert_eq!(receiver.effects().await?, ["after it"], "a dead letter holds nobody up");
        let console = world.ring.house("console.991015")?.client;
        let list = || async { console.get::<OutboxMessages>(&world.sender.party, &console::outbox("network")).await };
        let messages = list().await?.messages;
        assert_eq!(messages.len(), 2);
        assert!(messages.iter().all(|message| message.dead && message.peer == RELAY && message.kind == "note"));
        assert!(!format!("{messages:?}").contains("worse"), "a list does not say what the messages say");

        let operator = world.sender.caller(vocabulary::Purpose::Audit);
        assert_eq!(world.outbox.people_of(&operator, messages[1].key).await?, ["b"]);
        let looked = ledger::find(&world.room, &operator, ledger::About::Person("b"), 0..i64::MAX, 10).await?;
        let acts: Vec<&str> = looked.iter().map(|found| found.entry().map(|entry| entry.action)).collect::<Result<_, _>>()?;
        assert!(acts.contains(&"outbox:messages.people"), "whoever was looked at finds it: {acts:?}");

        receiver.refuse("bad", false);
        let at = |path: String, key: vocabulary::Id128| path.replace("{key}", &key.to_string());
        let retry = |key| at(console::outbox_retry("network"), key);
        for _ in 0..3 {
            // The second and third find it gone, or under way.
            let again: Result<Nothing, _> =
                console.post(&world.sender.party, &retry(messages[0].key), SystemEntropy.id128(), &Nothing {}).await;
            assert!(again.is_ok() || again.is_err_and(|error| error.is_final()));
        }
        world.settled().await?;
        assert_eq!(receiver.effects().await?, ["after it", "bad"]);
        let keys: Vec<String> = receiver.requests().into_iter().filter(|(_, notes)| notes == &["bad"]).map(|(key, _)| key).collect();
        assert!(keys.len() == 2 && keys[0] == keys[1], "run again, it goes under its own key: {keys:?}");

        let drop = at(console::outbox_drop("network"), messages[1].key);
        let reason = OutboxDrop { reason: "sent by hand".to_owned() };
        let _: Nothing = console.post(&world.sender.party, &drop, SystemEntropy.id128(), &reason).await?;
        assert!(list().await?.messages.is_empty());
        let gone: Result<Nothing, _> = console.post(&world.sender.party, &drop, SystemEntropy.id128(), &reason).await;
        assert!(gone.is_err_and(|error| error.is_status(http::StatusCode::NOT_FOUND)));
        let noted = ledger::newest(world.room.raw(), 20).await?;
        let noted = noted
            .iter()
            .any(|found| found.entry().is_ok_and(|entry| entry.action == "outbox:messages.drop" && entry.detail == "sent by hand"));
        assert!(noted, "who dropped it, and why, stands in the record of use");
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_and_ages_are_in_the_figures_and_in_readiness() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let receiver = world.receiver(RELAY);
        receiver.refuse("bad", true);
        world.start().await?;
        world.tell::<1>(&[(RELAY, "a", "bad")]).await?;
        world.settled().await?;
        receiver.held.send_replace(true);
        world.tell::<1>(&[(RELAY, "a", "1"), (RELAY, "b", "2")]).await?;
        let metrics = read_built_in(&world, "/metrics").await?;
        assert!(metrics.contains(&format!("kenshin_outbox_messages{{peer=\"{RELAY}\",state=\"waiting\"}} 2.0")), "{metrics}");
        assert!(metrics.contains(&format!("kenshin_outbox_messages{{peer=\"{RELAY}\",state=\"dead\"}} 1.0")), "{metrics}");
        assert!(metrics.contains(&format!("kenshin_outbox_age_seconds{{peer=\"{RELAY}\",state=\"waiting\"}}")), "{metrics}");
        let ready: wire::Readiness = serde_json::from_str(&read_built_in(&world, "/readyz").await?)?;
        let check = ready.checks.iter().find(|check| check.name == "outbox").ok_or("no check")?;
        assert!(ready.ready && check.ok, "a peer that is away does not make this party unready");
        assert!(check.detail.as_deref().is_some_and(|detail| detail.contains("2 waiting for relay.991015") && detail.contains("1 dead")));
        receiver.held.send_replace(false);
        world.settled().await?;
        assert!(!read_built_in(&world, "/metrics").await?.contains("state=\"waiting\""), "what is gone is counted no more");
        Ok::<_, Failed>(())
    })
    .await;
}
