//! Provision (情報提供): a permit is for one relay, one use and some minutes (R-RLY-3).

use http::StatusCode;
use jiff::SignedDuration;
use protocol::Signed;
use protocol::messages::inquiries::{Permit, Replica};

use crate::support::{HERE, both, key, refused, replica};

#[tokio::test]
async fn t_08_a_permit_is_used_once_by_its_addressee_and_in_its_time() {
    both(|mut world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        let once = key();
        let first = world.bring(once, &given.for_provider).await?;
        assert_eq!(first.state, "accepted");
        assert_eq!(world.bring(once, &given.for_provider).await?, first, "the same request has its answer");
        assert_eq!(refused(world.bring(key(), &given.for_provider).await, StatusCode::CONFLICT), "replayed");
        world.there.restart().await?;
        assert_eq!(refused(world.bring(key(), &given.for_provider).await, StatusCode::CONFLICT), "replayed");

        let for_asker = world.network.sign(&given.permit, &world.here.relay);
        assert_eq!(refused(world.bring(key(), &for_asker).await, StatusCode::UNPROCESSABLE_ENTITY), "other-receiver");
        let mut bytes = world.network.sign(&given.permit, &world.there.relay).into_bytes();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        refused(world.bring(key(), &Signed::from_bytes(bytes)).await, StatusCode::UNPROCESSABLE_ENTITY);
        let mut head = world.network.head(&world.there.relay, SignedDuration::from_mins(10));
        head.sender = world.here.relay.clone();
        let by_another = Signed::seal(&head, &given.permit, &world.here.signer)?;
        assert_eq!(refused(world.bring(key(), &by_another).await, StatusCode::UNPROCESSABLE_ENTITY), "signature");
        let late = world.network.sign(&given.permit, &world.there.relay);
        world.advance(SignedDuration::from_mins(12));
        assert_eq!(refused(world.bring_once(&late).await, StatusCode::TOO_EARLY), "expired");
        world.sent(&given).await?;
        assert_eq!(world.network.seen().answers.len(), 1, "one answer a permit");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r5_rel_1_a_permit_that_our_own_list_does_not_hold_is_not_followed() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        let there = given.permit.clone();
        let forged = [
            Permit {
                inquiry: protocol::messages::inquiries::Inquiry { information: "tax".to_owned(), ..there.inquiry.clone() },
                ..there.clone()
            },
            Permit { inquiry: protocol::messages::inquiries::Inquiry { provider: HERE.parse()?, ..there.inquiry.clone() }, ..there },
        ];
        for permit in forged {
            let signed = world.network.sign(&permit, &world.there.relay);
            refused(world.bring(key(), &signed).await, StatusCode::FORBIDDEN);
        }
        // the list has run out and the next one cannot be had: nothing is provided
        world.network.seen().version = 1;
        world.advance(SignedDuration::from_hours(25));
        let permit = world.network.sign(&given.permit, &world.there.relay);
        let told = refused(world.bring_once(&permit).await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(told, "no-list", "which passes: the permit comes again");
        assert!(world.network.seen().answers.is_empty());
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_08_refusals_of_a_clock_that_stands_apart_and_of_an_older_list_pass() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        let signed = world.network.sign(&given.permit, &world.there.relay);
        world.clock.advance(-SignedDuration::from_mins(3));
        let early = world.bring_once(&signed).await;
        assert!(early.as_ref().is_err_and(|error| !error.is_final()), "{early:?}");
        assert_eq!(refused(early, StatusCode::TOO_EARLY), "not-yet-issued");
        world.clock.advance(SignedDuration::from_mins(3));
        // permitted under a list that this side has not fetched yet
        let mut newer = given.permit.clone();
        (newer.list_version, newer.inquiry.information) = (given.permit.list_version + 1, "tax".to_owned());
        {
            let mut seen = world.network.seen();
            seen.version += 1;
            let row = seen.rows[0].clone();
            seen.rows.push(protocol::messages::inquiries::Permission { information: "tax".to_owned(), ..row });
        }
        let behind = world.bring_once(&world.network.sign(&newer, &world.there.relay)).await;
        assert_eq!(refused(behind, StatusCode::SERVICE_UNAVAILABLE), "no-list");
        let taken = world.bring(key(), &world.network.sign(&newer, &world.there.relay)).await?;
        assert_eq!((taken.state.as_str(), taken.reason.as_deref()), ("refused", Some("noReplica")), "decided by the list it names");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r5_rel_3_a_flagged_record_is_not_answered_by_itself_and_an_undisclosed_one_not_at_all() {
    both(|world| async move {
        for serial in [1, 2, 3] {
            world.person(serial, [10 + serial as u8, 20 + serial as u8]).await?;
        }
        world.provided(1, &Replica { no_automatic_answer: true, ..replica("1") }).await?;
        world.provided(2, &Replica { not_disclosed: true, ..replica("1") }).await?;
        for (serial, state, reason) in
            [(1, "awaitingPerson", "noAutomaticAnswer"), (2, "refused", "notDisclosed"), (3, "refused", "noReplica")]
        {
            let (_, given) = world.permitted(serial).await?;
            let outcome = world.bring(key(), &given.for_provider).await?;
            assert_eq!((outcome.state.as_str(), outcome.reason.as_deref()), (state, Some(reason)));
            if serial > 1 {
                let answer = world.sent(&given).await?;
                assert_eq!(answer.processing_number, given.permit.processing_number);
            }
        }
        let answered: Vec<_> = world.network.seen().answers.iter().map(|(_, sent)| sent.processing_number).collect();
        let flagged = world.network.seen().given[0].permit.processing_number;
        assert!(answered.len() == 2 && !answered.contains(&flagged), "a person decides about the first");
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r5_rel_3_a_flag_that_is_set_after_the_permit_was_given_is_honoured() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.provided(1, &replica("1")).await?;
        let (_, given) = world.permitted(1).await?;
        world.provided(1, &Replica { no_automatic_answer: true, ..replica("1") }).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.state, "awaitingPerson");
        world.stop().await;
        Ok(())
    })
    .await;
}
