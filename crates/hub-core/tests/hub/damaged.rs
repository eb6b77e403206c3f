//! What is damaged holds up nobody else: a person, a city's room.

use access::Caller;
use diesel::prelude::*;
use hub_core::{HeldRows, HubError};
use protocol::messages::hub::RowState;
use store::RoomName;
use vocabulary::{MunicipalityCode, Purpose};
use wire::faults::{Fault, FaultRule};
use wire::testing::Failed;

use crate::results::{answer, corrected, enter, items, result, sheet};
use crate::support::{Hub, both, deletion, key, kinds, person};

/// Changes a city's room past the hub, as a disk would.
async fn meddle(hub: &Hub, city: &str, sql: &'static str) -> Result<(), Failed> {
    meddle_in(hub, RoomName::new("hub_core", Some(MunicipalityCode::parse(city)?)), sql).await
}

async fn meddle_in(hub: &Hub, name: RoomName, sql: &'static str) -> Result<(), Failed> {
    let room = hub.house.rooms.existing(&name)?.ok_or("no room")?;
    let done = room.write(move |tx| {
        diesel::sql_query(sql).execute(tx)?;
        Ok::<_, store::StoreError>(())
    });
    Ok(done.await?)
}

/// Does something with what is held, as an operator at the machine.
async fn held<T, F>(hub: &Hub, f: F) -> Result<T, HubError>
where
    T: Send + 'static,
    F: FnOnce(&HeldRows, &Caller) -> Result<T, HubError> + Send + 'static,
{
    let room = work::open_room(&hub.house, hub_core::MIGRATIONS).await.unwrap();
    let cities = ["991015", "992020"].map(|code| MunicipalityCode::parse(code).unwrap());
    let rows = HeldRows::of(&room, cities.to_vec());
    let by = ledger::testing::caller("operator", Purpose::Operation);
    tokio::task::spawn_blocking(move || f(&rows, &by)).await.unwrap()
}

