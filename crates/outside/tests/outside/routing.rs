//! Permits on their way to providers, sealed answers on their way to askers.

use http::StatusCode;
use line::WireError;
use protocol::Signed;
use protocol::messages::Outcome;
use protocol::messages::network::{ANSWERS, AnswerDelivery};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::neighbours::Organisation;
use crate::support::{World, both, key, refused, until};

const NETWORK: &str = "network.national";

async fn permitted(world: &World) -> Result<Id128, Failed> {
    let request = world.request(world.code("991015", 1).await?).await?;
    world.permit(&world.here, key(), world.signed(&world.here, &request)).await?;
    Ok(request.processing_number)
}

async fn answer(by: &Organisation, key: Id128, processing_number: Id128, bytes: &[u8]) -> Result<Outcome, WireError> {
    let delivery = AnswerDelivery { processing_number, answer: Signed::from_bytes(bytes.to_vec()) };
    by.client.post(&NETWORK.parse().unwrap(), ANSWERS, key, &delivery).await
}

#[tokio::test]
async fn r_out_an_answer_is_passed_on_unread_once_and_only_from_the_provider_of_its_permit() {
    both(|world| async move {
        let number = permitted(&world).await?;
        until("the permit came to the provider", || world.there.got().permits.len() == 1).await?;
        refused(answer(&world.here, key(), number, b"the asker's own").await, StatusCode::NOT_FOUND);
        refused(answer(&world.there, key(), key(), b"for nobody").await, StatusCode::NOT_FOUND);
        let once = key();
        for key in [once, once, key()] {
            assert_eq!(answer(&world.there, key, number, b"sealed").await?.state, "accepted", "the same again is the same");
        }
        refused(answer(&world.there, key(), number, b"another").await, StatusCode::FORBIDDEN);
        until("the asker has it", || !world.here.got().answers.is_empty()).await?;
        let passed: Vec<_> =
            world.here.got().answers.iter().map(|sent| (sent.processing_number, sent.answer.as_bytes().to_vec())).collect();
        assert_eq!(passed, [(number, b"sealed".to_vec())]);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_permits_and_answers_on_their_way_at_a_stop_arrive_after_the_start() {
    both(|mut world| async move {
        world.there.faults.add(FaultRule::every("/relay/v1/permits", 1, Fault::DropRequest));
        world.here.faults.add(FaultRule::every("/relay/v1/answers", 1, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        let number = permitted(&world).await?;
        answer(&world.there, key(), number, b"sealed").await?;
        world.restart(NETWORK).await?;
        assert!(world.here.got().answers.is_empty());
        world.here.faults.clear();
        world.restart(NETWORK).await?;
        until("the answer came", || world.here.got().answers.len() == 1).await?;
        let other = permitted(&world).await?;
        world.there.faults.clear();
        world.restart(NETWORK).await?;
        until("the permit came", || world.there.got().permits.len() == 1).await?;
        let copy = world.there.got().permits[0].clone();
        let opened = world.opened(&world.there, &copy).await?;
        assert_eq!(opened.processing_number, other, "what was answered already needs no permit any more");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_out_what_a_side_will_not_take_is_sent_once_holds_up_no_other_and_is_told_to_the_asker() {
    both(|world| async move {
        world.there.faults.add(FaultRule::once("/relay/v1/permits", Fault::Refuse(StatusCode::FORBIDDEN)));
        world.here.faults.add(FaultRule::once("/relay/v1/answers", Fault::Refuse(StatusCode::CONFLICT)));
        // what is asked for later is sent later
        let later = || world.advance(jiff::SignedDuration::from_secs(1));
        let lost = permitted(&world).await?;
        later();
        let next = permitted(&world).await?;
        later();
        until("the next permit came", || world.there.got().permits.len() == 1).await?;
        let copy = world.there.got().permits[0].clone();
        assert_eq!(world.opened(&world.there, &copy).await?.processing_number, next);
        answer(&world.there, key(), next, b"refused by the asker").await?;
        let third = permitted(&world).await?;
        until("the third permit came", || world.there.got().permits.len() == 2).await?;
        answer(&world.there, key(), third, b"sealed").await?;
        until("the third's answer came", || world.here.got().answers.len() == 1).await?;
        assert_eq!(world.here.got().answers[0].processing_number, third);
        let permits: Vec<_> = world.there.got().permits.clone();
        for permit in &permits {
            assert_ne!(world.opened(&world.there, permit).await?.processing_number, lost);
        }
        until("the asker hears of both", || world.here.got().refusals.len() == 2).await?;
        let told = |number| world.here.got().refusals.iter().find(|refusal| refusal.processing_number == number).cloned();
        let reasons = [lost, next].map(|number| told(number).map(|refusal| refusal.reason).unwrap_or_default());
        assert!(reasons[0].starts_with("the provider does not take the permit: 403 "), "{reasons:?}");
        assert!(reasons[1].starts_with("the answer was not taken: 409 "), "{reasons:?}");
        assert!(world.there.got().refusals.is_empty());
        world.stop().await;
        Ok(())
    })
    .await;
}
