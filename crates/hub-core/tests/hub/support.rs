//! A hub that serves, and what registries send it.

use std::time::Duration;

use http::StatusCode;
use line::WireError;
use number::IndividualNumber;
use protocol::messages::console::{EXCHANGE, Exchanged};
use protocol::messages::edge::Delivery;
use protocol::messages::hub::{HubResults, REGISTRATION_TASKS, RESULTS, TaskReceipt, TaskState, TaskStatus, task, template};
use protocol::messages::{Nothing, Outcome};
use serde_json::{Value, json};
use store::Rooms;
use vocabulary::{Entropy, Id128, Purpose, SystemEntropy};
use wire::testing::{Failed, Ring, permitting};
use wire::{House, Running, serve};

use crate::neighbours::{COLLECT, DELIVER, Edge, MINT, PayersHub};

const PARTIES: [&str; 7] = [
    "hub-core.national",
    "hub-edge.national",
    "payers-hub.national",
    "registry.991015",
    "registry.992020",
    "console.991015",
    "relay.991015",
];

pub(crate) struct Hub {
    pub(crate) ring: Ring,
    pub(crate) house: House,
    pub(crate) running: Running,
    pub(crate) payers: PayersHub,
    pub(crate) edge: Edge,
    _neighbours: [Running; 2],
}

pub(crate) async fn both<F>(test: impl Fn(Hub) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(|rooms| async { test(started(rooms).await?).await }).await;
}

pub(crate) async fn started(rooms: Rooms) -> Result<Hub, Failed> {
    let (payers, edge) = (permitting("payers-hub", &[MINT]), permitting("hub-edge", &[DELIVER, COLLECT]));
    let policies = access::Policies::load(&[
        hub_core::POLICIES,
        access::SystemPolicies { system: "payers-hub", actions: &[&[MINT]], text: &payers },
        access::SystemPolicies { system: "hub-edge", actions: &[&[DELIVER, COLLECT]], text: &edge },
    ])?;
    let ring = Ring::new(rooms, policies, &PARTIES)?;
    let (payers, one) = PayersHub::start(&ring).await?;
    let (edge, two) = Edge::start(&ring).await?;
    let house = ring.house("hub-core.national")?;
    let running = serve(&house, hub_core::open(house.clone()).await?).await?;
    Ok(Hub { ring, house, running, payers, edge, _neighbours: [one, two] })
}

pub(crate) fn key() -> Id128 {
    SystemEntropy.id128()
}

/// The individual number of a made-up person.
pub(crate) fn number(person: u32) -> String {
    IndividualNumber::from_body(&format!("{person:011}")).unwrap().open(Purpose::HubRegistration).to_string()
}

pub(crate) fn person(person: u32) -> Value {
    json!({
        "modificationSeg": "1", "myNumber": number(person), "municipalityIdentityKey": format!("k{person}"),
        "basicFiveInfo": {"name": "見本花子", "nameKana": "ミホンハナコ", "address": "みほん市中央1-2-3", "dateOfBirth": "1986-05-04", "sex": "2"},
        "checkups": [{"programme": "oral_health", "fiscalYear": 2026, "template": "oral", "templateVersion": 1}]
    })
}

pub(crate) fn deletion(person: u32) -> Value {
    json!({"modificationSeg": "2", "myNumber": number(person), "municipalityIdentityKey": format!("k{person}"), "deletedOn": "2026-08-01"})
}

pub(crate) fn template_body(version: u32) -> Value {
    json!({
        "programme": "oral_health", "version": version, "notice": format!("検診のお知らせ {version}"),
        "questionnaire": [{"item": "q01", "text": "歯ぐきから血が出ますか", "kind": "choice", "part": "resident", "required": true,
            "choices": [{"code": "1", "text": "はい"}]}]
    })
}

impl Hub {
    pub(crate) async fn template(&self, city: &str, version: u32) -> Result<Outcome, Failed> {
        let client = self.ring.house(&format!("registry.{city}"))?.client;
        Ok(client.put(&self.running.party, &template("oral"), key(), &template_body(version)).await?)
    }

    pub(crate) async fn register(&self, city: &str, rows: &[Value]) -> Result<Id128, Failed> {
        self.register_as(city, key(), rows).await
    }

    pub(crate) async fn register_as(&self, city: &str, key: Id128, rows: &[Value]) -> Result<Id128, Failed> {
        let client = self.ring.house(&format!("registry.{city}"))?.client;
        let receipt: TaskReceipt = client.post(&self.running.party, REGISTRATION_TASKS, key, rows).await?;
        Ok(receipt.task)
    }

    pub(crate) async fn status(&self, city: &str, name: Id128) -> Result<TaskStatus, WireError> {
        let client = self.ring.house(&format!("registry.{city}")).unwrap().client;
        client.get(&self.running.party, &task(name)).await
    }

    /// Waits for the background task to be done with a registration.
    pub(crate) async fn done(&self, city: &str, name: Id128) -> Result<TaskStatus, Failed> {
        for _ in 0..2_400 {
            let status = self.status(city, name).await?;
            if status.state == TaskState::Done {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err("the task is not done after a minute".into())
    }

    pub(crate) async fn exchange(&self) -> Result<Exchanged, Failed> {
        let console = self.ring.house("console.991015")?.client.within(Duration::from_secs(300));
        Ok(console.run_job(&self.running.party, EXCHANGE, key(), &Nothing {}).await?)
    }

    pub(crate) async fn results(&self, city: &str, after: i64) -> Result<HubResults, Failed> {
        let client = self.ring.house(&format!("registry.{city}"))?.client;
        Ok(client.get(&self.running.party, &format!("{RESULTS}?after={after}")).await?)
    }

    /// Stops the hub and starts it again over what it left.
    pub(crate) async fn restart(&mut self) -> Result<(), Failed> {
        self.running.end().await;
        self.start().await
    }

    pub(crate) async fn start(&mut self) -> Result<(), Failed> {
        self.running = serve(&self.house, hub_core::open(self.house.clone()).await?).await?;
        Ok(())
    }

    pub(crate) async fn readiness(&self) -> Result<wire::Readiness, Failed> {
        let (http, base) = self.ring.bare_client("console.991015", &self.running)?;
        Ok(serde_json::from_str(&http.build()?.get(format!("{base}/readyz")).send().await?.text().await?)?)
    }
}

/// What kind of delivery, to compare lists of them.
pub(crate) fn kinds(rows: &[Delivery]) -> Vec<&'static str> {
    let kind = |row: &Delivery| match row {
        Delivery::Questionnaire { .. } => "questionnaire",
        Delivery::Notice { .. } => "notice",
        Delivery::Result { .. } => "result",
        Delivery::Withdrawal { .. } => "withdrawal",
        Delivery::Deletion { .. } => "deletion",
    };
    rows.iter().map(kind).collect()
}

pub(crate) fn refused<T: std::fmt::Debug>(outcome: Result<T, WireError>, status: StatusCode) {
    let error = outcome.unwrap_err();
    assert!(error.is_status(status), "{error} is not {status}");
}
