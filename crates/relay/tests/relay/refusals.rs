//! A permit that was not taken ends the inquiry with the reason (D1).

use http::StatusCode;
use line::WireError;
use protocol::messages::Outcome;
use protocol::messages::inquiries::InquiryState;
use protocol::messages::relay::{PERMIT_REFUSALS, PermitRefusal};
use vocabulary::Id128;

use crate::support::{World, both, key, refused, replica};

async fn refuse(world: &World, key: Id128, processing_number: Id128, reason: &str) -> Result<Outcome, WireError> {
    let refusal = PermitRefusal { processing_number, reason: reason.to_owned() };
    world.network.client.post(&world.here.relay, PERMIT_REFUSALS, key, &refusal).await
}

#[tokio::test]
async fn d1_a_refused_permit_ends_the_inquiry_with_the_reason_and_no_other() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        let (id, given) = world.permitted(1).await?;
        let (other, _) = world.permitted(1).await?;
        let reason = "the provider does not take the permit: 403 forbidden";
        let (once, number) = (key(), given.permit.processing_number);
        for key in [once, once, key()] {
            assert_eq!(refuse(&world, key, number, reason).await?.state, "accepted", "told again, it is the same");
        }
        let status = world.status(id).await?;
        assert_eq!((status.state, status.reason.as_deref()), (InquiryState::Refused, Some(reason)));
        assert_eq!(world.status(other).await?.state, InquiryState::Sent);
        refused(refuse(&world, key(), key(), reason).await, StatusCode::NOT_FOUND);
        world.here.restart().await?;
        let status = world.status(id).await?;
        assert_eq!((status.state, status.reason.as_deref()), (InquiryState::Refused, Some(reason)));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn d1_an_answer_that_came_is_not_undone_by_a_refusal_and_none_is_taken_after_one() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (answered, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        world.deliver(key(), &world.sent(&given).await?).await?;
        refuse(&world, key(), given.permit.processing_number, "too late").await?;
        assert!(world.stands(answered, InquiryState::Fetched).await?.answer.is_some());

        let (ended, given) = world.permitted(1).await?;
        refuse(&world, key(), given.permit.processing_number, "the provider does not take the permit: 403 forbidden").await?;
        world.bring(key(), &given.for_provider).await?;
        refused(world.deliver(key(), &world.sent(&given).await?).await, StatusCode::FORBIDDEN);
        assert_eq!(world.status(ended).await?.state, InquiryState::Refused);
        world.stop().await;
        Ok(())
    })
    .await;
}
