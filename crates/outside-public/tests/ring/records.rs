//! The portal's own code of a person, and the columns.

use line::WireError;
use outside_public::portal;
use protocol::messages::portal::{CODES, Codes};
use protocol::messages::relay::CodeRow;
use protocol::messages::resident_network::PORTAL_CODES;
use protocol::messages::{Accepted, Code};
use store::columns;
use store::testing::same_on_both;
use vocabulary::{Entropy, SystemEntropy};
use wire::faults::{Fault, FaultRule};

use crate::support::{World, both};

#[tokio::test(flavor = "multi_thread")]
async fn step_11_the_code_is_asked_for_once_through_a_line_that_fails_and_never_changes_silently() {
    both(|rooms| async move {
        let world = World::new(rooms).await?;
        let person = world.person()?;
        let session = world.agreed(&person).await?;
        world.resident_network.add(FaultRule::once(PORTAL_CODES, Fault::DropRequest));
        world.resident_network.add(FaultRule::once(PORTAL_CODES, Fault::Refuse(http::StatusCode::SERVICE_UNAVAILABLE)));
        session.access_records().await?;
        session.access_records().await?;
        let (number, code) = {
            let seen = world.seen();
            assert!(seen.code_wishes.iter().all(|wish| *wish == seen.code_wishes[0]), "sent again, it is the same wish");
            let code = &seen.codes[&person.serial];
            assert!(seen.histories.iter().all(|asked| asked == code) && seen.histories.len() == 2);
            (seen.code_wishes[0].processing_number, code.clone())
        };
        let network = world.ring.house("network.national")?.client;
        let bring = |processing_number, code| {
            let codes = Codes { rows: vec![CodeRow { processing_number, code }] };
            let (network, portal) = (network.clone(), world.portal.clone());
            async move { network.post::<_, Accepted>(&portal, CODES, SystemEntropy.id128(), &codes).await }
        };
        bring(number, code.clone()).await?;
        let other = bring(number, Code::from(vec![1; 32])).await;
        assert_eq!(other.unwrap_err().refusal().map(|problem| problem.status), Some(403));
        let unknown: Result<Accepted, WireError> = bring(SystemEntropy.id128(), code).await;
        assert_eq!(unknown.unwrap_err().refusal().map(|problem| problem.status), Some(404));
        world.stop().await;
        Ok(())
    })
    .await;
}

#[test]
fn t_39_every_column_of_the_portal_is_classed_and_the_same_on_both_databases() {
    let schema = same_on_both(&[portal::MIGRATIONS]);
    assert_eq!(columns::compare(&[store::COLUMNS, portal::COLUMNS], &schema), Vec::<String>::new());
}
