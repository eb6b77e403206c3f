//! Keys are minted exactly once, whatever the line does.

use std::collections::HashSet;

use http::StatusCode;
use protocol::messages::{edge::Delivery, hub::RowState};
use vocabulary::Id128;
use wire::faults::{Fault, FaultRule};

use crate::support::{both, kinds, person};

fn keys(rows: &[Delivery]) -> HashSet<Id128> {
    let key = |row: &Delivery| match row {
        Delivery::Questionnaire { pmh_key, .. }
        | Delivery::Notice { pmh_key, .. }
        | Delivery::Result { pmh_key, .. }
        | Delivery::Withdrawal { pmh_key, .. }
        | Delivery::Deletion { pmh_key, .. } => *pmh_key.expose(),
    };
    rows.iter().map(key).collect()
}

#[tokio::test]
async fn r_pmh_3_lost_and_doubled_messages_mint_and_deliver_once() {
    both(|hub| async move {
        for (fault, path) in [
            (Fault::DropAnswer, "/payers-hub"),
            (Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE), "/payers-hub"),
            (Fault::Duplicate, "/payers-hub"),
            (Fault::DropRequest, "/payers-hub"),
        ] {
            hub.payers.faults.add(FaultRule::once(path, fault));
        }
        hub.edge.faults.add(FaultRule::once("/edge/v1/deliveries", Fault::DropAnswer));
        hub.edge.faults.add(FaultRule::once("/edge/v1/deliveries", Fault::Refuse(StatusCode::SERVICE_UNAVAILABLE)));
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1), person(2), person(3)]).await?;
        let status = hub.done("991015", task).await?;
        assert!(status.rows.iter().all(|row| row.state == RowState::Registered));
        let totals = hub.exchange().await?;
        assert_eq!((totals.keys, totals.delivered), (3, 6));
        assert_eq!(hub.exchange().await?, totals, "asked again, nothing new");
        let rows = hub.edge.rows("991015");
        assert_eq!(rows.len(), 6);
        assert_eq!(keys(&rows), hub.payers.minted.lock().unwrap().values().copied().collect());
        // whatever came twice came under its first name and with its first rows
        let portions = hub.edge.portions.lock().unwrap().clone();
        assert!(portions.iter().all(|portion| portions.iter().all(|other| other.delivery != portion.delivery || other == portion)));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_one_person_in_two_cities_has_one_key() {
    both(|hub| async move {
        for city in ["991015", "992020"] {
            hub.template(city, 1).await?;
            let task = hub.register(city, &[person(1)]).await?;
            hub.done(city, task).await?;
        }
        hub.exchange().await?;
        let (one, other) = (hub.edge.rows("991015"), hub.edge.rows("992020"));
        assert_eq!((one.len(), other.len()), (2, 2));
        assert_eq!(keys(&one), keys(&other));
        assert_eq!(hub.payers.minted.lock().unwrap().len(), 1);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_parallel_rounds_ask_for_a_number_once() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1), person(2)]).await?;
        let (one, two, three) = tokio::join!(hub.exchange(), hub.exchange(), hub.exchange());
        assert_eq!(one?, two?);
        assert_eq!(three?.keys, 2);
        assert_eq!(hub.payers.asked.lock().unwrap().len(), 2);
        assert_eq!(hub.edge.portions.lock().unwrap().len(), 1);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_what_was_pending_at_a_stop_is_taken_up_at_the_start() {
    both(|mut hub| async move {
        hub.payers.faults.add(FaultRule::every("/payers-hub", 1, Fault::DropRequest));
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1)]).await?;
        hub.restart().await?;
        assert_eq!(hub.status("991015", task).await?.rows[0].state, RowState::Waiting);
        hub.payers.faults.clear();
        hub.restart().await?;
        assert_eq!(hub.done("991015", task).await?.rows[0].state, RowState::Registered);
        hub.exchange().await?;
        assert_eq!(kinds(&hub.edge.rows("991015")), ["questionnaire", "notice"]);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_a_key_of_somebody_else_is_refused_and_delivers_nothing() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        *hub.payers.one_key.lock().unwrap() = Some(Id128::from_bytes([5; 16]));
        let task = hub.register("991015", &[person(1), person(2)]).await?;
        let status = hub.done("991015", task).await?;
        let states: Vec<_> = status.rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [RowState::Registered, RowState::Refused]);
        assert_eq!((status.rows[1].errors[0].code.as_str(), status.rows[1].errors[0].row), ("keyConflict", 2));
        hub.exchange().await?;
        assert_eq!(hub.edge.rows("991015").len(), 2, "the second person's sheets go to nobody");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_round_that_finds_nobody_without_a_key_leaves_no_entry() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1)]).await?;
        hub.done("991015", task).await?;
        hub.exchange().await?;
        let city = store::RoomName::new("hub_core", Some(vocabulary::MunicipalityCode::parse("991015")?));
        let room = hub.house.rooms.existing(&city)?.ok_or("no room")?;
        let entries = async || -> Result<usize, wire::testing::Failed> {
            let newest = ledger::newest(&room, 1_000).await?;
            Ok(newest.iter().filter(|found| found.entry().is_ok_and(|entry| entry.action == "hub-core:keys.mint")).count())
        };
        let before = entries().await?;
        assert!(before > 0, "the key that was minted stands there");
        for _ in 0..3 {
            hub.exchange().await?;
        }
        assert_eq!(entries().await?, before);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
