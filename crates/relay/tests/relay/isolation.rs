//! Who may do what at a relay, and that no individual number can come to it.

use http::StatusCode;
use line::{Client, WireError};
use protocol::messages::Accepted;
use protocol::messages::relay::{
    CODES, Codes, INQUIRY, InquiryStatus, REPLICAS, ReplicasAnswer, ReplicasRequest, UNIFIED_NUMBERS, UnifiedNumbers, WITHDRAWALS,
    Withdrawals,
};
use vocabulary::Party;

use crate::support::{both, code, key, refused, unified};

async fn tell(client: &Client, to: &Party) -> Result<Accepted, WireError> {
    client.post(to, UNIFIED_NUMBERS, key(), &UnifiedNumbers { unified_numbers: vec![unified(5)] }).await
}

#[tokio::test]
async fn t_05_c_iii_6_x_rel_2_another_citys_atena_and_relay_reach_nothing() {
    both(|world| async move {
        world.here.tell(&[1]).await?;
        let to = &world.here.relay;
        let impatient = std::time::Duration::from_millis(400);
        let atena = world.there.from_atena.within(impatient);
        for client in [atena, world.ring.house("relay.992020")?.client.within(impatient)] {
            assert!(matches!(tell(&client, to).await, Err(WireError::NoToken { .. })), "it is not even enrolled");
            let stored: Result<ReplicasAnswer, _> = client.post(to, REPLICAS, key(), &ReplicasRequest { rows: Vec::new() }).await;
            assert!(matches!(stored, Err(WireError::NoToken { .. })));
            let forged = client.with_bearer("a token of somebody's own making").within(std::time::Duration::from_secs(60));
            refused(tell(&forged, to).await, StatusCode::UNAUTHORIZED);
            let status: Result<InquiryStatus, _> = forged.get(to, &INQUIRY.replace("{inquiry}", &key().to_string())).await;
            refused(status, StatusCode::UNAUTHORIZED);
        }
        assert_eq!(world.counts().await?["persons"], 1);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r4_rel_4_the_operator_and_the_network_system_change_nothing_that_is_the_citys() {
    both(|world| async move {
        world.here.tell(&[1]).await?;
        let to = &world.here.relay;
        let console = world.ring.house("console.991015")?.client;
        for client in [&console, &world.network.client] {
            refused(tell(client, to).await, StatusCode::FORBIDDEN);
            let message = Withdrawals { unified_numbers: vec![unified(1)] };
            let gone: Result<Accepted, _> = client.post(to, WITHDRAWALS, key(), &message).await;
            refused(gone, StatusCode::FORBIDDEN);
            let status: Result<InquiryStatus, _> = client.get(to, &INQUIRY.replace("{inquiry}", &key().to_string())).await;
            refused(status, StatusCode::FORBIDDEN);
        }
        let rows = vec![protocol::messages::relay::CodeRow { processing_number: key(), code: code(1) }];
        let codes: Result<Accepted, _> = world.here.from_atena.post(to, CODES, key(), &Codes { rows }).await;
        refused(codes, StatusCode::FORBIDDEN);
        world.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_i_2_rel_1_no_message_of_the_relay_can_carry_an_individual_number() {
    both(|world| async move {
        let document: serde_json::Value = world.network.client.get(&world.here.relay, "/openapi.json").await?;
        let text = document.to_string();
        assert!(text.contains("unifiedNumbers") && text.contains("/relay/v1/replicas"), "it is the relay's");
        for name in ["\"numbers\"", "myNumber", "individualNumber", "residentNumber"] {
            assert!(!text.contains(name), "{name} stands in the relay's interface");
        }
        // what is sent all the same is refused: no shape takes a field that it does not know
        let smuggled = serde_json::json!({"unifiedNumbers": [unified(1).to_string()], "myNumber": "a number"});
        let answer: Result<Accepted, _> = world.here.from_atena.post(&world.here.relay, UNIFIED_NUMBERS, key(), &smuggled).await;
        assert!(answer.unwrap_err().refusal().is_some());
        assert_eq!(world.counts().await?["persons"], 0);
        world.stop().await;
        Ok(())
    })
    .await;
}
