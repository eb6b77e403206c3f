//! At a party of the nation every city's console sees and mends the messages to its own city, and no other's.

use http::StatusCode;
use protocol::messages::Nothing;
use protocol::messages::console::{self, OutboxDrop, OutboxMessages};
use store::testing::both;
use vocabulary::{Entropy as _, Id128, SystemEntropy};
use wire::faults::Faults;
use wire::testing::Failed;

use super::support::World;

const CITIES: [&str; 2] = ["991015", "992020"];

#[tokio::test(flavor = "multi_thread")]
async fn r_pmh_6_a_console_sees_retries_and_drops_the_messages_of_its_own_city_alone() {
    both(|rooms| async move {
        let relays = CITIES.map(|city| format!("relay.{city}"));
        let mut world = World::new(rooms, &[&relays[0], &relays[1]], &Faults::none()).await?;
        for relay in &relays {
            world.receiver(relay).refuse("bad", true);
            world.tell::<1>(&[(relay, relay, "bad")]).await?;
        }
        world.start().await?;
        world.settled().await?;
        let all = world.outbox.messages(9).await?;
        assert_eq!(all.len(), 2);
        let to = world.sender.party.clone();
        for (own, city) in CITIES.into_iter().enumerate() {
            let console = world.ring.house(&format!("console.{city}"))?.client;
            let seen: OutboxMessages = console.get(&to, &console::outbox("network")).await?;
            let peers: Vec<&str> = seen.messages.iter().map(|message| message.peer.as_str()).collect();
            assert_eq!(peers, [&relays[own]]);
            let others = all.iter().find(|message| message.peer != relays[own]).ok_or("no other")?.key;
            let at = |path: String, key: Id128| path.replace("{key}", &key.to_string());
            let reason = OutboxDrop { reason: "no more".to_owned() };
            let retried: Result<Nothing, _> =
                console.post(&to, &at(console::outbox_retry("network"), others), SystemEntropy.id128(), &Nothing {}).await;
            let dropped: Result<Nothing, _> =
                console.post(&to, &at(console::outbox_drop("network"), others), SystemEntropy.id128(), &reason).await;
            for outcome in [retried, dropped] {
                assert!(outcome.is_err_and(|error| error.is_status(StatusCode::NOT_FOUND)));
            }
        }
        assert_eq!(world.outbox.messages(9).await?, all);
        let console = world.ring.house("console.992020")?.client;
        let own = all.iter().find(|message| message.peer == relays[1]).ok_or("not there")?.key;
        let path = console::outbox_drop("network").replace("{key}", &own.to_string());
        let _: Nothing = console.post(&to, &path, SystemEntropy.id128(), &OutboxDrop { reason: "no more".to_owned() }).await?;
        assert_eq!(world.outbox.messages(9).await?.len(), 1);
        Ok::<_, Failed>(())
    })
    .await;
}
