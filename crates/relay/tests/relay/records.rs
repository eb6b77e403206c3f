//! Records of inquiries and provisions (情報提供等記録, R-RLY-5): complete on both sides, for the network system alone, by the person's code.

use http::StatusCode;
use line::WireError;
use protocol::messages::access_records::{AccessRecord, AccessRecords, AccessRecordsRequest};
use protocol::messages::inquiries::{InquiryState, Replica};
use protocol::messages::relay::ACCESS_RECORDS;
use vocabulary::Party;
use wire::Problem;

use crate::support::{World, both, code, key, refused, replica};

async fn records(world: &World, of: &Party, byte: u8) -> Result<Vec<AccessRecord>, WireError> {
    let request = AccessRecordsRequest { code: code(byte) };
    let records: AccessRecords = world.network.client.ask(of, ACCESS_RECORDS, &request).await?;
    Ok(records.rows)
}

fn outcomes(records: &[AccessRecord]) -> Vec<(&str, bool)> {
    records.iter().map(|record| (record.outcome.as_str(), record.answered_at.is_some())).collect()
}

#[tokio::test]
async fn c_i_2_rel_2_every_inquiry_and_every_provision_is_on_record_on_both_sides() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        world.person(2, [12, 22]).await?;
        world.provided(1, &replica("1")).await?;
        let (answered, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        world.deliver(key(), &world.sent(&given).await?).await?;
        world.stands(answered, InquiryState::Fetched).await?;
        world.advance(jiff::SignedDuration::from_mins(1));
        world.provided(1, &Replica { not_disclosed: true, ..replica("1") }).await?;
        let (_, given) = world.permitted(1).await?;
        world.bring(key(), &given.for_provider).await?;
        world.deliver(key(), &world.sent(&given).await?).await?;
        world.advance(jiff::SignedDuration::from_mins(1));
        world.network.seen().refuse = Some(Problem::forbidden("no"));
        let refusal = world.ask(1).await?;
        world.stands(refusal, InquiryState::Refused).await?;

        let here = records(&world, &world.here.relay, 11).await?;
        let there = records(&world, &world.there.relay, 21).await?;
        assert_eq!(outcomes(&here), [("answered", true), ("refused", true), ("refused", false)]);
        assert_eq!(outcomes(&there), [("answered", true), ("refused", true)], "what got no permit never came here");
        for (one, other) in here.iter().zip(&there) {
            assert_eq!(one.processing_number, other.processing_number, "the two sides tell of the same");
            assert_eq!((one.asker.as_str(), one.provider.as_str()), ("991015", "992020"));
            assert_eq!((one.asker, one.provider, &one.information), (other.asker, other.provider, &other.information));
        }
        assert!(records(&world, &world.here.relay, 12).await?.is_empty(), "nobody asked about the other person");
        refused(records(&world, &world.here.relay, 21).await, StatusCode::NOT_FOUND);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_i_2_rel_2_being_asked_about_somebody_unknown_is_on_record_too() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        // the person there is known by a code that the relay there never heard of
        world.network.seen().people[0].insert(world.there.relay.to_string(), code(99));
        let (_, given) = world.permitted(1).await?;
        assert_eq!(world.bring(key(), &given.for_provider).await?.reason.as_deref(), Some("noReplica"));
        assert_eq!(outcomes(&records(&world, &world.there.relay, 99).await?), [("refused", true)]);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_5_only_the_network_system_reads_records() {
    both(|world| async move {
        world.person(1, [11, 21]).await?;
        let request = AccessRecordsRequest { code: code(11) };
        let console = world.ring.house("console.991015")?.client;
        for client in [&world.here.from_atena, &console] {
            let answer: Result<AccessRecords, _> = client.ask(&world.here.relay, ACCESS_RECORDS, &request).await;
            refused(answer, StatusCode::FORBIDDEN);
        }
        world.stop().await;
        Ok(())
    })
    .await;
}
