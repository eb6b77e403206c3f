//! Permits on their way to providers, sealed answers on their way to askers.

use http::StatusCode;
use line::WireError;
use protocol::Signed;
use protocol::messages::Outcome;
use protocol::messages::inquiries::{PermitRequest, ProvidedAnswer};
use protocol::messages::network::{ANSWERS, AnswerDelivery};
use protocol::signed::Head;
use vocabulary::{Clock as _, Entropy as _, Id128, SystemEntropy};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::neighbours::Organisation;
use crate::support::{World, both, key, refused, until};

const NETWORK: &str = "network.national";

/// Processing number and name.
async fn permitted(world: &World) -> Result<(Id128, Id128), Failed> {
    let request = world.request(world.code("991015", 1).await?).await?;
    let given = world.permit(&world.here, key(), world.signed(&world.here, &request)).await?;
    Ok((request.processing_number, world.opened(&world.here, &given.permit).await?.permit))
}

/// Signed anew, as at each try.
async fn answer(
    (world, by): (&World, &Organisation),
    key: Id128,
    (processing_number, permit): (Id128, Id128),
    reason: &str,
) -> Result<Outcome, WireError> {
    let issued = world.clock.now();
    let (sender, receiver) = (by.party.clone(), world.here.party.clone());
    let head = Head { sender, receiver, number: SystemEntropy.id128(), issued, expires: issued + jiff::SignedDuration::from_hours(1) };
    let body = ProvidedAnswer { permit, sealed: None, reason: Some(reason.to_owned()) };
    let delivery = AnswerDelivery { processing_number, answer: Signed::seal(&head, &body, &by.signer).unwrap() };
    by.client.post(&NETWORK.parse().unwrap(), ANSWERS, key, &delivery).await
}

#[tokio::test]
async fn r_out_an_answer_is_passed_on_unread_once_and_only_from_the_provider_of_its_permit() {
    both(|world| async move {
        let (number, permit) = permitted(&world).await?;
        until("the permit came to the provider", || world.there.got().permits.len() == 1).await?;
        refused(answer((&world, &world.here), key(), (number, permit), "the asker's own").await, StatusCode::NOT_FOUND);
        refused(answer((&world, &world.there), key(), (key(), permit), "for nobody").await, StatusCode::NOT_FOUND);
        refused(answer((&world, &world.there), key(), (number, key()), "under another permit").await, StatusCode::FORBIDDEN);
        for _ in 0..3 {
            let same = answer((&world, &world.there), key(), (number, permit), "noReplica").await?;
            assert_eq!(same.state, "accepted", "the same again, signed anew, is the same");
        }
        refused(answer((&world, &world.there), key(), (number, permit), "another").await, StatusCode::FORBIDDEN);
        until("the asker has it", || !world.here.got().answers.is_empty()).await?;
        let passed: Vec<_> = world.here.got().answers.iter().map(|sent| sent.processing_number).collect();
        assert_eq!(passed, [number]);
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
        answer((&world, &world.there), key(), number, "noReplica").await?;
        world.restart(NETWORK).await?;
        assert!(world.here.got().answers.is_empty());
        world.here.faults.clear();
        world.restart(NETWORK).await?;
        until("the answer came", || world.here.got().answers.len() == 1).await?;
        let (other, _) = permitted(&world).await?;
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
        let (lost, _) = permitted(&world).await?;
        later();
        let (next, permit) = permitted(&world).await?;
        later();
        until("the next permit came", || world.there.got().permits.len() == 1).await?;
        let copy = world.there.got().permits[0].clone();
        assert_eq!(world.opened(&world.there, &copy).await?.processing_number, next);
        answer((&world, &world.there), key(), (next, permit), "refused by the asker").await?;
        let (third, permit) = permitted(&world).await?;
        until("the third permit came", || world.there.got().permits.len() == 2).await?;
        answer((&world, &world.there), key(), (third, permit), "noReplica").await?;
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

#[tokio::test]
async fn t_01_an_asker_that_has_another_key_since_once_and_twice_gets_a_successor_of_its_permit_and_answers_to_the_former_are_nobodys() {
    both(|world| async move {
        let request = world.request(world.code("991015", 1).await?).await?;
        let number = request.processing_number;
        let first = world.permit(&world.here, key(), world.signed(&world.here, &request)).await?;
        let first = world.opened(&world.here, &first.permit).await?;
        until("the permit came to the provider", || world.there.got().permits.len() == 1).await?;
        let renewed = PermitRequest { receiving_key: world.there.receiver.public().clone(), ..request };
        let second = world.permit(&world.here, key(), world.signed(&world.here, &renewed)).await?;
        let second = world.opened(&world.here, &second.permit).await?;
        assert_ne!(first.permit, second.permit);
        assert_eq!((second.processing_number, &second.receiving_key), (number, &renewed.receiving_key));
        until("the successor came to the provider", || world.there.got().permits.len() == 2).await?;
        let copy = world.there.got().permits[1].clone();
        assert_eq!(world.opened(&world.there, &copy).await?.permit, second.permit);
        // What the provider decided under the former is taken, and nobody waits for it: the successor is answered by itself.
        assert_eq!(answer((&world, &world.there), key(), (number, first.permit), "noReplica").await?.state, "superseded");
        refused(answer((&world, &world.there), key(), (number, key()), "noReplica").await, StatusCode::FORBIDDEN);
        // And another once more: what was decided under either is nobody's.
        let again = PermitRequest { receiving_key: world.core.receiver.public().clone(), ..renewed };
        let third = world.permit(&world.here, key(), world.signed(&world.here, &again)).await?;
        let third = world.opened(&world.here, &third.permit).await?;
        until("its successor came to the provider", || world.there.got().permits.len() == 3).await?;
        for former in [first.permit, second.permit] {
            assert_eq!(answer((&world, &world.there), key(), (number, former), "noReplica").await?.state, "superseded");
        }
        answer((&world, &world.there), key(), (number, third.permit), "noReplica").await?;
        until("the asker has it", || world.here.got().answers.len() == 1).await?;
        assert_eq!(world.counts("network").await?["permits"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}
