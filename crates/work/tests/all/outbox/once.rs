//! One effect, in order, whatever is lost or killed.

use store::testing::both;
use wire::faults::{Fault, FaultRule, Faults};
use wire::testing::until;

use super::support::{PATH, World};

const RELAY: &str = "relay.991015";

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_subject_go_in_order_and_have_one_effect_each_through_a_line_that_fails() {
    both(|rooms| async move {
        let faults = Faults::none();
        let mut world = World::new(rooms, &[RELAY], &faults).await?;
        faults.add(FaultRule::every(PATH, 3, Fault::DropAnswer));
        faults.add(FaultRule::every(PATH, 4, Fault::Duplicate));
        faults.add(FaultRule::every(PATH, 5, Fault::Refuse(http::StatusCode::SERVICE_UNAVAILABLE)));
        world.start().await?;
        let notes: Vec<(String, String)> = (0..40).map(|place| (format!("p{}", place % 4), format!("{place:02}"))).collect();
        let messages: Vec<(&str, &str, &str)> = notes.iter().map(|(subject, note)| (RELAY, subject.as_str(), note.as_str())).collect();
        world.tell::<1>(&messages).await?;
        world.settled().await?;
        let effects = world.receiver(RELAY).effects().await?;
        assert_eq!(effects.len(), 40, "{effects:?}");
        for subject in 0..4 {
            let of_subject: Vec<usize> = effects.iter().filter_map(|note| note.parse().ok()).filter(|place| place % 4 == subject).collect();
            assert!(of_subject.is_sorted() && of_subject.len() == 10, "{of_subject:?}");
        }
        assert_eq!(world.told().await?.len(), 40);
        Ok::<_, wire::testing::Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_between_sending_and_settling_leaves_one_effect_though_more_was_enqueued_since() {
    both(|rooms| async move {
        let faults = Faults::none();
        let mut world = World::new(rooms, &[RELAY], &faults).await?;
        faults.add(FaultRule::every(PATH, 1, Fault::DropAnswer));
        world.tell::<100>(&[(RELAY, "a", "1"), (RELAY, "b", "2"), (RELAY, "a", "3")]).await?;
        world.start().await?;
        let receiver = world.receiver(RELAY);
        until("it came once", || !receiver.requests().is_empty()).await?;
        world.kill().await;
        faults.clear();
        world.tell::<100>(&[(RELAY, "a", "4"), (RELAY, "c", "5")]).await?;
        assert!(world.told().await?.is_empty(), "nothing was settled");
        world.start().await?;
        world.settled().await?;
        let effects = receiver.effects().await?;
        let of_a: Vec<&String> = effects.iter().filter(|note| ["1", "3", "4"].contains(&note.as_str())).collect();
        assert_eq!((effects.len(), of_a), (5, vec![&"1".to_owned(), &"3".to_owned(), &"4".to_owned()]), "{effects:?}");
        assert_eq!(world.told().await?, ["1", "2", "3", "4", "5"]);
        let (first, rest) = receiver.requests().split_first().map(|(first, rest)| (first.clone(), rest.to_vec())).ok_or("none")?;
        let again = rest.iter().filter(|(key, notes)| (key, notes) == (&first.0, &first.1)).count();
        assert!(again >= 1, "sent again as it was: {rest:?}");
        Ok::<_, wire::testing::Failed>(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_stand_in_the_record_of_use_before_a_message_leaves_and_what_it_says_lies_sealed() {
    const MARKER: &str = "the-marker-of-this-test";
    both(|rooms| async move {
        let mut world = World::new(rooms, &[RELAY], &Faults::none()).await?;
        let receiver = world.receiver(RELAY);
        receiver.held.send_replace(true);
        world.tell::<1>(&[(RELAY, "person-1", MARKER)]).await?;
        let stored: Vec<Vec<u8>> = world
            .room
            .raw()
            .read(|tx| {
                use diesel::prelude::*;
                diesel::table! { outbox (id) { id -> BigInt, payload -> Binary, subject -> Binary, } }
                let rows: Vec<(Vec<u8>, Vec<u8>)> = outbox::table.select((outbox::payload, outbox::subject)).load(tx)?;
                Ok::<_, store::StoreError>(rows.into_iter().flat_map(|(payload, subject)| [payload, subject]).collect())
            })
            .await?;
        let has = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(stored.len() == 2 && stored.iter().all(|bytes| !has(bytes, MARKER) && !has(bytes, "person-1")));
        if let store::Data::Folder(folder) = world.sender.rooms.data() {
            for file in std::fs::read_dir(folder.join("network"))? {
                let bytes = std::fs::read(file?.path())?;
                assert!(!has(&bytes, MARKER) && !has(&bytes, "person-1"));
            }
        }
        world.start().await?;
        until("it is under way", || !receiver.requests().is_empty()).await?;
        let caller = world.sender.caller(vocabulary::Purpose::Audit);
        let found = ledger::find(&world.room, &caller, ledger::About::Person("person-1"), 0..i64::MAX, 10).await?;
        let acts: Vec<String> = found.iter().map(|found| found.entry().map(|entry| entry.action.to_owned())).collect::<Result<_, _>>()?;
        assert!(acts.contains(&"network:notes.send".to_owned()), "{acts:?}");
        receiver.held.send_replace(false);
        world.settled().await?;
        Ok::<_, wire::testing::Failed>(())
    })
    .await;
}
