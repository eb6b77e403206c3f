//! One individual number, one unified number (R-ATN-1).

use http::StatusCode;
use vocabulary::UnifiedNumber;
use wire::faults::{Fault, FaultRule};

use crate::support::{both, key, number, refused, row, said, started, until};

#[tokio::test]
async fn r_atn_1_a_number_has_one_unified_number_whoever_asks_and_however_often() {
    both(|city| async move {
        let first = city.number(&[("1001", 1), ("1002", 2), ("1003", 1)]).await?;
        assert_eq!(first[0], first[2], "two own codes of one person");
        assert_ne!(first[0], first[1]);
        assert!(first.iter().all(|text| UnifiedNumber::parse(text).is_ok()), "with its check digit");
        assert_eq!(city.number(&[("1002", 2), ("1001", 1), ("1004", 3)]).await?[..2], [first[1].clone(), first[0].clone()]);
        let counts = city.counts().await?;
        assert_eq!((counts["persons"], counts["ownCodes"]), (3, 4));
        until("the relay knows all three", || city.relay.seen().told.len() == 3).await?;
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_1_a_request_sent_again_has_one_effect_and_another_under_its_key_none() {
    both(|city| async move {
        let request = city.request(vec![row("1001")], &[&number(1)]).await?;
        let once = key();
        let answer = city.send(once, &request).await?;
        assert_eq!(city.send(once, &request).await?, answer);
        let other = city.request(vec![row("1002")], &[&number(2)]).await?;
        assert_eq!(refused(city.send(once, &other).await, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        assert_eq!(city.counts().await?["persons"], 1);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_1_a_row_that_cannot_be_numbered_says_why_and_the_others_go_in() {
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        let lines = [number(2), "123456789012".to_owned(), String::new(), number(3), number(4), number(5)];
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let rows = ["1002", "1003", "1004", "1001", "1005", "1005"].map(row).to_vec();
        let request = city.request(rows, &lines).await?;
        let answer = city.send(key(), &request).await?;
        let words = said(&answer);
        assert_eq!(words[1..4], ["2 numbers notANumber", "3 numbers numberMissing", "4 residentNumber tiedToAnother"]);
        assert!(UnifiedNumber::parse(&words[0]).is_ok() && UnifiedNumber::parse(&words[4]).is_ok());
        assert_eq!(words[5], "6 residentNumber tiedToAnother", "an own code that stands twice is the first one's");
        assert_eq!(city.counts().await?["persons"], 3);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_1_sealed_numbers_open_only_for_the_request_they_were_sealed_for() {
    both(|city| async move {
        let sent = city.request(vec![row("1001")], &[&number(1)]).await?;
        let mut other = sent.clone();
        other.request_id = key();
        assert_eq!(refused(city.send(key(), &other).await, StatusCode::UNPROCESSABLE_ENTITY), "sealed-lines");
        let short = city.request(vec![row("1001"), row("1002")], &[&number(1)]).await?;
        assert_eq!(refused(city.send(key(), &short).await, StatusCode::UNPROCESSABLE_ENTITY), "sealed-lines");
        assert_eq!(city.counts().await?["persons"], 0);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_what_the_relay_was_not_told_before_a_stop_it_is_told_after_the_start() {
    both(|mut city| async move {
        city.relay.faults.add(FaultRule::every("/relay/v1/unified-numbers", 1, Fault::DropRequest));
        city.number(&[("1001", 1), ("1002", 2)]).await?;
        city.restart().await?;
        assert!(city.relay.seen().told.is_empty());
        city.relay.faults.clear();
        city.restart().await?;
        until("the relay knows both", || city.relay.seen().told.len() == 2).await?;
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_06_an_individual_number_is_in_no_answer_not_at_the_relay_and_not_open_at_rest() {
    store::testing::both(|rooms| async move {
        let data = rooms.data().clone();
        let city = started(rooms).await?;
        let canary = number(77);
        let body = canary.get(..11).unwrap();
        let request = city.request(vec![row("1001"), row("1002")], &[&canary, body]).await?;
        let answer = city.send(key(), &request).await?;
        assert!(!serde_json::to_string(&answer)?.contains(body));
        until("the relay was told", || !city.relay.seen().told.is_empty()).await?;
        assert!(!format!("{:?}", city.relay.seen().told).contains(&canary));
        city.running.stop().await;
        if let store::Data::Folder(folder) = data {
            let (mut paths, mut looked) = (vec![folder], 0);
            while let Some(path) = paths.pop() {
                if path.is_dir() {
                    paths.extend(std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?);
                    continue;
                }
                let bytes = std::fs::read(&path)?;
                assert!(!bytes.windows(11).any(|window| window == body.as_bytes()), "{} holds the number", path.display());
                looked += 1;
            }
            assert!(looked > 2);
        }
        Ok::<_, wire::testing::Failed>(())
    })
    .await;
}
