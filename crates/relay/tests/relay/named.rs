//! Who was seen: whoever was inquired about or provided is found, on both sides, by the unified number.

use ledger::testing::{acts_on, caller, erase_names};
use ledger::{About, Found};
use protocol::messages::inquiries::InquiryState;
use vocabulary::{Id128, Purpose};

use crate::support::{both, key, replica, unified};

#[tokio::test]
async fn whoever_was_inquired_about_and_provided_finds_it_until_the_names_are_erased() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.person(2, [12, 22]).await?;
        world.provided(1, &replica("1")).await?;
        let (id, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        world.deliver(key(), &world.sent(&given).await?).await?;
        world.stands(id, InquiryState::Fetched).await?;
        let (here, there) = (world.here.room().await?, world.there.room().await?);
        let has = |acts: &[String], act: &str| acts.iter().any(|found| found == &format!("relay:{act}"));
        let (asked, provided) = (acts_on(&here, unified(1).as_str()).await?, acts_on(&there, unified(1).as_str()).await?);
        for act in ["persons.take", "codes.ask", "codes.take", "inquiries.take", "permits.ask", "answers.take", "inquiries.read"] {
            assert!(has(&asked, act), "{act}: {asked:?}");
        }
        for act in ["persons.take", "replicas.store", "permits.take", "answers.send"] {
            assert!(has(&provided, act), "{act}: {provided:?}");
        }
        let other = acts_on(&here, unified(2).as_str()).await?;
        assert!(has(&other, "persons.take") && !has(&other, "inquiries.take") && !has(&other, "answers.take"), "{other:?}");
        assert_eq!(acts_on(&here, unified(3).as_str()).await?, Vec::<String>::new());
        for room in [&here, &there] {
            erase_names(room).await?;
            assert_eq!(acts_on(room, unified(1).as_str()).await?, Vec::<String>::new());
        }
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_asked_about_and_not_known_here_is_found_by_their_code() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        let (_, given) = world.permitted(1).await?;
        let mut permit = given.permit.clone();
        permit.code = crate::support::code(99);
        let signed = world.network.sign(&permit, &world.there.relay);
        assert_eq!(world.bring(key(), &signed).await?.reason.as_deref(), Some("noReplica"));
        world.sent(&given).await?;
        let there = world.there.room().await?;
        let code = format!("code {}", Id128::from_bytes(there.vault().blind("code", &[99; 32])));
        let acts = acts_on(&there, &code).await?;
        assert!(["relay:permits.take", "relay:answers.send"].iter().all(|act| acts.iter().any(|found| found == act)), "{acts:?}");
        // Later they move here: what was answered about them is found by their number too.
        world.person(2, [12, 99]).await?;
        let auditor = caller("auditor", Purpose::Audit);
        let number = unified(2);
        let find = async |about| ledger::find(&there, &auditor, about, 0..i64::MAX, 100).await;
        let taken =
            |found: &[Found]| found.iter().filter(|found| found.entry().is_ok_and(|entry| entry.action == "relay:permits.take")).count();
        assert_eq!(taken(&find(About::Person(number.as_str())).await?), 0);
        assert_eq!(taken(&find(About::Person(&code)).await?), 1);
        assert_eq!(taken(&find(About::PersonAlso(number.as_str(), relay::also_named)).await?), 1);
        let neighbour = unified(1);
        assert_eq!(taken(&find(About::PersonAlso(neighbour.as_str(), relay::also_named)).await?), 0);
        world.stop().await;
        Ok(())
    })
    .await;
}
