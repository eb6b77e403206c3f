//! Replicas pass as they came; the number outside the envelope is replaced (R-ATN-4).

use http::StatusCode;
use line::WireError;
use protocol::Signed;
use protocol::messages::atena::{REPLICAS, ReplicaRow, ReplicasAnswer, ReplicasRequest};
use vocabulary::{Entropy as _, SeededEntropy};
use wire::faults::{Fault, FaultRule};

use crate::support::{City, both, key, own, refused};

pub(crate) fn replica(code: &str, business: &str, bytes: &[u8]) -> ReplicaRow {
    let envelope = Signed::from_bytes(bytes.to_vec());
    ReplicaRow { resident_number: own(code), business: business.to_owned(), information: "stomach_screening".to_owned(), envelope }
}

pub(crate) async fn send(city: &City, key: vocabulary::Id128, rows: &[ReplicaRow]) -> Result<ReplicasAnswer, WireError> {
    city.registry.post(&city.running.party, REPLICAS, key, &ReplicasRequest { rows: rows.to_vec() }).await
}

#[tokio::test]
async fn c_iii_6_r7_atn_1_a_replica_goes_on_byte_for_byte_under_the_unified_number() {
    both(|city| async move {
        let unified = city.number(&[("1001", 1), ("1002", 2)]).await?;
        let rows = [
            replica("1002", "health", b"second's signed bytes"),
            replica("9999", "health", b"nobody's"),
            replica("1001", "health", b"first's signed bytes"),
            replica("1001", "refused", b"what the relay refuses"),
        ];
        let answer = send(&city, key(), &rows).await?;
        let problem = |at: usize| answer.rows[at].problem.as_ref().map(|problem| (problem.row, problem.code.as_str()));
        assert_eq!([problem(0), problem(1), problem(2), problem(3)], [None, Some((2, "notNumbered")), None, Some((4, "older"))]);
        assert_eq!(answer.rows[0].digest, Some(rows[0].envelope.digest()));
        assert_eq!(answer.rows[2].digest, Some(rows[2].envelope.digest()));
        {
            let seen = city.relay.seen();
            let went = &seen.replicas[0].1.rows;
            let went: Vec<_> = went.iter().map(|row| (row.unified_number.to_string(), row.envelope.clone())).collect();
            let expected =
                [(1, 0), (0, 2), (0, 3)].map(|(person, at): (usize, usize)| (unified[person].clone(), rows[at].envelope.clone()));
            assert_eq!(went, expected);
            let text = serde_json::to_string(&seen.replicas[0].1)?;
            assert!(!text.contains("1001") && !text.contains("residentNumber"), "the city's own code does not leave it");
        }
        assert_eq!(city.counts().await?["forwarded"], 2, "digests of what came in and of what the relay stored");
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn c_iii_6_r5_atn_1_of_a_hundred_thousand_replicas_every_byte_goes_on() {
    const BATCHES: usize = 10;
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        let chance = SeededEntropy::new(651);
        for batch in 0..BATCHES {
            let rows: Vec<ReplicaRow> = std::iter::repeat_with(|| {
                let mut bytes = [0; 48];
                chance.fill(&mut bytes);
                replica("1001", "health", &bytes)
            })
            .take(wire::MOST_ROWS)
            .collect();
            let answer = send(&city, key(), &rows).await?;
            assert!(answer.rows.iter().zip(&rows).all(|(told, row)| told.digest == Some(row.envelope.digest())), "batch {batch}");
            let went = std::mem::take(&mut city.relay.seen().replicas);
            let went: Vec<&Signed<_>> = went.iter().flat_map(|(_, sent)| &sent.rows).map(|row| &row.envelope).collect();
            assert_eq!(went.len(), wire::MOST_ROWS);
            assert!(went.iter().zip(&rows).all(|(went, row)| **went == row.envelope), "batch {batch}");
        }
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_4_a_batch_sent_again_is_the_same_batch_at_the_relay_and_another_under_its_key_never_leaves() {
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        let once = key();
        let rows = [replica("1001", "health", b"bytes"), replica("1002", "health", b"not numbered yet")];
        city.relay.faults.add(FaultRule::once("/relay/v1/replicas", Fault::DropAnswer));
        let first = send(&city, once, &rows).await?;
        // numbered meanwhile: the same request is still the same request
        city.number(&[("1002", 2)]).await?;
        assert_eq!(send(&city, once, &rows).await?, first);
        let other = [replica("1001", "health", b"other bytes")];
        assert_eq!(refused(send(&city, once, &other).await, StatusCode::UNPROCESSABLE_ENTITY), "idempotency-key-reused");
        {
            let seen = city.relay.seen();
            assert!(seen.replicas.iter().all(|sent| *sent == seen.replicas[0]), "one key, one body");
            assert!(seen.replicas.len() > 1);
        }
        assert_eq!(city.counts().await?["forwarded"], 1);
        assert!(send(&city, key(), &rows).await?.rows.iter().all(|row| row.digest.is_some()), "a new request sees who is numbered now");
        city.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_atn_4_a_relay_that_does_not_answer_for_every_row_is_not_believed() {
    both(|city| async move {
        city.number(&[("1001", 1)]).await?;
        city.relay.seen().short = true;
        refused(send(&city, key(), &[replica("1001", "health", b"bytes")]).await, StatusCode::BAD_GATEWAY);
        assert_eq!(city.counts().await?["forwarded"], 0);
        city.running.stop().await;
        Ok(())
    })
    .await;
}
