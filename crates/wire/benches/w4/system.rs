//! A system of the house with one table: what a resident's results cost with everything that guards them.

use access::{Action, Policies, SystemPolicies};
use axum::extract::State;
use diesel::prelude::*;
use ledger::Subject;
use serde::{Deserialize, Serialize};
use store::{Rooms, StoreError};
use utoipa::ToSchema;
use vocabulary::{Purpose, SystemClock, SystemEntropy};
use wire::testing::{Failed, Ring};
use wire::{Asked, Json, Path, Problem, Routes, Running, Service, peer};

use crate::PEOPLE;

const READ: Action = Action::personal("atena:results.read");
const POLICY: &str = r#"
@id("results")
permit (principal, action == Action::"atena:results.read", resource) when { principal in Role::"registry" };
"#;
const MIGRATIONS: store::Migrations = store::Migrations::new(
    "sheets",
    &[store::Migration::new("0001_sheet", "CREATE TABLE sheet (id {id} NOT NULL PRIMARY KEY, results TEXT NOT NULL)")],
);

diesel::table! {
    sheet (id) {
        id -> BigInt,
        results -> Text,
    }
}

/// What both sides answer.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) results: String,
}

/// 2 KB, of nobody.
pub(crate) fn result_of(id: i64) -> String {
    format!("{id:08},2026-06-01,1,0110113719;").repeat(64)
}

#[derive(Clone)]
struct Sheets {
    room: ledger::Room,
}

async fn read(State(sheets): State<Sheets>, Asked(caller): Asked, Path(id): Path<i64>) -> Result<Json<Answer>, Problem> {
    let subject = id.to_string();
    let find = move |tx: &mut store::Tx| Ok::<_, Problem>(sheet::table.find(id).select(sheet::results).first(tx).optional()?);
    let found: Option<String> = sheets.room.read(&caller, READ, Subject::One(&subject), find).await?;
    found.map(|results| Json(Answer { results })).ok_or_else(|| Problem::not_found("no such resident"))
}

/// Fills the room and serves it.
pub(crate) async fn start(rooms: Rooms) -> Result<(Ring, Running), Failed> {
    let policies = Policies::load(&[SystemPolicies { system: "atena", actions: &[READ], text: POLICY }])?;
    let ring = Ring::new(rooms, policies, &["registry.991015", "atena.991015"])?;
    let house = ring.house("atena.991015")?;
    let room = house.room(MIGRATIONS).await?;
    let raw = room.raw().clone();
    let filled = move || {
        raw.write_blocking(|tx| {
            store::load(tx, (sheet::id, sheet::results), |rows| {
                (0..PEOPLE).try_for_each(|id| rows.push(|row| row.int(id).text(&result_of(id))))
            })
        })
    };
    tokio::task::spawn_blocking(filled).await?.map_err(|error: StoreError| error)?;
    let routes = Routes::of(Sheets { room: room.clone() }).get("/atena/v1/results/{id}", peer(READ, Purpose::Consultation), read);
    let running = wire::serve(&house, Service::new(&room).routes(routes)).await?;
    Ok((ring, running))
}

/// The registry's token of the system.
pub(crate) async fn token(ring: &Ring, to: &Running) -> Result<String, Failed> {
    let identity = ring.house("registry.991015")?.identity;
    let pem = format!("{}{}", identity.chain_pem(), identity.key_pem());
    let http = reqwest::Client::builder()
        .tls_certs_only([reqwest::Certificate::from_pem(identity.authority_pem().as_bytes())?])
        .identity(reqwest::Identity::from_pem(pem.as_bytes())?)
        .resolve(&to.party.dns_name(), to.addr)
        .http1_only()
        .build()?;
    let credentials = wire::oauth::Credentials::load(&ring.dir().join("secrets"), identity.party(), &to.party)?;
    let form = credentials.request(&to.party, &SystemClock, &SystemEntropy)?;
    let url = format!("https://{}:{}/oauth/token", to.party.dns_name(), to.addr.port());
    let answer: serde_json::Value = http.post(url).form(&form).send().await?.error_for_status()?.json().await?;
    Ok(answer.get("access_token").and_then(serde_json::Value::as_str).ok_or("no token")?.to_owned())
}
