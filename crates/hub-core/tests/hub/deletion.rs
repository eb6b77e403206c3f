//! A registration ends: the edge is told, then the hub forgets.

use protocol::messages::console::{Counts, counts};
use protocol::messages::edge::Delivery;
use protocol::messages::hub::RowState;
use wire::faults::{Fault, FaultRule};

use crate::support::{Hub, both, deletion, kinds, number, person};

async fn counted(hub: &Hub, name: &str) -> Result<u64, wire::testing::Failed> {
    let console = hub.ring.house("console.991015")?.client;
    let counts: Counts = console.get(&hub.running.party, &counts("hub-core")).await?;
    Ok(counts.counts.get(name).copied().unwrap())
}

#[tokio::test]
async fn r_pmh_7_a_deletion_reaches_the_edge_and_the_number_is_forgotten() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1), person(2)]).await?;
        hub.exchange().await?;
        let task = hub.register("991015", &[deletion(1), deletion(9)]).await?;
        let states: Vec<_> = hub.done("991015", task).await?.rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [RowState::Deleted, RowState::Deleted], "who was never there is deleted too");
        hub.exchange().await?;
        let rows = hub.edge.rows("991015");
        assert_eq!(kinds(&rows).last(), Some(&"deletion"));
        let Some(Delivery::Deletion { ended, .. }) = rows.last() else { panic!("{rows:?}") };
        assert_eq!(ended.len(), 2, "with the names of what has ended, which may still be on its way");
        assert_eq!((counted(&hub, "persons").await?, counted(&hub, "keys").await?), (1, 1));
        // a second deletion has no effect, and the number is free for another key
        let task = hub.register("991015", &[deletion(1)]).await?;
        assert_eq!(hub.done("991015", task).await?.rows[0].state, RowState::Deleted);
        let before = hub.edge.rows("991015").len();
        let mut again = person(1);
        again["municipalityIdentityKey"] = "other".into();
        let task = hub.register("991015", &[again]).await?;
        assert_eq!(hub.done("991015", task).await?.rows[0].state, RowState::Registered);
        hub.exchange().await?;
        assert_eq!(kinds(&hub.edge.rows("991015")[before..]), ["questionnaire", "notice"]);
        assert_eq!(hub.payers.minted.lock().unwrap().len(), 2, "the same number, the same key");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_a_deletion_with_another_number_deletes_nobody() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1)]).await?;
        let mut wrong = deletion(1);
        wrong["myNumber"] = number(2).into();
        let task = hub.register("991015", &[wrong]).await?;
        let status = hub.done("991015", task).await?;
        assert_eq!(status.rows[0].errors[0].code, "anotherNumber");
        assert_eq!(counted(&hub, "persons").await?, 1);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_what_never_set_out_is_not_sent_and_who_has_no_key_is_gone_at_once() {
    both(|hub| async move {
        hub.payers.faults.add(FaultRule::every("/payers-hub", 1, Fault::DropRequest));
        hub.template("991015", 1).await?;
        let registered = hub.register("991015", &[person(1)]).await?;
        hub.register("991015", &[deletion(1)]).await?;
        assert_eq!(hub.done("991015", registered).await?.rows[0].state, RowState::Deleted, "the row that waited has its outcome");
        assert_eq!(counted(&hub, "persons").await?, 0);
        hub.payers.faults.clear();
        hub.exchange().await?;
        assert!(hub.edge.rows("991015").is_empty());
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_a_person_registered_again_before_the_edge_heard_is_there_afterwards() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1)]).await?;
        hub.exchange().await?;
        hub.edge.faults.add(FaultRule::every("/edge/v1/deliveries", 1, Fault::DropAnswer));
        hub.register("991015", &[deletion(1)]).await?;
        hub.register("991015", &[person(1)]).await?;
        hub.edge.faults.clear();
        hub.exchange().await?;
        assert_eq!(kinds(&hub.edge.rows("991015")), ["questionnaire", "notice", "deletion", "questionnaire", "notice"]);
        assert_eq!(counted(&hub, "persons").await?, 1);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
