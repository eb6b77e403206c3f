//! No other city and no other system comes in (T-05, C-III-2-R2-ATN-1).

use http::{Method, StatusCode};
use protocol::messages::atena::{INQUIRIES, INQUIRY, InquiryStatus, PERSONS, PersonsAnswer, REPLICAS, ReplicasAnswer, ReplicasRequest};
use protocol::messages::console::{Counts, counts};

use crate::support::{both, key, number, refused, row};

#[tokio::test]
async fn t_05_a_registry_of_another_city_is_refused_at_every_door_and_learns_nothing() {
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        let to = &city.running.party;
        let doors = [(Method::POST, PERSONS), (Method::POST, REPLICAS), (Method::POST, INQUIRIES), (Method::GET, INQUIRY)];
        let other = city.enrolled("registry.992020", &doors).await?;
        let request = city.request(vec![row("1001")], &[&number(1)]).await?;
        let answer: Result<PersonsAnswer, _> = other.post(to, PERSONS, key(), &request).await;
        let detail = answer.as_ref().unwrap_err().refusal().and_then(|problem| problem.detail.clone()).unwrap_or_default();
        assert!(detail.contains("no policy permits"), "its token would let it in: {detail}");
        let known = refused(answer, StatusCode::FORBIDDEN);
        let answer: Result<ReplicasAnswer, _> = other.post(to, REPLICAS, key(), &ReplicasRequest { rows: Vec::new() }).await;
        refused(answer, StatusCode::FORBIDDEN);
        let nobody = city.request(vec![row("7777")], &[&number(9)]).await?;
        let answer: Result<PersonsAnswer, _> = other.post(to, PERSONS, key(), &nobody).await;
        assert_eq!(refused(answer, StatusCode::FORBIDDEN), known, "whether somebody is known makes no difference");
        let answer: Result<InquiryStatus, _> = other.get(to, &INQUIRY.replace("{inquiry}", &key().to_string())).await;
        refused(answer, StatusCode::FORBIDDEN);
        assert_eq!(city.counts().await?["persons"], 1);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_2_r2_atn_1_the_relay_and_the_console_number_nobody_and_a_phone_does_not_get_in() {
    both(|city| async move {
        let to = &city.running.party;
        let request = city.request(vec![row("1001")], &[&number(1)]).await?;
        for party in ["relay.991015", "console.991015"] {
            let client = city.ring.house(party)?.client;
            let answer: Result<PersonsAnswer, _> = client.post(to, PERSONS, key(), &request).await;
            refused(answer, StatusCode::FORBIDDEN);
            let answer: Result<serde_json::Value, _> = client.post(to, INQUIRIES, key(), &serde_json::json!({})).await;
            refused(answer, StatusCode::FORBIDDEN);
        }
        let phone = city.ring.phone()?.within(std::time::Duration::from_millis(300));
        let answer: Result<Counts, _> = phone.get(to, &counts("atena")).await;
        assert!(answer.is_err(), "{answer:?}");
        city.running.stop().await;
        Ok(())
    })
    .await;
}
