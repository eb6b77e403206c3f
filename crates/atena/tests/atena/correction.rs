//! A number that was wrong (紐付け誤り): nobody is answered with another's data.

use protocol::messages::atena::{REPLICAS, ReplicaRow, ReplicasAnswer, ReplicasRequest};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::support::{City, both, key, number, own, row, said, until};

async fn correct(city: &City, code: &str, person: u32) -> Result<String, Failed> {
    let mut corrected = row(code);
    corrected.number_corrected = true;
    let request = city.request(vec![corrected], &[&number(person)]).await?;
    Ok(said(&city.send(key(), &request).await?).remove(0))
}

async fn replica(city: &City, code: &str) -> Result<String, Failed> {
    let envelope = protocol::Signed::from_bytes(vec![1, 2, 3]);
    let row = ReplicaRow { resident_number: own(code), business: "health".to_owned(), information: "stomach".to_owned(), envelope };
    let answer: ReplicasAnswer = city.registry.post(&city.running.party, REPLICAS, key(), &ReplicasRequest { rows: vec![row] }).await?;
    assert!(answer.rows[0].digest.is_some());
    Ok(city.relay.seen().replicas.last().unwrap().1.rows[0].unified_number.to_string())
}

/// Whom the relay was to forget; what came again under its key is the same withdrawal.
fn withdrawn(city: &City) -> Vec<String> {
    let mut all = city.relay.seen().withdrawn.clone();
    all.dedup();
    all.iter().flat_map(|(_, who)| who).map(ToString::to_string).collect()
}

#[tokio::test]
async fn r_atn_1_a_corrected_number_ties_the_own_code_anew_and_withdraws_what_was_stored_under_the_wrong_one() {
    both(|city| async move {
        let wrong = city.number(&[("1001", 1)]).await?.remove(0);
        assert_eq!(replica(&city, "1001").await?, wrong);
        assert_eq!(city.number(&[("1001", 2)]).await?, ["1 residentNumber tiedToAnother"], "never silently");
        let right = correct(&city, "1001", 2).await?;
        assert_ne!(right, wrong);
        until("the relay withdrew the wrong person's", || !city.relay.seen().withdrawn.is_empty()).await?;
        assert_eq!(withdrawn(&city), std::slice::from_ref(&wrong));
        assert_eq!(replica(&city, "1001").await?, right);
        // the wrong person is who they were, the same correction again is none, and the former tie is kept
        assert_eq!(city.number(&[("1005", 1)]).await?, std::slice::from_ref(&wrong));
        assert_eq!(correct(&city, "1001", 2).await?, right);
        let counts = city.counts().await?;
        assert_eq!((counts["persons"], counts["ownCodes"], counts["corrections"]), (2, 2, 1));
        assert_eq!(withdrawn(&city), [wrong]);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_1_a_correction_to_the_number_of_somebody_known_joins_their_own_codes() {
    both(|city| async move {
        let before = city.number(&[("1001", 1), ("1002", 2)]).await?;
        assert_eq!(correct(&city, "1001", 2).await?, before[1]);
        assert_eq!(city.number(&[("1001", 2), ("1002", 2)]).await?, [before[1].clone(), before[1].clone()]);
        // an own code that is not tied yet is tied, and there is nothing to withdraw
        correct(&city, "1003", 3).await?;
        assert_eq!(city.counts().await?["corrections"], 1);
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_01_a_withdrawal_outlives_a_stop_keeps_its_key_comes_before_the_next_replica_of_its_person_and_holds_up_nobody_else() {
    both(|mut city| async move {
        let wrong = city.number(&[("1001", 1), ("1002", 1), ("1003", 3)]).await?.remove(0);
        city.relay.faults.add(FaultRule::every("/relay/v1/withdrawals", 1, Fault::DropAnswer));
        correct(&city, "1001", 2).await?;
        until("the relay heard of it", || !city.relay.seen().withdrawn.is_empty()).await?;
        let rows = ["1002", "1003"].map(|code| ReplicaRow {
            resident_number: own(code),
            business: "health".to_owned(),
            information: "stomach".to_owned(),
            envelope: protocol::Signed::from_bytes(vec![1]),
        });
        let (asked, once) = (ReplicasRequest { rows: rows.to_vec() }, key());
        let answer: ReplicasAnswer = city.registry.post(&city.running.party, REPLICAS, once, &asked).await?;
        let told: Vec<_> = answer.rows.iter().map(|row| row.problem.as_ref().map(|problem| (problem.row, problem.code.as_str()))).collect();
        assert_eq!(told, [Some((1, "unknown")), None], "who is to be withdrawn waits, and nobody else");
        city.restart().await?;
        city.relay.faults.clear();
        until("the withdrawal was taken", || city.relay.seen().withdrawn.len() > 1).await?;
        for _ in 0..400 {
            let answer: ReplicasAnswer = city.registry.post(&city.running.party, REPLICAS, key(), &asked).await?;
            if answer.rows.iter().all(|row| row.digest.is_some()) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        let again: ReplicasAnswer = city.registry.post(&city.running.party, REPLICAS, once, &asked).await?;
        assert_eq!(again, answer, "the same request is answered the same");
        let stored: Vec<Vec<String>> = city
            .relay
            .seen()
            .replicas
            .iter()
            .map(|(_, asked)| asked.rows.iter().map(|row| row.unified_number.to_string()).collect())
            .collect();
        assert_eq!(stored[0].len(), 1);
        assert!(stored.iter().any(|rows| rows.len() == 2 && rows[0] == wrong), "it went once the wrong was gone: {stored:?}");
        let withdrawn = city.relay.seen().withdrawn.clone();
        assert!(withdrawn.len() > 1 && withdrawn.iter().all(|sent| *sent == withdrawn[0]), "the same under the same key");
        assert_eq!(withdrawn[0].1[0].to_string(), wrong);
        city.running.stop().await;
        Ok(())
    })
    .await;
}
