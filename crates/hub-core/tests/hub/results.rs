//! What people and facilities entered comes home once, to the municipality whose it is.

use jiff::Timestamp;
use protocol::Private;
use protocol::messages::checkups::Items;
use protocol::messages::edge::{Collection, Delivery, EnteredResult};
use vocabulary::{Date, FiscalYear, Id128};
use wire::faults::{Fault, FaultRule};

use crate::support::{Hub, both, deletion, number, person};

pub(crate) fn items(pairs: &[(&str, &str)]) -> Items {
    pairs.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn sheet(hub: &Hub, city: &str) -> (Id128, Id128) {
    let rows = hub.edge.rows(city);
    let found = rows.iter().find_map(|row| match row {
        Delivery::Questionnaire { pmh_key, id, .. } => Some((*pmh_key.expose(), *id)),
        _ => None,
    });
    found.unwrap()
}

pub(crate) fn answer(sequence: i64, city: &str, (pmh_key, id): (Id128, Id128), answers: &[(&str, &str)]) -> Collection {
    let (municipality, body) = (city.parse().unwrap(), Private::new(items(answers)));
    Collection::Answer { sequence, pmh_key: pmh_key.into(), municipality, id, body, at: Timestamp::UNIX_EPOCH }
}

pub(crate) fn result(sequence: i64, city: &str, (pmh_key, questionnaire): (Id128, Id128), name: u8) -> Collection {
    let id = Id128::from_bytes([name; 16]);
    let body = EnteredResult {
        id,
        questionnaire,
        programme: "oral_health".to_owned(),
        fiscal_year: FiscalYear(2026),
        examined_on: Date::constant(2026, 10, 5),
        institution: "9930000121".parse().unwrap(),
        answers: Private::new(items(&[("q02", "良好")])),
        items: Private::new(items(&[("cpi", "0")])),
    };
    Collection::Result { sequence, pmh_key: pmh_key.into(), municipality: city.parse().unwrap(), id, body, at: Timestamp::UNIX_EPOCH }
}

pub(crate) fn enter(hub: &Hub, rows: &[Collection]) {
    hub.edge.entered.lock().unwrap().extend_from_slice(rows);
}

#[tokio::test]
async fn r_pmh_5_results_come_home_with_answers_and_without_a_number() {
    both(|hub| async move {
        for city in ["991015", "992020"] {
            hub.template(city, 1).await?;
            hub.register(city, &[person(1)]).await?;
        }
        hub.exchange().await?;
        let (here, there) = (sheet(&hub, "991015"), sheet(&hub, "992020"));
        enter(&hub, &[answer(3, "991015", here, &[("q01", "2")]), answer(4, "991015", here, &[("q01", "1")])]);
        enter(&hub, &[result(5, "991015", here, 70), result(8, "992020", there, 71), result(9, "991015", here, 72)]);
        hub.edge.faults.add(FaultRule::once("/edge/v1/collections", Fault::DropAnswer));
        assert_eq!(hub.exchange().await?.collected, 5);
        assert_eq!(hub.exchange().await?.collected, 5);
        let rows = hub.results("991015", 0).await?.rows;
        assert_eq!(rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(rows[0].municipality_identity_key, "k1");
        assert_eq!(rows[0].answers.expose(), &items(&[("q01", "1"), ("q02", "良好")]));
        assert_eq!(rows[0].basic_five_info.name.expose(), "見本花子");
        assert!(!serde_json::to_string(&rows)?.contains(&number(1)));
        assert_eq!(hub.results("991015", 1).await?.rows.len(), 1);
        assert!(hub.results("991015", 2).await?.rows.is_empty());
        let other = hub.results("992020", 0).await?.rows;
        assert_eq!((other.len(), other[0].id), (1, Id128::from_bytes([71; 16])));
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn r_pmh_7_what_was_entered_before_a_deletion_still_comes_home() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1)]).await?;
        hub.exchange().await?;
        let here = sheet(&hub, "991015");
        // the edge does not answer while the deletion is told, so what was entered is fetched only after it
        hub.edge.faults.add(FaultRule::every("/edge/v1/collections", 1, Fault::DropRequest));
        enter(&hub, &[answer(1, "991015", here, &[("q01", "1")]), result(2, "991015", here, 70)]);
        let task = hub.register("991015", &[deletion(1)]).await?;
        hub.done("991015", task).await?;
        hub.edge.faults.clear();
        hub.exchange().await?;
        let rows = hub.results("991015", 0).await?.rows;
        assert_eq!((rows.len(), rows[0].municipality_identity_key.as_str()), (1, "k1"));
        // forgotten now: a stray is kept apart and brought to nobody
        enter(&hub, &[result(3, "991015", here, 71)]);
        assert_eq!(hub.exchange().await?.collected, 3);
        assert_eq!(hub.results("991015", 0).await?.rows.len(), 1);
        hub.running.stop().await;
        Ok(())
    })
    .await;
}

pub(crate) fn corrected(sequence: i64, city: &str, sheet: (Id128, Id128), name: u8, cpi: &str) -> Collection {
    let mut row = result(sequence, city, sheet, name);
    if let Collection::Result { body, .. } = &mut row {
        body.items = Private::new(items(&[("cpi", cpi)]));
    }
    row
}

#[tokio::test]
async fn r_pmh_5_a_correction_comes_home_as_a_version_more_and_overwrites_nothing() {
    both(|hub| async move {
        hub.template("991015", 1).await?;
        hub.register("991015", &[person(1)]).await?;
        hub.exchange().await?;
        let here = sheet(&hub, "991015");
        // entered and corrected before the core has fetched either
        enter(&hub, &[result(1, "991015", here, 70), corrected(2, "991015", here, 70, "2")]);
        hub.exchange().await?;
        let told = |rows: &[protocol::messages::hub::HubResult]| -> Vec<(i64, u32, String)> {
            rows.iter().map(|row| (row.sequence, row.version, row.items.expose()["cpi"].clone())).collect()
        };
        let version = |sequence: i64, version: u32, cpi: &str| (sequence, version, cpi.to_owned());
        let first = hub.results("991015", 0).await?.rows;
        assert_eq!(told(&first), [version(1, 1, "0"), version(2, 2, "2")]);
        assert_eq!(first[0].id, first[1].id);
        // and corrected once more after the registry has downloaded them, with what the edge sends twice only once
        enter(&hub, &[corrected(3, "991015", here, 70, "0"), corrected(4, "991015", here, 70, "0")]);
        hub.exchange().await?;
        assert_eq!(told(&hub.results("991015", 2).await?.rows), [version(3, 3, "0")]);
        assert_eq!(told(&hub.results("991015", 0).await?.rows).len(), 3, "every version can be fetched again");
        let console = hub.ring.house("console.991015")?.client;
        let counts: protocol::messages::console::Counts =
            console.get(&hub.running.party, &protocol::messages::console::counts("hub-core")).await?;
        assert_eq!(counts.counts["results"], 1, "one result, however often it was corrected");
        hub.running.stop().await;
        Ok(())
    })
    .await;
}
