//! A small provider that adds up amounts, and ways to ask it.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Action;
use axum::extract::State;
use diesel::prelude::*;
use ledger::Seen;
use protocol::messages::After;
use serde::{Deserialize, Serialize};
use store::{Data, Rooms};
use utoipa::ToSchema;
use vocabulary::{Clock, Party, Purpose};
use wire::testing::{Failed, Ring};
use wire::{House, Json, Once, Path, Problem, Query, RequestCaller, Routes, Running, Service, peer};

pub(crate) const ADD: &str = "/atena/v1/totals";
pub(crate) const READ: &str = "/atena/v1/totals/{name}";
const ADDING: Action = Action::personal("atena:totals.add").for_purpose(Purpose::Numbering);
const READING: Action = Action::personal("atena:totals.read").for_purpose(Purpose::Numbering);
const UNKNOWN: Action = Action::personal("atena:nothing.done").for_purpose(Purpose::Numbering);

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Ask {
    pub(crate) amount: i32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Answer {
    pub(crate) total: i32,
}

diesel::table! {
    total (name) {
        name -> Text,
        amount -> Integer,
    }
}

const MIGRATIONS: store::Migrations = store::Migrations::new("totals", &[store::Migration::new("0001_total", TOTALS)]);
const TOTALS: &str = "CREATE TABLE total (name TEXT NOT NULL PRIMARY KEY, amount INTEGER NOT NULL);";

#[derive(Clone)]
pub(crate) struct Totals {
    pub(crate) room: ledger::Room,
    pub(crate) clock: Arc<dyn Clock>,
    /// Dies after the effect and before the answer.
    pub(crate) dying: bool,
}

async fn add(
    State(totals): State<Totals>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(ask): Json<Ask>,
) -> Result<Json<Answer>, Problem> {
    let clock = Arc::clone(&totals.clock);
    let answer = totals
        .room
        .change(&caller, ADDING, move |tx, record| {
            record.note("adds");
            let answer = once.run(tx, clock.as_ref(), |tx| {
                let row = (total::name.eq("sum"), total::amount.eq(ask.amount));
                store::upsert!(tx, total::table, row, (total::name), total::amount.eq(total::amount + ask.amount))?;
                let sum = total::table.find("sum").select(total::amount).first(tx)?;
                Ok::<_, Problem>(Answer { total: sum })
            });
            answer.map(Seen::unnamed)
        })
        .await?;
    if totals.dying {
        std::process::abort();
    }
    Ok(Json(answer))
}

async fn read(
    State(totals): State<Totals>,
    RequestCaller(caller): RequestCaller,
    Path(name): Path<String>,
    Query(_after): Query<After>,
) -> Result<Json<Answer>, Problem> {
    let found = totals
        .room
        .see(&caller, READING, |tx, _| {
            Ok::<_, Problem>(Seen::unnamed(total::table.find(name).select(total::amount).first::<i32>(tx).optional()?))
        })
        .await?;
    Ok(Json(Answer { total: found.unwrap_or(0) }))
}

pub(crate) fn routes(totals: Totals) -> Routes<Totals> {
    Routes::of(totals).post(ADD, peer(ADDING), add).get(READ, peer(READING), read)
}

pub(crate) const GONE: &str = "/atena/v1/gone";
pub(crate) const SAID: &str = "/atena/v1/gone-as-said";

#[derive(Debug, thiserror::Error)]
pub(crate) enum GoneError {
    #[error("it was there")]
    Gone,
    #[error(transparent)]
    Cause(#[from] wire::Cause),
}

wire::refusals! {
    GoneError {
        Gone => GONE, "gone";
    }
}

/// Two that refuse with a status of their own, of which one says so.
pub(crate) fn gone(totals: Totals) -> Routes<Totals> {
    let gone = async || Err::<Json<Answer>, _>(Problem::from(GoneError::Gone));
    Routes::of(totals).get(GONE, peer(READING), gone).refusing::<GoneError>().get(SAID, peer(READING), gone)
}

pub(crate) async fn totals(house: &House) -> Result<Totals, Failed> {
    Ok(Totals { room: house.room(&[MIGRATIONS]).await?, clock: Arc::clone(&house.clock), dying: false })
}

pub(crate) async fn atena(house: &House) -> Result<Service, Failed> {
    let totals = totals(house).await?;
    Ok(Service::new(&totals.room).routes(routes(totals)))
}

pub(crate) fn uncovered(totals: Totals) -> Routes<Totals> {
    Routes::of(totals).get("/atena/v1/nothing", peer(UNKNOWN), async || Json(Answer { total: 0 }))
}

pub(crate) const PARTIES: [&str; 5] = ["registry.991015", "atena.991015", "relay.991015", "registry.992020", "network.national"];

const POLICIES: &str = r#"
@id("totals")
permit (principal, action in [Action::"atena:totals.add", Action::"atena:totals.read"], resource)
when { principal in [Role::"registry", Role::"relay"] };
"#;

pub(crate) fn ring(rooms: Rooms) -> Result<Ring, Failed> {
    let atena = access::SystemPolicies { system: "atena", actions: &[&[ADDING, READING]], text: POLICIES };
    Ring::new(rooms, access::Policies::load(&[atena])?, &PARTIES)
}

pub(crate) fn ring_at(rooms: Rooms, clock: Arc<dyn Clock>) -> Result<Ring, Failed> {
    Ring::at(rooms, wire::testing::open_policies(&[("atena", &[ADDING, READING])])?, &PARTIES, clock)
}

pub(crate) async fn both<F>(test: impl Fn(Rooms) -> F)
where
    F: Future<Output = Result<(), Failed>>,
{
    store::testing::both(test).await;
}

/// A plain request under a party's certificate, past everything that `line::Client` does.
pub(crate) async fn raw(
    ring: &Ring,
    party: &str,
    to: &Running,
    request: impl FnOnce(&reqwest::Client, &str) -> reqwest::RequestBuilder,
) -> Result<reqwest::Response, Failed> {
    let (http, base) = ring.bare_client(party, to)?;
    Ok(request(&http.http1_only().build()?, &base).send().await?)
}

/// The form of a token request that was signed just now.
pub(crate) fn assertion(ring: &Ring, consumer: &str, provider: &Party) -> Result<BTreeMap<&'static str, String>, Failed> {
    let credentials = line::oauth::Credentials::load(&ring.dir().join("secrets"), &consumer.parse()?, provider)?;
    Ok(credentials.request(provider, &vocabulary::SystemClock, &vocabulary::SystemEntropy)?)
}

/// A token of a provider, with its scope narrowed.
pub(crate) async fn token(ring: &Ring, consumer: &str, to: &Running, scope: Option<&str>) -> Result<String, Failed> {
    let mut form = assertion(ring, consumer, &to.party)?;
    if let Some(scope) = scope {
        form.insert("scope", scope.to_owned());
    }
    let answer = raw(ring, consumer, to, |http, base| http.post(format!("{base}/oauth/token")).form(&form)).await?;
    let answer: serde_json::Value = answer.error_for_status()?.json().await?;
    let token = answer.get("access_token").and_then(serde_json::Value::as_str);
    Ok(token.ok_or("no token")?.to_owned())
}

/// A plain client that shows no certificate.
pub(crate) fn phone(ring: &Ring, to: &Running) -> Result<reqwest::Client, Failed> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([reqwest::Certificate::from_pem(ring.authority().certificate().as_bytes())?])
        .resolve(&to.party.dns_name(), to.addr)
        .http1_only()
        .build()?)
}

