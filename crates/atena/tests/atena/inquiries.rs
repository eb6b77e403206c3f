//! Inquiries go on as the registry signed them, and the answers come back as they came (R-ATN-4).

use http::StatusCode;
use line::WireError;
use protocol::messages::atena::{INQUIRIES, InquiryReceipt, InquiryRequest, InquiryStatus, inquiry};
use protocol::messages::inquiries::InquiryState;
use protocol::{Digest, Octets, Signed};
use vocabulary::{Date, Id128};
use wire::faults::{Fault, FaultRule};

use crate::support::{City, both, key, not_now, own, refused};

pub(crate) fn request(code: &str) -> InquiryRequest {
    InquiryRequest {
        resident_number: own(code),
        business: "health".to_owned(),
        procedure: "screening".to_owned(),
        information: "stomach_screening".to_owned(),
        from: Date::constant(2021, 4, 1),
        to: Date::constant(2026, 3, 31),
        provider: "992020".parse().unwrap(),
        envelope: Signed::from_bytes(b"the registry's signature".to_vec()),
    }
}

pub(crate) async fn ask(city: &City, key: Id128, request: &InquiryRequest) -> Result<Id128, WireError> {
    let receipt: InquiryReceipt = city.registry.post(&city.running.party, INQUIRIES, key, request).await?;
    Ok(receipt.inquiry)
}

pub(crate) async fn read(city: &City, id: Id128) -> Result<InquiryStatus, WireError> {
    city.registry.get(&city.running.party, &inquiry(id)).await
}

fn answered(bytes: &[u8], digest: Digest) -> InquiryStatus {
    InquiryStatus { state: InquiryState::Answered, reason: None, answer: Some(Octets(bytes.to_vec())), digest: Some(digest) }
}

#[tokio::test]
async fn c_iii_6_r1_atn_1_an_inquiry_goes_on_unaltered_and_its_answer_comes_back_unaltered() {
    both(|city| async move {
        let unified = city.number(&[("1001", 1)]).await?.remove(0);
        let (once, sent) = (key(), request("1001"));
        let id = ask(&city, once, &sent).await?;
        assert_eq!(ask(&city, once, &sent).await?, id);
        {
            let seen = city.relay.seen();
            let went: Vec<_> = seen.inquiries.values().collect();
            assert_eq!(went.len(), 1, "one inquiry");
            let beside = (&went[0].business, &went[0].procedure, &went[0].information, went[0].from, went[0].to, went[0].provider);
            assert_eq!(beside, (&sent.business, &sent.procedure, &sent.information, sent.from, sent.to, sent.provider));
            assert_eq!((went[0].unified_number.to_string(), &went[0].envelope), (unified, &sent.envelope));
        }
        assert_eq!(read(&city, id).await?.state, InquiryState::Asked);
        let bytes = b"the other city's signed replica";
        city.relay.seen().status = Some(answered(bytes, Digest::of(bytes)));
        for _ in 0..2 {
            assert_eq!(read(&city, id).await?.answer.unwrap().as_slice(), bytes);
        }
        assert_eq!(city.counts().await?["forwarded"], 2, "the inquiry and the answer, each once");
        // altered between relay and atena: refused, not passed on
        city.relay.seen().status = Some(answered(b"other bytes", Digest::of(bytes)));
        refused(read(&city, id).await, StatusCode::BAD_GATEWAY);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_3_an_inquiry_needs_a_known_own_code_and_a_key_stands_for_one() {
    both(|city| async move {
        city.number(&[("1001", 1), ("1002", 2)]).await?;
        refused(ask(&city, key(), &request("4711")).await, StatusCode::NOT_FOUND);
        refused(read(&city, key()).await, StatusCode::NOT_FOUND);
        let once = key();
        ask(&city, once, &request("1001")).await?;
        assert_eq!(refused(ask(&city, once, &request("1002")).await, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        assert_eq!(city.relay.seen().inquiries.len(), 1);
        assert_eq!(city.counts().await?["inquiries"], 1);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

/// Whoever asks names one person; nothing is had for nobody, for everybody or for a list (C-III-2-R1-ATN-1).
#[tokio::test]
async fn c_iii_2_r1_atn_1_an_inquiry_without_the_number_of_one_person_goes_nowhere() {
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        let good = serde_json::to_value(request("1001"))?;
        let wrong = [
            serde_json::Value::Null,
            "".into(),
            "*".into(),
            "%".into(),
            "100*".into(),
            "1001,1002".into(),
            "1001 OR 1=1".into(),
            "1234567890123456".into(),
            1001.into(),
            serde_json::json!(["1001"]),
            serde_json::json!({"not": "1001"}),
        ];
        for number in wrong {
            let mut asked = good.clone();
            asked["residentNumber"] = number.clone();
            let answer: Result<InquiryReceipt, _> = city.registry.post(&city.running.party, INQUIRIES, key(), &asked).await;
            let status = answer.as_ref().err().and_then(WireError::refusal).map(|problem| problem.status);
            assert!(status.is_some_and(|status| (400..500).contains(&status)), "{number}: {answer:?}");
        }
        let mut without = good;
        without.as_object_mut().ok_or("an object")?.remove("residentNumber");
        let answer: Result<InquiryReceipt, _> = city.registry.post(&city.running.party, INQUIRIES, key(), &without).await;
        refused(answer, StatusCode::BAD_REQUEST);
        assert!(city.relay.seen().inquiries.is_empty());
        // Of what can be got without a body, an inquiry's answer alone is about a person, by its name.
        let document: serde_json::Value = city.registry.get(&city.running.party, "/openapi.json").await?;
        let paths = document["paths"].as_object().ok_or("paths")?.iter();
        let got: Vec<&str> = paths.filter(|(_, methods)| !methods["get"].is_null()).map(|(path, _)| path.as_str()).collect();
        assert_eq!(got, ["/atena/v1/counts", "/atena/v1/inquiries/{inquiry}", "/atena/v1/outbox"]);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_an_inquiry_that_the_relay_did_not_hear_of_goes_on_after_a_restart_and_once() {
    both(|mut city| async move {
        city.number(&[("1001", 1)]).await?;
        city.relay.faults.add(FaultRule::every("/relay/v1/inquiries", 1, Fault::DropAnswer));
        let (once, sent) = (key(), request("1001"));
        let impatient = city.registry.within(std::time::Duration::from_millis(700));
        let lost: Result<InquiryReceipt, _> = impatient.post(&city.running.party, INQUIRIES, once, &sent).await;
        not_now(lost);
        city.relay.faults.clear();
        city.restart().await?;
        let id = ask(&city, once, &sent).await?;
        assert_eq!(read(&city, id).await?.state, InquiryState::Asked);
        assert_eq!(city.relay.seen().inquiries.len(), 1, "under one key, however often it was sent");
        city.running.stop().await;
        Ok(())
    })
    .await;
}
