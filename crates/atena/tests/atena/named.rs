//! Who was seen: whoever was numbered, whose replica passed, who was inquired about, is found by the unified number.

use ledger::testing::{acts_on, erase_names};
use protocol::messages::inquiries::InquiryState;

use crate::forwarding::{replica, send};
use crate::inquiries::{ask, read, request};
use crate::support::{both, key, until};

#[tokio::test]
async fn whoever_was_numbered_forwarded_and_inquired_about_finds_it_until_the_names_are_erased() {
    both(|city| async move {
        let unified = city.number(&[("1001", 1), ("1002", 2)]).await?;
        until("the relay knows both", || city.relay.seen().told.len() == 2).await?;
        send(&city, key(), &[replica("1001", "health", b"first's signed bytes")]).await?;
        let id = ask(&city, key(), &request("1001")).await?;
        assert_eq!(read(&city, id).await?.state, InquiryState::Asked);
        let room = work::open_room(&city.house, atena::MIGRATIONS).await?;
        let has = |acts: &[String], act: &str| acts.iter().any(|found| found == &format!("atena:{act}"));
        let first = acts_on(&room, &unified[0]).await?;
        for act in ["persons.number", "others.tell", "replicas.forward", "inquiries.forward"] {
            assert!(has(&first, act), "{act}: {first:?}");
        }
        let second = acts_on(&room, &unified[1]).await?;
        assert!(has(&second, "persons.number") && has(&second, "others.tell"), "{second:?}");
        assert!(!has(&second, "replicas.forward") && !has(&second, "inquiries.forward"), "{second:?}");
        assert_eq!(acts_on(&room, "1001").await?, Vec::<String>::new(), "the city's own code is no name here");
        erase_names(&room).await?;
        assert_eq!(acts_on(&room, &unified[0]).await?, Vec::<String>::new());
        city.running.stop().await;
        Ok(())
    })
    .await;
}