/// A body that comes piece by piece.
pub(crate) fn streamed<S>(stream: S) -> reqwest::Body
where
    S: futures::Stream<Item = Result<bytes::Bytes, std::io::Error>> + Send + Sync + 'static,
{
    use futures::TryStreamExt;
    reqwest::Body::wrap(http_body_util::StreamBody::new(stream.map_ok(hyper::body::Frame::data)))
}

/// Takes the database away from under whoever uses it.
pub(crate) fn destroy(rooms: &Rooms) -> Result<(), Failed> {
    match rooms.data() {
        Data::Folder(folder) => std::fs::remove_dir_all(folder.join("atena"))?,
        Data::Postgres(url) => {
            let (server, name) = url.rsplit_once('/').ok_or("a database in the URL")?;
            let (name, options) = name.split_once('?').map_or((name, String::new()), |(name, options)| (name, format!("?{options}")));
            let mut connection = diesel::PgConnection::establish(&format!("{server}/postgres{options}"))?;
            diesel::sql_query(format!("DROP DATABASE {name} WITH (FORCE)")).execute(&mut connection)?;
        }
    }
    Ok(())
}

/// What `/readyz` says, asked again while something has no time to answer: a loaded machine is not what is tested.
pub(crate) async fn readiness(ring: &Ring, running: &Running) -> Result<(http::StatusCode, wire::Readiness), Failed> {
    loop {
        let answer = raw(ring, "registry.991015", running, |http, base| http.get(format!("{base}/readyz"))).await?;
        let status = answer.status();
        let ready: wire::Readiness = answer.json().await?;
        if ready.checks.iter().all(|check| check.detail.as_deref() != Some("no answer in time")) {
            return Ok((status, ready));
        }
    }
}
