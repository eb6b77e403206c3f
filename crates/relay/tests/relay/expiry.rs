//! What is past its time (R-RLY-2, R-RLY-7).

use jiff::SignedDuration;
use protocol::messages::inquiries::InquiryState;

use crate::support::{both, key, replica};

#[tokio::test]
async fn c_iii_6_r4_rel_3_an_answer_is_there_until_its_time_is_over_and_then_gone() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (id, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        let sent = world.sent(&given).await?;
        world.deliver(key(), &sent).await?;
        assert_eq!(world.status(id).await?.state, InquiryState::Answered);
        world.advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
        world.here.restart().await?;
        assert!(world.stands(id, InquiryState::Fetched).await?.answer.is_some(), "a second before");
        world.advance(SignedDuration::from_secs(2));
        world.here.restart().await?;
        assert!(world.stands(id, InquiryState::Erased).await?.answer.is_none());
        world.clock.advance(-SignedDuration::from_hours(48));
        world.here.restart().await?;
        let status = world.status(id).await?;
        assert_eq!((status.state, status.answer), (InquiryState::Erased, None), "a clock that goes back brings nothing back");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_2_an_inquiry_that_nobody_answered_ends_and_an_answer_after_that_is_refused() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (id, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        let sent = world.sent(&given).await?;
        world.advance(SignedDuration::from_hours(14 * 24) + SignedDuration::from_secs(1));
        world.here.restart().await?;
        assert_eq!(world.stands(id, InquiryState::Expired).await?.reason.as_deref(), Some("nobody answered in time"));
        assert!(world.deliver(key(), &sent).await.is_err());
        assert_eq!(world.status(id).await?.state, InquiryState::Expired);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_look_for_what_is_past_its_time_that_finds_nothing_leaves_no_entry() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        world.permitted(1).await?;
        let before = world.here.entries("relay:permits.ask").await?;
        assert!(before > 0, "the permit that was asked for stands there");
        for _ in 0..3 {
            world.here.restart().await?;
        }
        assert_eq!(world.here.entries("relay:permits.ask").await?, before);
        world.stop().await;
        Ok(())
    })
    .await;
}
