//! Registration tasks: an outcome a row, changes and re-sends.

use http::StatusCode;
use protocol::messages::edge::Delivery;
use protocol::messages::hub::{RowState, TASKS, TaskState, template};
use serde_json::json;

use crate::support::{both, key, kinds, number, person, refused, template_body};

#[tokio::test]
async fn r_pmh_2_good_rows_go_in_and_each_bad_one_says_why() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let mut rows: Vec<_> = (1..=9).map(person).collect();
        rows[1]["myNumber"] = json!("123456789012");
        rows[2]["municipalityIdentityKey"] = json!("");
        rows[3]["municipalityIdentityKey"] = json!("k1");
        rows[4]["checkups"][0]["templateVersion"] = json!(7);
        rows[5]["checkups"][0]["programme"] = json!("stomach");
        rows[6].as_object_mut().unwrap().remove("basicFiveInfo");
        rows[7]["basicFiveInfo"]["dateOfBirth"] = json!("5 May");
        rows[8]["myNumber"] = json!(number(1));
        let task = hub.register("991015", &rows).await?;
        let status = hub.done("991015", task).await?;
        let codes: Vec<_> = status.rows.iter().map(|row| row.errors.first().map(|error| error.code.clone()).unwrap_or_default()).collect();
        let expected =
            ["", "notANumber", "length", "standsTwice", "unknownTemplate", "otherProgramme", "missing", "unreadable", "anotherKey"];
        assert_eq!(codes, expected);
        assert_eq!(status.rows[0].state, RowState::Registered);
        assert!(status.rows[1..].iter().all(|row| row.state == RowState::Refused));
        assert_eq!(status.rows.iter().map(|row| row.row).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
        assert_eq!(hub.exchange().await?.keys, 1);
        // the same person under another key, and the same key with another number, in a later task
        let mut rows = [person(2), person(1)];
        rows[0]["myNumber"] = json!(number(1));
        rows[1]["myNumber"] = json!(number(3));
        let task = hub.register("991015", &rows).await?;
        let status = hub.done("991015", task).await?;
        assert_eq!((status.rows[0].errors[0].code.as_str(), status.rows[1].errors[0].code.as_str()), ("anotherKey", "anotherNumber"));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_2_a_row_sent_again_is_delivered_once_and_a_change_by_its_difference() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.template("991015", 2).await?;
        let mut row = person(1);
        row["checkups"][0]["pastResults"] = json!([{"key": "r1", "fiscalYear": 2025, "examinedOn": "2025-11-20", "items": {"cpi": "1"}}]);
        let once = key();
        let first = hub.register_as("991015", once, &[row.clone()]).await?;
        assert_eq!(hub.register_as("991015", once, &[row.clone()]).await?, first, "one request, one task");
        hub.done("991015", first).await?;
        assert_eq!(hub.exchange().await?.delivered, 3);
        let task = hub.register("991015", &[row.clone()]).await?;
        assert_eq!(hub.done("991015", task).await?.rows[0].state, RowState::Registered);
        assert_eq!(hub.exchange().await?.delivered, 3, "nothing changed, nothing is sent");
        let rows = hub.edge.rows("991015");
        assert_eq!(kinds(&rows), ["questionnaire", "notice", "result"]);
        let Delivery::Questionnaire { id: sheet, body, .. } = &rows[0] else { panic!("a questionnaire came first") };
        assert_eq!((body.version, body.municipality.as_str()), (1, "991015"));

        // a new template: questionnaire and notice under their names; the past result goes, which was withdrawn by the full set
        row["checkups"][0]["templateVersion"] = json!(2);
        row["checkups"][0]["pastResults"] = json!([]);
        hub.register("991015", &[row.clone()]).await?;
        assert_eq!(hub.exchange().await?.delivered, 6);
        let rows = hub.edge.rows("991015");
        assert_eq!(kinds(&rows[3..]), ["questionnaire", "notice", "withdrawal"]);
        let Delivery::Questionnaire { id, body, .. } = &rows[3] else { panic!("a questionnaire came first") };
        assert_eq!((id, body.version), (sheet, 2));

        // no checkup any more: all that is there goes
        row["checkups"] = json!([]);
        hub.register("991015", &[row]).await?;
        hub.exchange().await?;
        assert_eq!(kinds(&hub.edge.rows("991015")[6..]), ["withdrawal", "withdrawal"]);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_1_a_version_of_a_template_never_changes() {
    both(|hub| async move {
        assert_eq!(hub.template("991015", 1).await?.state, "stored");
        assert_eq!(hub.template("991015", 1).await?.state, "stored");
        let mut other = template_body(1);
        other["notice"] = json!("別のお知らせ");
        let registry = hub.ring.house("registry.991015")?.client;
        let outcome: Result<protocol::messages::Outcome, _> = registry.put(&hub.running.party, &template("oral"), key(), &other).await;
        refused(outcome, StatusCode::CONFLICT);
        // another city has templates of its own
        let registry = hub.ring.house("registry.992020")?.client;
        let _: protocol::messages::Outcome = registry.put(&hub.running.party, &template("oral"), key(), &other).await?;
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_2_a_task_of_two_thousand_rows_is_done_in_portions() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let rows: Vec<_> = (1..=2_000).map(person).collect();
        let task = hub.register("991015", &rows).await?;
        let status = hub.done("991015", task).await?;
        assert_eq!(status.state, TaskState::Done);
        let totals = hub.exchange().await?;
        assert_eq!((totals.keys, totals.delivered), (2_000, 4_000));
        assert_eq!(hub.edge.rows("991015").len(), 4_000);
        assert!(hub.edge.portions.lock().unwrap().iter().all(|portion| portion.rows.len() <= 1_000));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_2_a_municipality_lists_its_own_tasks_with_how_far_they_are() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        let mut rows = [person(1), person(2), person(3)];
        rows[1]["myNumber"] = json!("123456789012");
        let task = hub.register("991015", &rows).await?;
        hub.done("991015", task).await?;
        let list = async |city: &str| -> Result<serde_json::Value, wire::testing::Failed> {
            Ok(hub.ring.house(&format!("registry.{city}"))?.client.get(&hub.running.party, TASKS).await?)
        };
        let listed = list("991015").await?;
        let tasks = listed["tasks"].as_array().unwrap();
        assert_eq!(tasks.len(), 1);
        assert_eq!(tasks[0]["task"], json!(task.to_string()));
        assert_eq!([&tasks[0]["waiting"], &tasks[0]["done"], &tasks[0]["refused"]], [&json!(0), &json!(2), &json!(1)]);
        assert_eq!(list("992020").await?, json!({"tasks": []}), "another's are not known");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
