//! Replicas (副本, R-RLY-4): as the registry signed them, the newest one, and none that was seen before.

use http::StatusCode;
use jiff::SignedDuration;
use protocol::Signed;
use protocol::messages::Accepted;
use protocol::messages::inquiries::{InquiryState, Replica};
use protocol::messages::relay::{WITHDRAWALS, Withdrawals};
use protocol::signed::Head;

use crate::support::{both, key, refused, replica, unified, words};

const NOW: SignedDuration = SignedDuration::ZERO;

#[tokio::test]
async fn c_iii_6_r7_rel_2_each_bad_row_says_why_and_the_good_ones_are_stored() {
    both(|world| async move {
        let (here, clock) = (&world.here, &world.clock);
        here.tell(&[1, 2, 3]).await?;
        let good = here.signed(clock, &replica("1"), NOW);
        let mut altered = here.signed(clock, &replica("2"), NOW).into_bytes();
        let last = altered.len() - 1;
        altered[last] ^= 1;
        let long_ago = here.signed(clock, &replica("2"), SignedDuration::from_hours(25));
        let other = Replica { information: "lung_screening".to_owned(), ..replica("2") };
        let head = |receiver: &vocabulary::Party| {
            let (sender, receiver, issued) = (here.registry.clone(), receiver.clone(), vocabulary::Clock::now(clock.as_ref()));
            Head { sender, receiver, number: key(), issued, expires: issued + SignedDuration::from_hours(24) }
        };
        let for_there = Signed::seal(&head(&world.there.relay), &replica("2"), &here.signer)?;
        let by_there = Signed::seal(&head(&here.relay), &replica("2"), &world.there.signer)?;
        let rows = [
            (1, good.clone()),
            (2, Signed::from_bytes(altered)),
            (2, long_ago),
            (2, for_there),
            (2, by_there),
            (2, here.signed(clock, &other, NOW)),
            (99, here.signed(clock, &replica("2"), NOW)),
            (3, here.signed(clock, &replica("3"), NOW)),
        ];
        let answer = here.store(key(), &rows).await?;
        let expected =
            ["stored", "2 signature", "3 expired", "4 other-receiver", "5 signature", "6 other-than-signed", "7 unknown", "stored"];
        assert_eq!(words(&answer), expected);
        assert_eq!(answer.rows[0].digest, Some(good.digest()), "the digest of the registry's bytes");
        assert_eq!(world.counts().await?["replicas"], 2);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_a_replica_sent_again_brings_nothing_back_not_even_after_a_restart() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        let open = world.there.signed(&world.clock, &replica("1"), SignedDuration::from_mins(5));
        let never_sent = world.there.signed(&world.clock, &replica("1"), SignedDuration::from_mins(4));
        let once = key();
        let first = world.there.store(once, &[(1, open.clone())]).await?;
        assert_eq!(words(&first), ["stored"]);
        let guarded = world.there.signed(&world.clock, &Replica { not_disclosed: true, ..replica("1") }, NOW);
        assert_eq!(words(&world.there.store(key(), &[(1, guarded)]).await?), ["stored"]);
        assert_eq!(world.there.store(once, &[(1, open.clone())]).await?, first, "the same request has its answer, and no second effect");
        for _ in 0..2 {
            assert_eq!(words(&world.there.store(key(), &[(1, open.clone())]).await?), ["1 replayed"]);
            world.there.restart().await?;
        }
        assert_eq!(words(&world.there.store(key(), &[(1, never_sent)]).await?), ["1 older"]);
        let refusal = world.there.store(once, &[(2, open)]).await;
        assert_eq!(refused(refusal, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        // and the flag still stands
        let (id, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.reason.as_deref(), Some("notDisclosed"));
        let answer = world.sent(&given).await?;
        world.deliver(key(), &answer).await?;
        let status = world.stands(id, InquiryState::Refused).await?;
        assert_eq!((status.reason.as_deref(), status.answer), (Some("notDisclosed"), None));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_4_what_is_withdrawn_is_provided_no_longer_until_it_is_stored_anew() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.person(2, [12, 22]).await?;
        world.provided(1, &replica("1")).await?;
        world.provided(2, &replica("2")).await?;
        let once = key();
        let message = Withdrawals { unified_numbers: vec![unified(1)] };
        let gone: Accepted = world.there.from_atena.post(&world.there.relay, WITHDRAWALS, once, &message).await?;
        assert_eq!(gone.accepted, 1);
        let many = Withdrawals { unified_numbers: vec![unified(1); wire::MOST_ROWS + 1] };
        let refusal = world.there.from_atena.post::<_, Accepted>(&world.there.relay, WITHDRAWALS, key(), &many).await;
        assert_eq!(refused(refusal, StatusCode::UNPROCESSABLE_ENTITY), "too-many-rows");
        let (_, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.reason.as_deref(), Some("noReplica"));
        let (_, given) = world.permitted(2).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.state, "accepted", "nobody else's went");
        world.provided(1, &replica("3")).await?;
        let again: Accepted = world.there.from_atena.post(&world.there.relay, WITHDRAWALS, once, &message).await?;
        assert_eq!(again, gone, "the same withdrawal again takes nothing that was stored since");
        // a dead letter that an operator runs again after the answers of that time are forgotten
        world.advance(jiff::SignedDuration::from_hours(8 * 24));
        let room = work::open_room(&world.there.house, relay::MIGRATIONS).await?;
        wire::keep_room(&room, &world.there.house.clock).await;
        let late: Accepted = world.there.from_atena.post(&world.there.relay, WITHDRAWALS, once, &message).await?;
        assert_eq!(late, gone);
        let (_, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.state, "accepted");
        world.stop().await;
        Ok(())
    })
    .await;
}
