//! Codes for the relay: the number goes to the resident network, sealed, and nowhere else.

use http::StatusCode;
use line::{Client, WireError};
use protocol::messages::Accepted;
use protocol::messages::atena::{CODE_REQUESTS, CodeRequest, CodeRequests};
use vocabulary::{Id128, UnifiedNumber};
use wire::faults::{Fault, FaultRule};

use crate::support::{City, both, key, number, refused, until};

async fn ask(city: &City, relay: &Client, key: Id128, rows: &[(u8, &str)]) -> Result<u64, WireError> {
    let row = |(processing, unified): &(u8, &str)| CodeRequest {
        processing_number: Id128::from_bytes([*processing; 16]),
        unified_number: UnifiedNumber::parse(unified).unwrap(),
    };
    let request = CodeRequests { request_id: key, rows: rows.iter().map(row).collect() };
    let taken: Accepted = relay.post(&city.running.party, CODE_REQUESTS, key, &request).await?;
    Ok(taken.accepted)
}

#[tokio::test]
async fn r_rly_1_the_resident_network_gets_the_number_for_the_relay_of_this_city_once() {
    both(|city| async move {
        let relay = city.ring.house("relay.991015")?.client;
        let unified = city.number(&[("1001", 1), ("1002", 2)]).await?;
        let once = key();
        for _ in 0..2 {
            assert_eq!(ask(&city, &relay, once, &[(1, &unified[0]), (2, &unified[1])]).await?, 2);
        }
        until("both went on", || city.network.asked.lock().unwrap().len() == 2).await?;
        let asked = city.network.asked.lock().unwrap().clone();
        let of = |processing: u8| asked[&Id128::from_bytes([processing; 16])].clone();
        assert_eq!(of(1), ("relay.991015".to_owned(), number(1)));
        assert_eq!(of(2), ("relay.991015".to_owned(), number(2)));
        // a processing number stands for one use: used for another person it changes nothing
        ask(&city, &relay, key(), &[(1, &unified[1])]).await?;
        let nobody = UnifiedNumber::from_serial(999)?;
        assert_eq!(ask(&city, &relay, key(), &[(3, &unified[0]), (4, nobody.as_str())]).await?, 1, "how many are known is said");
        until("the third went on", || city.network.asked.lock().unwrap().len() == 3).await?;
        assert_eq!(city.network.asked.lock().unwrap()[&Id128::from_bytes([1; 16])].1, number(1));
        assert_eq!(city.counts().await?["codeRequests"], 3);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_message_of_more_rows_than_a_statement_takes_is_refused_with_the_reason() {
    both(|city| async move {
        let relay = city.ring.house("relay.991015")?.client;
        let unified = city.number(&[("1001", 1)]).await?;
        let rows = vec![(1, unified[0].as_str()); wire::MOST_ROWS + 1];
        let refusal = ask(&city, &relay, key(), &rows).await;
        assert_eq!(refused(refusal, StatusCode::UNPROCESSABLE_ENTITY), "too-many-rows");
        assert_eq!(ask(&city, &relay, key(), &rows[1..]).await?, wire::MOST_ROWS as u64);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_code_requests_survive_a_stop_and_a_relay_that_is_down_does_not_hold_them_up() {
    both(|mut city| async move {
        let relay = city.ring.house("relay.991015")?.client;
        let unified = city.number(&[("1001", 1)]).await?;
        city.network.faults.add(FaultRule::every("/resident-network", 1, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        city.relay.faults.add(FaultRule::every("/relay", 1, Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        ask(&city, &relay, key(), &[(1, &unified[0])]).await?;
        city.number(&[("1002", 2)]).await?;
        city.restart().await?;
        assert!(city.network.asked.lock().unwrap().is_empty());
        city.network.faults.clear();
        city.restart().await?;
        until("the request went on", || city.network.asked.lock().unwrap().len() == 1).await?;
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_05_a_relay_of_another_city_or_a_registry_gets_no_codes() {
    both(|city| async move {
        let unified = city.number(&[("1001", 1)]).await?;
        let other = city.ring.house("relay.992020")?.client.within(std::time::Duration::from_millis(300));
        let nothing = ask(&city, &other, key(), &[(1, &unified[0])]).await;
        assert!(matches!(nothing, Err(WireError::NoToken { .. })), "it is not even enrolled: {nothing:?}");
        let other = city.enrolled("relay.992020", &[(http::Method::POST, CODE_REQUESTS)]).await?;
        for client in [&other, &city.registry] {
            refused(ask(&city, client, key(), &[(1, &unified[0])]).await, StatusCode::FORBIDDEN);
        }
        assert_eq!(city.counts().await?["codeRequests"], 0);
        city.running.stop().await;
        Ok(())
    })
    .await;
}
