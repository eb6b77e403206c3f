//! A pseudonym binds to one key, once.

use http::StatusCode;
use ledger::Outcome;

use crate::support::{both, id, questionnaire, refused};

#[tokio::test]
async fn r_pmh_4_a_pseudonym_binds_once_and_another_binding_is_refused_and_alarms() {
    both(|edge| async move {
        assert_eq!(edge.bind(1, 11).await?.state, "bound");
        assert_eq!(edge.bind(1, 11).await?.state, "bound", "the same again is no other");
        refused(edge.bind(2, 11).await, StatusCode::CONFLICT);
        refused(edge.bind(1, 12).await, StatusCode::CONFLICT);
        assert_eq!(edge.bind(2, 12).await?.state, "bound", "what was refused left nothing");

        let room = work::open_room(&edge.house, hub_edge::MIGRATIONS).await?;
        let mut alarms = 0;
        for found in ledger::newest(room.raw(), 100).await? {
            let entry = found.entry()?;
            let refused = entry.action == "hub-edge:bindings.bind" && entry.outcome == Outcome::Refused;
            alarms += usize::from(refused && entry.detail.starts_with("alarm"));
        }
        assert_eq!(alarms, 2, "each refusal stands in the record of use");
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_4_a_revoked_pseudonym_is_dead_and_the_key_stays() {
    both(|edge| async move {
        edge.deliver("991015", vec![questionnaire(id(1), id(50), "991015", 1)]).await?;
        edge.bind(1, 11).await?;
        assert_eq!(edge.revoke(11).await?.state, "revoked");
        assert_eq!(edge.revoke(11).await?.state, "revoked");
        refused(edge.questionnaires(11).await, StatusCode::NOT_FOUND);
        refused(edge.bind(1, 11).await, StatusCode::CONFLICT);
        refused(edge.bind(2, 11).await, StatusCode::CONFLICT);
        edge.bind(1, 12).await?;
        assert_eq!(edge.questionnaires(12).await?.rows.len(), 1);
        refused(edge.revoke(99).await, StatusCode::NOT_FOUND);
        edge.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_4_parallel_bindings_of_one_key_leave_one() {
    both(|edge| async move {
        let edge = std::sync::Arc::new(edge);
        let tasks: Vec<_> = (0..8_u8)
            .map(|at| {
                tokio::spawn({
                    let edge = edge.clone();
                    async move { edge.bind(1, 20 + at).await.is_ok() }
                })
            })
            .collect();
        let mut bound = 0;
        for task in tasks {
            bound += usize::from(task.await?);
        }
        assert_eq!(bound, 1);
        Ok(())
    })
    .await;
}
