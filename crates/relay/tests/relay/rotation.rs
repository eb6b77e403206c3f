//! A party's key changes while something waits that was signed with it, or sealed to it: nothing is lost.

use std::sync::Arc;

use jiff::SignedDuration;
use protocol::messages::inquiries::InquiryState;
use seal::hpke::Suite;

use crate::support::{both, key, replica, words};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn r_rly_2_a_replica_that_was_signed_before_the_registry_changed_its_key_is_stored_and_one_after_is_not() {
    both(|mut world| async move {
        world.here.tell(&[1, 2]).await?;
        let waiting = world.here.signed(&world.clock, &replica("1"), SignedDuration::ZERO);
        world.advance(HOUR);
        let known = world.here.signed(&world.clock, &replica("1"), SignedDuration::ZERO);
        assert_eq!(words(&world.here.store(key(), &[(1, known)]).await?), ["stored"]);
        // Another process of the registry changes the key, of which this relay has the former from a moment ago.
        let registry = world.ring.house(&world.here.registry.to_string())?.bare_room().await?;
        let renewed = Arc::new(registry.vault().rotate_signer(wire::RING).await?);
        let former = std::mem::replace(&mut world.here.signer, renewed);
        world.advance(SignedDuration::from_secs(1));
        let new = world.here.signed(&world.clock, &replica("2"), SignedDuration::ZERO);
        assert_eq!(words(&world.here.store(key(), &[(1, new), (2, waiting)]).await?), ["stored", "stored"]);
        // Whoever holds the former key signs nothing with it that is said to be of now.
        world.advance(HOUR);
        world.here.signer = former;
        let late = world.here.signed(&world.clock, &replica("3"), SignedDuration::ZERO);
        assert_eq!(words(&world.here.store(key(), &[(1, late)]).await?), ["1 signature"]);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r4_rel_1_a_permit_and_an_answer_outlast_the_keys_of_all_three() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        let envelope = world.provided(1, &replica("3")).await?;
        let (first, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.state, "accepted");
        world.deliver(key(), &world.sent(&given).await?).await?;
        world.stands(first, InquiryState::Fetched).await?;
        let (second, given) = world.permitted(1).await?;
        // The network system's key changes while its permit waits; the provider has the former from a moment ago.
        let network = world.ring.house("network.national")?.bare_room().await?;
        world.network.signer = Arc::new(network.vault().rotate_signer(wire::RING).await?);
        // Within a second of it, it would show what it read before.
        world.advance(SignedDuration::from_secs(1));
        let permit = world.network.sign(&given.permit, &world.there.relay);
        assert_eq!(world.bring(key(), &permit).await?.state, "accepted");
        let waiting = world.sent(&given).await?;
        // The provider's and the asker's change while the answer waits.
        world.there.room().await?.vault().rotate_signer(wire::RING).await?;
        world.here.room().await?.vault().rotate_receiver(wire::RING, Suite::XWing).await?;
        world.here.restart().await?;
        // Long enough that all keys are fetched anew, and not so long that the network system here, which goes on with its former, is refused.
        world.advance(SignedDuration::from_mins(20));
        world.deliver(key(), &waiting).await?;
        let status = world.stands(second, InquiryState::Fetched).await?;
        assert_eq!(status.answer.as_ref().unwrap().as_slice(), envelope.as_bytes());
        // What is asked from now on is sealed to the new key.
        let (third, given) = world.permitted(1).await?;
        let newest = world.here.room().await?.vault().receiver(wire::RING).await?;
        assert_eq!(given.permit.receiving_key, *newest.public());
        let permit = world.network.sign(&given.permit, &world.there.relay);
        assert_eq!(world.bring(key(), &permit).await?.state, "accepted");
        world.deliver(key(), &world.sent(&given).await?).await?;
        world.stands(third, InquiryState::Fetched).await?;
        world.stop().await;
        Ok(())
    })
    .await;
}
