//! What somebody with the database's account and without the keys writes into the plain columns is not obeyed.

use store::testing::both;
use vocabulary::Purpose;
use wire::faults::Faults;
use wire::testing::Failed;

use super::support::World;

const ONE: &str = "relay.991015";
const OTHER: &str = "relay.992020";

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_message_that_the_database_redirects_or_makes_another_of_is_dead_and_goes_to_nobody() {
    both(|rooms| async move {
        let mut world = World::new(rooms, &[ONE, OTHER], &Faults::none()).await?;
        world.tell::<1>(&[(ONE, "a", "to another"), (ONE, "b", "of another kind"), (ONE, "c", "of another subject")]).await?;
        world.tell::<1>(&[(ONE, "d", "to a party of another kind"), (ONE, "e", "in another's request"), (ONE, "f", "left alone")]).await?;
        let messages = world.outbox.messages(9).await?;
        let nth = |place: usize| format!("id = (SELECT id FROM (SELECT id FROM outbox ORDER BY id LIMIT 1 OFFSET {place}) AS nth)");
        let last = "(SELECT subject FROM (SELECT subject FROM outbox ORDER BY id DESC LIMIT 1) AS last)";
        let before = wire::testing::damage_met("a message of the outbox");
        for (place, change) in [
            (0, format!("peer = '{OTHER}'")),
            (1, "kind = 'notes'".to_owned()),
            (2, format!("subject = {last}")),
            (3, "peer = 'atena.991015'".to_owned()),
            (4, format!("peer = '{OTHER}', kind = 'notes', sent_as = {last}")),
        ] {
            world.meddle(&format!("UPDATE outbox SET {change} WHERE {}", nth(place))).await?;
        }
        world.start().await?;
        world.settled().await?;
        assert_eq!(world.told().await?, ["left alone"]);
        assert!(world.receiver(OTHER).came().is_empty() && world.receiver(ONE).came() == ["left alone"]);
        let dead = world.outbox.messages(9).await?;
        assert_eq!(dead.len(), 5);
        assert!(dead.iter().all(|message| message.dead && message.last_error.as_deref() == Some("damaged")), "{dead:?}");
        assert!(wire::testing::damage_met("a message of the outbox") > before, "counted for the alarm");

        // With its columns as they were it says what it said.
        world.meddle(&format!("UPDATE outbox SET peer = '{ONE}' WHERE {}", nth(0))).await?;
        world.outbox.retry(&world.sender.caller(Purpose::Operation), messages[0].key).await?;
        world.settled().await?;
        assert_eq!(world.told().await?, ["left alone", "to another"]);
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_does_not_go_to_a_party_is_not_enqueued_for_it() {
    both(|rooms| async move {
        let world = World::new(rooms, &[], &Faults::none()).await?;
        assert!(world.tell::<1>(&[("atena.991015", "a", "1")]).await.is_err());
        assert!(world.outbox.messages(1).await?.is_empty());
        Ok::<_, Failed>(())
    })
    .await;
}
