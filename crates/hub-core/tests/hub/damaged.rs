//! What is damaged holds up nobody else: a person, a city's room.

use diesel::prelude::*;
use protocol::messages::hub::RowState;
use store::RoomName;
use vocabulary::MunicipalityCode;
use wire::testing::Failed;

use crate::results::{answer, enter, sheet};
use crate::support::{Hub, both, kinds, person};

/// Changes a city's room past the hub, as a disk would.
async fn meddle(hub: &Hub, city: &str, sql: &'static str) -> Result<(), Failed> {
    let name = RoomName::new("hub_core", Some(MunicipalityCode::parse(city)?));
    let room = hub.house.rooms.existing(&name)?.ok_or("no room")?;
    let done = room.write(move |tx| {
        diesel::sql_query(sql).execute(tx)?;
        Ok::<_, store::StoreError>(())
    });
    Ok(done.await?)
}

#[tokio::test]
async fn r_pmh_3_a_person_who_cannot_be_read_holds_up_nobody_elses_key_and_sheets() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1), person(2), person(3)]).await?;
        hub.done("991015", task).await?;
        hub.exchange().await?;
        assert_eq!(hub.edge.rows("991015").len(), 6);
        // Of the second nothing can be read when all are due again; of a fourth the number cannot.
        hub.template("991015", 2).await?;
        meddle(&hub, "991015", "UPDATE person SET checkups = number, due = 1 WHERE identity_key = 'k2'").await?;
        meddle(&hub, "991015", "UPDATE person SET due = 1").await?;
        let again = [1, 3].map(|number| {
            let mut row = person(number);
            row["checkups"][0]["templateVersion"] = 2.into();
            row
        });
        let task = hub.register("991015", &again).await?;
        assert!(hub.done("991015", task).await?.rows.iter().all(|row| row.state == RowState::Registered));
        hub.exchange().await?;
        assert_eq!(kinds(&hub.edge.rows("991015")[6..]), ["questionnaire", "notice", "questionnaire", "notice"]);
        // Registered anew, what is stored is whole again.
        let mut mended = person(2);
        mended["checkups"][0]["templateVersion"] = 2.into();
        hub.register("991015", &[mended]).await?;
        hub.exchange().await?;
        assert_eq!(hub.edge.rows("991015").len(), 12);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_5_a_city_whose_room_does_not_open_holds_up_no_other_and_gets_what_was_held_for_it() {
    both(|mut hub| async move {
        for city in ["991015", "992020"] {
            hub.template(city, 1).await?;
            hub.register(city, &[person(1)]).await?;
        }
        hub.exchange().await?;
        let (here, there) = (sheet(&hub, "991015"), sheet(&hub, "992020"));
        hub.running.end().await;
        meddle(&hub, "991015", "ALTER TABLE vault_key RENAME TO gone").await?;
        hub.start().await?;
        let left = || async {
            let ready = hub.readiness().await?;
            let check = ready.checks.into_iter().find(|check| check.name == "cities").ok_or("no check")?;
            Ok::<_, Failed>((ready.ready, check.detail))
        };
        assert_eq!(left().await?, (true, Some("rooms that do not open: 991015".to_owned())));
        enter(&hub, &[answer(3, "991015", here, &[("q01", "2")]), answer(4, "992020", there, &[("q01", "1")])]);
        enter(&hub, &[answer(5, "991015", here, &[("q01", "1")])]);
        assert_eq!(hub.exchange().await?.collected, 1, "the other city's");
        assert_eq!(hub.exchange().await?.collected, 1);
        // Mended, without a start: what was held comes in its order, each once.
        meddle(&hub, "991015", "ALTER TABLE gone RENAME TO vault_key").await?;
        assert_eq!(hub.exchange().await?.collected, 3);
        assert_eq!(left().await?, (true, None));
        enter(&hub, &[answer(6, "991015", here, &[("q01", "2")])]);
        assert_eq!(hub.exchange().await?.collected, 4);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
