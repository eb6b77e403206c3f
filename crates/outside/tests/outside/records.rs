//! The person reads who asked for what (番号法23条): of every organisation, and told when the list is not complete.

use http::StatusCode;
use jiff::Timestamp;
use line::WireError;
use protocol::messages::access_records::AccessRecord;
use protocol::messages::network::{ACCESS_RECORDS, AccessHistory, AccessHistoryRequest};
use protocol::messages::resident_network::{PORTAL_CODES, PortalCodeRequest};
use protocol::messages::{Accepted, Code};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{World, both, key, refused, until};

fn record(byte: u8) -> AccessRecord {
    AccessRecord {
        processing_number: Id128::from_bytes([byte; 16]),
        asker: "991015".parse().unwrap(),
        provider: "992020".parse().unwrap(),
        business: "health".to_owned(),
        information: "stomach_screening".to_owned(),
        asked_at: Timestamp::UNIX_EPOCH,
        answered_at: None,
        outcome: "answered".to_owned(),
    }
}

/// The portal's own code of the holder of a card.
async fn portal_code(world: &World, person: u32) -> Result<Code, Failed> {
    let serial = world.card(person).await?.0;
    let request = PortalCodeRequest { processing_number: key(), certificate_serial: serial };
    let _: Accepted = world.post("portal.national", "resident-network.national", PORTAL_CODES, key(), &request).await?;
    until("the portal has its code", || world.portal.got().codes.contains_key(&request.processing_number)).await?;
    let code = world.portal.got().codes[&request.processing_number].clone();
    Ok(code)
}

async fn history(world: &World, party: &str, code: &Code) -> Result<AccessHistory, WireError> {
    let request = AccessHistoryRequest { portal_code: code.clone() };
    world.client(party).unwrap().ask(&"network.national".parse().unwrap(), ACCESS_RECORDS, &request).await
}

fn rows(history: &AccessHistory) -> Vec<(String, u8)> {
    history.rows.iter().map(|row| (row.organisation.to_string(), row.record.processing_number.as_bytes()[0])).collect()
}

#[tokio::test]
async fn r_rly_5_the_history_has_both_sides_of_every_organisation_or_says_who_is_missing() {
    both(|world| async move {
        let (here, there) = (world.code("991015", 1).await?, world.code("992020", 1).await?);
        let code = portal_code(&world, 1).await?;
        // one asked and was answered, the other has what was answered; here also an attempt that got no permit
        world.here.got().records.insert(here.as_slice().to_vec(), vec![record(1), record(2)]);
        world.there.got().records.insert(there.as_slice().to_vec(), vec![record(1)]);
        let complete = history(&world, "portal.national", &code).await?;
        let side = |city: &str, number| (city.to_owned(), number);
        assert_eq!(rows(&complete), [side("991015", 1), side("992020", 1), side("991015", 2)]);
        assert!(complete.missing.is_empty());
        world.there.faults.add(FaultRule::every("/relay/v1/access-records", 1, Fault::DropRequest));
        let part = history(&world, "portal.national", &code).await?;
        assert_eq!(rows(&part), [side("991015", 1), side("991015", 2)]);
        assert_eq!(part.missing.iter().map(ToString::to_string).collect::<Vec<_>>(), ["992020"]);
        // an organisation that does not know the code has nothing, and nothing is missing
        world.there.faults.clear();
        world.there.got().records.clear();
        let without = history(&world, "portal.national", &code).await?;
        assert_eq!((rows(&without).len(), without.missing.len()), (2, 0));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_rly_5_only_the_portal_reads_a_history_and_only_by_its_own_code() {
    both(|world| async move {
        let here = world.code("991015", 1).await?;
        let code = portal_code(&world, 1).await?;
        world.here.got().records.insert(here.as_slice().to_vec(), vec![record(1)]);
        for party in ["relay.991015", "hub-core.national", "console.991015"] {
            refused(history(&world, party, &code).await, StatusCode::FORBIDDEN);
        }
        refused(history(&world, "portal.national", &here).await, StatusCode::NOT_FOUND);
        let mut altered = code.as_slice().to_vec();
        altered[0] ^= 1;
        refused(history(&world, "portal.national", &Code::from(altered)).await, StatusCode::NOT_FOUND);
        assert_eq!(world.here.got().asked_records, 0);
        // another person's history has nothing of it
        let other = portal_code(&world, 2).await?;
        assert!(history(&world, "portal.national", &other).await?.rows.is_empty());
        world.stop().await;
        Ok(())
    })
    .await;
}
