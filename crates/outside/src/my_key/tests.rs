//! Identifiers of people, over the line and on both databases.

use std::collections::BTreeSet;

use access::Policies;
use http::StatusCode;
use line::WireError;
use protocol::messages::console::{self, Counts};
use protocol::messages::my_key::{IDENTIFIERS, Identifier, IdentifierRequest};
use vocabulary::{Entropy, Id128, SystemEntropy};
use wire::Running;
use wire::testing::{Failed, Ring};

const PORTAL: &str = "portal.national";
const EDGE: &str = "hub-edge.national";
const MY_KEY: &str = "my-key.national";
const CONSOLE: &str = "console.991015";

async fn started(rooms: store::Rooms) -> Result<(Ring, Running), Failed> {
    let ring = Ring::new(rooms, Policies::load(&[super::PARTY.policies])?, &[MY_KEY, PORTAL, EDGE, CONSOLE])?;
    let house = ring.house(MY_KEY)?;
    let running = wire::serve(&house, (super::PARTY.open)(house.clone()).await?).await?;
    Ok((ring, running))
}

async fn ask(ring: &Ring, from: &str, serial: &str, linked: &str) -> Result<Id128, WireError> {
    let request = IdentifierRequest { certificate_serial: serial.to_owned(), linked: linked.parse().unwrap() };
    let answer: Identifier = ring.house(from).unwrap().client.ask(&MY_KEY.parse().unwrap(), IDENTIFIERS, &request).await?;
    Ok(answer.identifier.into_inner())
}

#[tokio::test]
async fn r_pmh_every_party_that_links_has_an_identifier_of_its_own_of_a_person_which_stays() {
    store::testing::both(|rooms| async move {
        let (ring, running) = started(rooms.clone()).await?;
        let mut all = BTreeSet::new();
        for serial in ["5e12ab", "5e12ac"] {
            for linked in [EDGE, PORTAL] {
                let first = ask(&ring, PORTAL, serial, linked).await?;
                assert_eq!(ask(&ring, PORTAL, serial, linked).await?, first, "the same again");
                all.insert(first);
            }
        }
        assert_eq!(all.len(), 4, "another for another party and another person");
        let known = ask(&ring, PORTAL, "5e12ab", EDGE).await?;
        running.stop().await;
        let house = ring.house(MY_KEY)?;
        let running = wire::serve(&house, (super::PARTY.open)(house.clone()).await?).await?;
        assert_eq!(ask(&ring, PORTAL, "5e12ab", EDGE).await?, known, "and after a start");
        let counts: Counts = ring.house(CONSOLE)?.client.get(&MY_KEY.parse()?, &console::counts("my-key")).await?;
        assert_eq!(counts.counts["cards"], 2);
        running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

#[tokio::test]
async fn t_08_three_at_once_are_given_one_identifier() {
    store::testing::both(|rooms| async move {
        let (ring, running) = started(rooms).await?;
        let asked = three_at_once(&ring).await?;
        assert_eq!(asked.iter().collect::<BTreeSet<_>>().len(), 1, "{asked:?}");
        running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}

async fn three_at_once(ring: &Ring) -> Result<[Id128; 3], Failed> {
    let ask = || ask(ring, PORTAL, "5e12ab", EDGE);
    let (one, two, three) = tokio::join!(ask(), ask(), ask());
    Ok([one?, two?, three?])
}

#[tokio::test]
async fn t_15_nobody_is_given_an_identifier_of_a_party_that_is_not_linked_through_them() {
    store::testing::both(|rooms| async move {
        let (ring, running) = started(rooms).await?;
        for (from, linked) in [(PORTAL, "online-eligibility.national"), (PORTAL, "registry.991015"), (EDGE, EDGE), (CONSOLE, PORTAL)] {
            let refused = ask(&ring, from, &SystemEntropy.id128().to_string(), linked).await.unwrap_err();
            assert!(refused.is_status(StatusCode::FORBIDDEN), "{from} for {linked}: {refused}");
        }
        running.stop().await;
        Ok::<_, Failed>(())
    })
    .await;
}
