//! The pages of the staff.

use diesel::prelude::*;
use office::testing::Staff;
use store::{RoomName, StoreError, Tx};
use vocabulary::MunicipalityCode;
use wire::testing::Failed;

use crate::support::{Hub, both};

diesel::table! {
    outbox (id) {
        id -> BigInt, peer -> Text, kind -> Text, subject -> Binary, request_key -> Binary, payload -> Binary, state -> Text,
        attempts -> Integer, last_error -> Nullable<Text>, enqueued_at -> BigInt,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_staff_asks_for_a_session_and_a_right_and_is_whole_in_both_languages() {
    store::testing::both(|rooms| async move {
        let tried =
            office::testing::crawl_alone(rooms, "hub-core.national", hub_core::MIGRATIONS, hub_core::POLICIES, hub_core::open).await?;
        assert!(tried > 8, "{tried}");
        Ok::<_, Failed>(())
    })
    .await;
}

/// Puts a message that could not be sent into the room of a city; its key is that of every such.
async fn put_dead_letter(hub: &Hub, city: &str) -> Result<(), Failed> {
    let name = RoomName::new("hub_core", Some(MunicipalityCode::parse(city)?));
    let room = hub.house.rooms.existing(&name)?.ok_or("no room")?;
    let message = (
        (outbox::id.eq(1_001), outbox::peer.eq("hub-edge.national"), outbox::kind.eq("deliveries"), outbox::subject.eq(vec![1_u8])),
        (outbox::request_key.eq(vec![0xa1_u8; 16]), outbox::payload.eq(vec![0_u8]), outbox::state.eq("dead"), outbox::attempts.eq(3)),
        (outbox::last_error.eq("422 asked"), outbox::enqueued_at.eq(0)),
    );
    let put = move |tx: &mut Tx| Ok::<_, StoreError>(diesel::insert_into(outbox::table).values(message).execute(tx).map(drop)?);
    Ok(room.write(put).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_chosen_is_that_of_its_room_and_no_other_of_its_key() {
    both(|hub| async move {
        for city in ["991015", "992020"] {
            hub.template(city, 1).await?;
            put_dead_letter(&hub, city).await?;
        }
        let nation = work::open_room(&hub.house, hub_core::MIGRATIONS).await?;
        let pages = hub.running.pages.ok_or("no pages")?;
        let mut officer = Staff::of(&hub.house, &nation).officer(&hub.ring, pages, "s1001", "linkage_officer").await?;
        let [one, other] = ["991015", "992020"].map(|city| format!("hub_core_{city}/{}", "a1".repeat(16)));
        let listed = officer.get("/messages?part=dead").await?;
        assert!(listed.html.contains(&one) && listed.html.contains(&other), "{}", listed.html);
        let dropped = officer.post("/messages/drop", &[("row", &one), ("reason", "sent by letter")]).await?;
        assert!(dropped.words().contains("1件を破棄しました"), "{}", dropped.words());
        let left = officer.get("/messages?part=dead").await?;
        assert!(!left.html.contains(&one) && left.html.contains(&other), "{}", left.html);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
