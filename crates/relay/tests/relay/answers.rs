//! The sealed answer: nobody between can read it, and the asker takes one (R-RLY-3).

use http::StatusCode;
use protocol::Signed;
use protocol::messages::inquiries::{InquiryState, ProvidedAnswer};
use protocol::messages::relay::AnswerDelivery;
use protocol::signed::Expected;
use wire::faults::{Fault, FaultRule};

use crate::support::{both, key, refused, replica};

#[tokio::test]
async fn c_iii_6_r4_rel_1_only_the_asking_relay_opens_the_answer() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        let envelope = world.provided(1, &replica("3")).await?;
        let (id, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.state, "accepted");
        let sent = world.sent(&given).await?;
        let bytes = sent.answer.as_bytes();
        let found = bytes.windows(40).any(|window| envelope.as_bytes().windows(40).next() == Some(window));
        assert!(!found && bytes.len() > envelope.as_bytes().len(), "the replica is not in what the network system carries");
        // the network system reads who signed for whom, and cannot open what is sealed, whatever it binds it to
        let provider = world.network.client.keys(&world.there.relay).await?.verifying_keys().unwrap();
        let expected = Expected { sender: &world.there.relay, receiver: &world.here.relay, keys: &provider };
        let body: ProvidedAnswer = sent.answer.open_archived(&expected)?.body;
        let sealed = body.sealed.clone().unwrap();
        let info = format!("kenshin {} {} answer", world.there.relay, world.here.relay);
        assert!(world.network.receiver.open(info.as_bytes(), body.permit.to_string().as_bytes(), &sealed).is_err());
        world.deliver(key(), &sent).await?;
        let status = world.stands(id, InquiryState::Fetched).await?;
        assert_eq!(status.answer.as_ref().unwrap().as_slice(), envelope.as_bytes(), "byte for byte as the registry there signed it");
        assert_eq!(status.digest, Some(envelope.digest()));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_an_answer_is_taken_once_for_its_own_inquiry_and_from_its_provider() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (id, given) = world.permitted(1).await?;
        let (other, _) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        let sent = world.sent(&given).await?;
        let elsewhere = |number| AnswerDelivery { processing_number: number, answer: sent.answer.clone() };
        let others_number = world.network.seen().given[1].permit.processing_number;
        refused(world.deliver(key(), &elsewhere(others_number)).await, StatusCode::FORBIDDEN);
        refused(world.deliver(key(), &elsewhere(key())).await, StatusCode::NOT_FOUND);
        let mut bytes = sent.answer.as_bytes().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let tampered = AnswerDelivery { processing_number: sent.processing_number, answer: Signed::from_bytes(bytes) };
        refused(world.deliver(key(), &tampered).await, StatusCode::UNPROCESSABLE_ENTITY);
        let head = protocol::signed::Head {
            sender: world.there.relay.clone(),
            ..world.network.head(&world.here.relay, jiff::SignedDuration::from_mins(10))
        };
        let body = ProvidedAnswer { permit: given.permit.permit, sealed: None, reason: Some("noReplica".to_owned()) };
        let forged =
            AnswerDelivery { processing_number: sent.processing_number, answer: Signed::seal(&head, &body, &world.network.signer)? };
        assert_eq!(refused(world.deliver(key(), &forged).await, StatusCode::UNPROCESSABLE_ENTITY), "signature");

        let once = key();
        let taken = world.deliver(once, &sent).await?;
        assert_eq!(world.deliver(once, &sent).await?, taken);
        assert_eq!(refused(world.deliver(key(), &sent).await, StatusCode::CONFLICT), "replayed");
        world.here.restart().await?;
        assert_eq!(refused(world.deliver(key(), &sent).await, StatusCode::CONFLICT), "replayed");
        assert_eq!(world.status(other).await?.state, InquiryState::Sent, "nothing of it reached the other inquiry");
        world.stands(id, InquiryState::Fetched).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_an_answer_that_the_network_system_did_not_take_is_sent_after_a_restart() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        world.network.faults.add(FaultRule::every("/network/v1/answers", 1, Fault::DropRequest));
        world.bring(key(), &given.for_provider).await?;
        world.there.restart().await?;
        assert!(world.network.seen().answers.is_empty());
        world.network.faults.clear();
        world.there.restart().await?;
        let sent = world.sent(&given).await?;
        world.there.noted("relay:answers.send", "1 answers taken by network.national").await?;
        let permit = given.permit.processing_number.to_string();
        let arrived = world.network.seen().arrived[&permit];
        world.there.restart().await?;
        // the relay looks for what is pending when it starts, before what rings here
        world.person(2, [12, 22]).await?;
        world.provided(2, &replica("1")).await?;
        let (_, other) = world.permitted(2).await?;
        world.bring(key(), &other.for_provider).await?;
        world.sent(&other).await?;
        assert_eq!(world.network.seen().arrived[&permit], arrived, "what was taken is not sent again");
        assert_eq!(world.network.seen().answers.len(), 2, "and what arrived again is one answer");
        assert_eq!(sent.processing_number, given.permit.processing_number);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_an_answer_decided_days_ago_is_believed_whichever_side_was_away() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (id, given) = world.permitted(1).await?;
        world.network.faults.add(FaultRule::every("/network/v1/answers", 1, Fault::DropRequest));
        world.bring(key(), &given.for_provider).await?;
        world.advance(jiff::SignedDuration::from_hours(4 * 24));
        world.there.restart().await?;
        world.network.faults.clear();
        world.there.restart().await?;
        let sent = world.sent(&given).await?;
        // on the line between network system and asker
        world.advance(jiff::SignedDuration::from_hours(4 * 24));
        world.deliver(key(), &sent).await?;
        assert_eq!(world.status(id).await?.state, InquiryState::Answered);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_3_an_answer_that_the_network_system_will_not_take_holds_up_no_other() {
    both(|world| async move {
        for serial in [1, 2] {
            world.person(serial, [10 + serial as u8, 20 + serial as u8]).await?;
            world.provided(serial, &replica("1")).await?;
        }
        world.network.faults.add(FaultRule::once("/network/v1/answers", Fault::Refuse(StatusCode::NOT_FOUND)));
        let (_, lost) = world.permitted(1).await?;
        world.bring(key(), &lost.for_provider).await?;
        // what is asked for later is answered later
        world.advance(jiff::SignedDuration::from_secs(1));
        let (_, given) = world.permitted(2).await?;
        world.bring(key(), &given.for_provider).await?;
        world.sent(&given).await?;
        assert_eq!(world.network.seen().answers.len(), 1);
        world.stop().await;
        Ok(())
    })
    .await;
}