/// What `/readyz` tells under a name.
async fn told(hub: &Hub, name: &str) -> Result<(bool, Option<String>), Failed> {
    let ready = hub.readiness().await?;
    let check = ready.checks.into_iter().find(|check| check.name == name).ok_or("no check")?;
    Ok((ready.ready, check.detail))
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

/// One person is registered by both cities, under one key, and 991015's room does not open.
async fn one_room_does_not_open(hub: &mut Hub) -> Result<(), Failed> {
    for city in ["991015", "992020"] {
        hub.template(city, 1).await?;
        hub.register(city, &[person(1)]).await?;
    }
    hub.exchange().await?;
    hub.running.end().await;
    meddle(hub, "991015", "ALTER TABLE vault_key RENAME TO gone").await?;
    hub.start().await
}

#[tokio::test]
async fn r_pmh_5_a_city_whose_room_does_not_open_holds_up_no_other_and_gets_what_was_held_for_it() {
    both(|mut hub| async move {
        one_room_does_not_open(&mut hub).await?;
        let (here, there) = (sheet(&hub, "991015"), sheet(&hub, "992020"));
        assert_eq!(told(&hub, "cities").await?, (true, Some("rooms that do not open: 991015".to_owned())));
        enter(&hub, &[answer(3, "991015", here, &[("q01", "2")]), answer(4, "992020", there, &[("q01", "1")])]);
        enter(&hub, &[answer(5, "991015", here, &[("q01", "1")])]);
        assert_eq!(hub.exchange().await?.collected, 1, "the other city's");
        assert_eq!(hub.exchange().await?.collected, 1);
        // Mended, without a start: what was held comes in its order, each once.
        meddle(&hub, "991015", "ALTER TABLE gone RENAME TO vault_key").await?;
        assert_eq!(hub.exchange().await?.collected, 3);
        assert_eq!(told(&hub, "cities").await?, (true, None));
        enter(&hub, &[answer(6, "991015", here, &[("q01", "2")])]);
        assert_eq!(hub.exchange().await?.collected, 4);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_6_what_is_held_for_a_city_goes_to_no_other_and_holds_up_nothing_when_somebody_sends_it_there() {
    both(|mut hub| async move {
        one_room_does_not_open(&mut hub).await?;
        let here = sheet(&hub, "991015");
        enter(&hub, &[3, 4, 5].map(|sequence| answer(sequence, "991015", here, &[("q01", "2")])));
        enter(&hub, &[answer(6, "991015", here, &[("q01", "1")])]);
        assert_eq!(hub.exchange().await?.collected, 0);
        let nation = || RoomName::national("hub_core");
        meddle_in(&hub, nation(), "UPDATE held SET municipality = 992020 WHERE sequence = 4").await?;
        meddle_in(&hub, nation(), "UPDATE held SET municipality = -7 WHERE sequence = 5").await?;
        meddle(&hub, "991015", "ALTER TABLE gone RENAME TO vault_key").await?;
        assert_eq!(hub.exchange().await?.collected, 2, "the other two, in the city whose they are");
        assert_eq!(
            told(&hub, "held").await?,
            (true, Some("rows of the public side that do not open for their city: 2: kenshin hub held list".to_owned()))
        );
        // Looked into by a person, they go where they belong.
        let listed = held(&hub, |rows, by| rows.list(by)).await?;
        let city = MunicipalityCode::parse("991015")?;
        let aside: Vec<_> = listed.put_aside.iter().map(|row| (row.sequence, row.lies_for, row.opens_for)).collect();
        assert_eq!((aside, listed.wrong), (vec![(4, 992_020, Some(city)), (5, -7, Some(city))], None));
        assert_eq!(held(&hub, |rows, by| rows.give_back(by, Some(4))).await?, 1);
        assert_eq!(held(&hub, |rows, by| rows.give_back(by, None)).await?, 1);
        assert!(matches!(held(&hub, |rows, by| rows.give_back(by, Some(4))).await, Err(HubError::Cause(_))), "no longer there");
        assert_eq!(hub.exchange().await?.collected, 4);
        assert_eq!(told(&hub, "held").await?, (true, None));
        // What comes so late does not go before what was answered later.
        enter(&hub, &[result(7, "991015", here, 70)]);
        assert_eq!(hub.exchange().await?.collected, 5);
        assert_eq!(hub.results("991015", 0).await?.rows[0].answers.expose(), &items(&[("q01", "1"), ("q02", "良好")]));
        // Nor what a facility entered first before its correction.
        meddle(&hub, "991015", "ALTER TABLE vault_key RENAME TO gone").await?;
        hub.restart().await?;
        enter(&hub, &[result(8, "991015", here, 71), corrected(9, "991015", here, 71, "2")]);
        hub.exchange().await?;
        meddle_in(&hub, nation(), "UPDATE held SET municipality = 992020 WHERE sequence = 8").await?;
        meddle(&hub, "991015", "ALTER TABLE gone RENAME TO vault_key").await?;
        hub.exchange().await?;
        assert_eq!(held(&hub, |rows, by| rows.give_back(by, None)).await?, 1);
        hub.exchange().await?;
        let rows = hub.results("991015", 0).await?.rows;
        let of_it: Vec<_> = rows.iter().filter(|row| row.id == vocabulary::Id128::from_bytes([71; 16])).collect();
        assert_eq!(of_it.len(), 1);
        assert_eq!((of_it[0].version, of_it[0].items.expose()), (1, &items(&[("cpi", "2")])));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_23_a_row_that_was_held_and_is_taken_away_or_exchanged_is_missed_until_somebody_has_looked_into_it() {
    both(|mut hub| async move {
        one_room_does_not_open(&mut hub).await?;
        let here = sheet(&hub, "991015");
        enter(&hub, &[3, 4, 5].map(|sequence| answer(sequence, "991015", here, &[("q01", "2")])));
        assert_eq!(hub.exchange().await?.collected, 0);
        assert_eq!(told(&hub, "held").await?, (true, None));
        let nation = || RoomName::national("hub_core");
        meddle_in(&hub, nation(), "DELETE FROM held WHERE sequence = 4").await?;
        let gone = Some("rows that were held for cities are gone: 1: kenshin hub held list".to_owned());
        assert_eq!(told(&hub, "held").await?, (true, gone.clone()));
        // Another in its place makes their number right again, and nothing else.
        meddle_in(&hub, nation(), "INSERT INTO held SELECT 4, municipality, body, damaged FROM held WHERE sequence = 3").await?;
        meddle_in(&hub, nation(), "UPDATE held SET sequence = 6 WHERE sequence = 4").await?;
        assert_eq!(told(&hub, "held").await?, (true, gone.clone()));
        meddle(&hub, "991015", "ALTER TABLE gone RENAME TO vault_key").await?;
        assert_eq!(hub.exchange().await?.collected, 2, "the others come all the same");
        held(&hub, |rows, by| rows.drop_row(by, 6, "nobody put it there")).await?;
        assert_eq!(told(&hub, "held").await?, (true, gone));
        held(&hub, |rows, by| rows.settle_missing(by, "asked for anew at the facility")).await?;
        assert_eq!(told(&hub, "held").await?, (true, None));
        assert!(matches!(held(&hub, |rows, by| rows.settle_missing(by, "again")).await, Err(HubError::Conflict(_))));
        enter(&hub, &[answer(7, "991015", here, &[("q01", "1")])]);
        assert_eq!(hub.exchange().await?.collected, 3);
        assert_eq!(told(&hub, "held").await?, (true, None));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_23_of_more_held_rows_than_a_look_at_readiness_reads_one_that_is_taken_away_is_missed_at_once_and_one_exchanged_at_the_next_round()
 {
    both(|mut hub| async move {
        one_room_does_not_open(&mut hub).await?;
        let here = sheet(&hub, "991015");
        enter(&hub, &[answer(3, "991015", here, &[("q01", "2")])]);
        hub.exchange().await?;
        let nation = || RoomName::national("hub_core");
        let many = "WITH RECURSIVE number (place) AS (SELECT 10 UNION ALL SELECT place + 1 FROM number WHERE place < 3000) \
                    INSERT INTO held SELECT place, municipality, body, damaged FROM number, held WHERE sequence = 3";
        meddle_in(&hub, nation(), many).await?;
        held(&hub, |rows, by| rows.settle_missing(by, "put there by a test")).await?;
        hub.exchange().await?;
        assert_eq!(told(&hub, "held").await?, (true, None));
        meddle_in(&hub, nation(), "DELETE FROM held WHERE sequence = 2000").await?;
        let gone = Some("rows that were held for cities are gone: 1: kenshin hub held list".to_owned());
        assert_eq!(told(&hub, "held").await?, (true, gone.clone()));
        meddle_in(&hub, nation(), "INSERT INTO held SELECT 9000, municipality, body, damaged FROM held WHERE sequence = 3").await?;
        hub.exchange().await?;
        assert_eq!(told(&hub, "held").await?, (true, gone));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn t_23_held_rows_that_are_taken_away_with_an_earlier_place_put_back_are_missed() {
    both(|mut hub| async move {
        one_room_does_not_open(&mut hub).await?;
        let (here, there) = (sheet(&hub, "991015"), sheet(&hub, "992020"));
        enter(&hub, &[answer(3, "992020", there, &[("q01", "1")])]);
        assert_eq!(hub.exchange().await?.collected, 1);
        let nation = || RoomName::national("hub_core");
        meddle_in(&hub, nation(), "CREATE TABLE earlier AS SELECT * FROM edge_cursor").await?;
        enter(&hub, &[answer(4, "991015", here, &[("q01", "2")])]);
        assert_eq!(hub.exchange().await?.collected, 1, "the other is held");
        // The public side has forgotten what it gave.
        hub.edge.entered.lock().unwrap().clear();
        meddle_in(&hub, nation(), "DELETE FROM held").await?;
        meddle_in(&hub, nation(), "DELETE FROM edge_cursor").await?;
        meddle_in(&hub, nation(), "INSERT INTO edge_cursor SELECT * FROM earlier").await?;
        let put_back = "the place up to which the public side was read is an earlier one: kenshin hub held list".to_owned();
        assert_eq!(told(&hub, "held").await?, (true, Some(put_back.clone())));
        meddle_in(&hub, nation(), "DELETE FROM edge_cursor").await?;
        assert_eq!(told(&hub, "held").await?, (true, Some(put_back)));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_3_a_number_that_cannot_be_read_refuses_its_row_and_registered_anew_gets_its_key() {
    both(|hub| async move {
        hub.payers.faults.add(FaultRule::every("/payers-hub", 1, Fault::DropRequest));
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1), person(2), person(3)]).await?;
        meddle(&hub, "991015", "UPDATE person SET number = checkups WHERE identity_key = 'k2'").await?;
        // A try that had read the number before finds nobody to give it to; the next one reads it again.
        for _ in 0..2_400 {
            if hub.status("991015", task).await?.rows[1].state == RowState::Refused {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        }
        hub.payers.faults.clear();
        let status = hub.done("991015", task).await?;
        let states: Vec<RowState> = status.rows.iter().map(|row| row.state).collect();
        assert_eq!(states, [RowState::Registered, RowState::Refused, RowState::Registered]);
        assert_eq!((status.rows[1].errors[0].code.as_str(), status.rows[1].errors[0].row), ("damaged", 2));
        // Nothing of them waits for days: the exchange comes to its end.
        assert_eq!(hub.exchange().await?.keys, 2);
        let task = hub.register("991015", &[person(2)]).await?;
        assert_eq!(hub.done("991015", task).await?.rows[0].state, RowState::Registered);
        assert_eq!(hub.exchange().await?.keys, 3);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_2_a_task_that_comes_again_when_its_answer_is_forgotten_registers_nothing_anew() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let once = key();
        let first = hub.register_as("991015", once, &[person(1), person(2)]).await?;
        hub.done("991015", first).await?;
        hub.exchange().await?;
        hub.register("991015", &[deletion(1)]).await?;
        let totals = hub.exchange().await?;
        // As after seven days.
        meddle(&hub, "991015", "DELETE FROM idempotency").await?;
        assert_eq!(hub.register_as("991015", once, &[person(1), person(2)]).await?, first);
        assert_eq!(hub.exchange().await?, totals, "whoever was deleted since stays so");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

/// How often the cursor was moved.
async fn moves(hub: &Hub) -> Result<usize, Failed> {
    let room = hub.house.rooms.existing(&RoomName::national("hub_core"))?.ok_or("no room")?;
    let newest = ledger::newest(&room, 500).await?;
    Ok(newest.iter().filter(|found| found.entry().is_ok_and(|entry| entry.detail.starts_with("up to"))).count())
}

#[tokio::test]
async fn of_two_processes_that_collect_at_once_the_slower_does_not_set_back_how_far_the_faster_was() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let task = hub.register("991015", &[person(1)]).await?;
        hub.done("991015", task).await?;
        hub.exchange().await?;
        let here = sheet(&hub, "991015");
        enter(&hub, &[answer(1, "991015", here, &[("q01", "1")])]);
        hub.exchange().await?;
        // How far it was before the faster, and after it.
        let nation = || RoomName::national("hub_core");
        meddle_in(&hub, nation(), "CREATE TABLE earlier AS SELECT * FROM edge_cursor").await?;
        enter(&hub, &[2, 3, 4, 5].map(|sequence| answer(sequence, "991015", here, &[("q01", "2")])));
        hub.exchange().await?;
        meddle_in(&hub, nation(), "CREATE TABLE later AS SELECT * FROM edge_cursor").await?;
        let before = moves(&hub).await?;
        // The slower has read the place where the faster began, too, and gets its answer when that is through.
        let gate = crate::neighbours::Gate { after: 1, ..Default::default() };
        *hub.edge.gate.lock().unwrap() = Some(gate.clone());
        meddle_in(&hub, nation(), "UPDATE edge_cursor SET state = (SELECT state FROM earlier)").await?;
        let faster = async {
            gate.reached.notified().await;
            meddle_in(&hub, nation(), "UPDATE edge_cursor SET state = (SELECT state FROM later)").await?;
            gate.opened.notify_one();
            Ok::<_, Failed>(())
        };
        let (slower, faster) = tokio::join!(hub.exchange(), faster);
        faster?;
        slower?;
        assert_eq!(moves(&hub).await?, before, "nothing was moved a second time");
        assert_eq!(told(&hub, "held").await?, (true, None));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
