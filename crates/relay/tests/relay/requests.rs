//! Inquiries on their way out: no permit, no inquiry (C-III-6-R1-REL-1).

use http::StatusCode;
use jiff::SignedDuration;
use protocol::Signed;
use protocol::messages::inquiries::InquiryState;
use wire::Problem;
use wire::faults::{Fault, FaultRule};

use crate::neighbours::Twist;
use crate::support::{both, key, refused, replica, until};

#[tokio::test]
async fn c_iii_6_r1_rel_2_what_the_permission_list_does_not_hold_is_asked_of_nobody() {
    both(|world| async move {
        world.network.seen().rows.clear();
        world.person(1, [11, 21]).await?;
        let id = world.ask(1).await?;
        let status = world.stands(id, InquiryState::Refused).await?;
        assert!(status.reason.unwrap().contains("permission list"));
        assert_eq!(world.network.seen().asked, 0);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r1_rel_1_a_refusal_of_the_network_system_ends_one_inquiry_and_holds_up_no_other() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.network.faults.add(FaultRule::once("/network/v1/permit-requests", Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        world.network.seen().refuse = Some(Problem::forbidden("not allowed, says the network system"));
        let one = world.ask(1).await?;
        let status = world.stands(one, InquiryState::Refused).await?;
        assert_eq!(status.reason.as_deref(), Some("not allowed, says the network system"), "and not because it was busy once");
        let other = world.ask(1).await?;
        world.stands(other, InquiryState::Sent).await?;
        assert_eq!(world.network.seen().given.len(), 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r1_rel_1_a_permit_for_another_inquiry_or_another_key_is_none() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        for twist in [Twist::ReceivingKey, Twist::Inquiry] {
            world.network.seen().twist = Some(twist);
            let id = world.ask(1).await?;
            let status = world.stands(id, InquiryState::Refused).await?;
            assert!(status.reason.unwrap().contains("permit"));
        }
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r5_rel_1_a_list_that_changed_is_fetched_and_the_inquiry_asked_again_by_it() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        let first = world.ask(1).await?;
        world.stands(first, InquiryState::Sent).await?;
        world.network.seen().version = 202605;
        let second = world.ask(1).await?;
        world.stands(second, InquiryState::Sent).await?;
        assert_eq!(world.network.seen().given.last().unwrap().permit.list_version, 202605);
        // an older list is not believed, and without one that holds nothing is asked
        world.network.seen().version = 202604;
        world.advance(SignedDuration::from_hours(25));
        let third = world.ask(1).await?;
        world.here.restart().await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(world.status(third).await?.state, InquiryState::Asked);
        world.network.seen().version = 202605;
        world.here.restart().await?;
        world.stands(third, InquiryState::Sent).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_an_inquiry_is_what_the_registry_signed_once_and_for_this_relay() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        let (once, request) = (key(), world.inquiry(1));
        let id = world.send(once, &request).await?;
        assert_eq!(world.send(once, &request).await?, id, "the same request is one inquiry");
        assert_eq!(refused(world.send(once, &world.inquiry(1)).await, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        assert_eq!(refused(world.send(key(), &request).await, StatusCode::CONFLICT), "replayed");
        world.here.restart().await?;
        assert_eq!(refused(world.send(key(), &request).await, StatusCode::CONFLICT), "replayed");
        let mut beside = world.inquiry(1);
        beside.procedure = "another".to_owned();
        refused(world.send(key(), &beside).await, StatusCode::FORBIDDEN);
        let mut tampered = world.inquiry(1);
        let mut bytes = tampered.envelope.into_bytes();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        tampered.envelope = Signed::from_bytes(bytes);
        refused(world.send(key(), &tampered).await, StatusCode::UNPROCESSABLE_ENTITY);
        let late = world.inquiry(1);
        world.advance(SignedDuration::from_mins(32));
        let once = world.here.from_atena.once_within(std::time::Duration::from_secs(60));
        let late = once.post::<_, protocol::messages::relay::InquiryReceipt>(
            &world.here.relay,
            protocol::messages::relay::INQUIRIES,
            key(),
            &late,
        );
        assert_eq!(refused(late.await, StatusCode::TOO_EARLY), "expired");
        refused(world.send(key(), &world.inquiry(77)).await, StatusCode::NOT_FOUND);
        assert_eq!(world.counts().await?["inquiries"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_a_permit_whose_answer_was_lost_is_the_same_permit_after_a_restart() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.network.faults.add(FaultRule::every("/network/v1/permit-requests", 1, Fault::DropAnswer));
        let id = world.ask(1).await?;
        until("the network system gave a permit", || !world.network.seen().given.is_empty()).await?;
        world.here.restart().await?;
        assert_eq!(world.status(id).await?.state, InquiryState::Asked);
        world.network.faults.clear();
        world.here.restart().await?;
        world.stands(id, InquiryState::Sent).await?;
        assert_eq!(world.network.seen().given.len(), 1, "asked again under its one processing number");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_1_an_inquiry_waits_for_the_code_of_its_person() {
    both(|world| async move {
        world.here.tell(&[1]).await?;
        let id = world.ask(1).await?;
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(world.status(id).await?.state, InquiryState::Asked);
        world.person(1, [11, 21]).await?;
        world.stands(id, InquiryState::Sent).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}
