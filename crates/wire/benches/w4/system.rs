//! A system of the house with one table: what a resident's results cost with everything that guards them.

use access::{
    Accounts, Action, Caller, Hasher, LogIn, NewAccount, Origin, Password, Policies, Resumed, SessionToken, SystemPolicies, Terminal,
};
use axum::extract::State;
use axum::response::Response;
use diesel::prelude::*;
use futures::future::BoxFuture;
use ledger::PersonId;
use serde::{Deserialize, Serialize};
use store::{Rooms, StoreError};
use utoipa::ToSchema;
use vocabulary::{Entropy as _, Purpose, SystemClock, SystemEntropy};
use wire::testing::{Failed, Ring};
use wire::{Allowance, Json, Path, Problem, RequestCaller, Routes, Running, Service, Sessions, Shown, peer, session};

use crate::PEOPLE;

const READ: Action = Action::personal("atena:results.read").for_purpose(Purpose::Consultation);
const POLICY: &str = r#"
@id("results")
permit (principal, action == Action::"atena:results.read", resource)
when { principal in Role::"registry" || principal in Role::"health_officer" };
"#;
/// The browser of the member of staff.
pub(crate) const AGENT: &str = "w4";
const PASSWORD: &str = "見本の合言葉 of w4";
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

async fn read(State(sheets): State<Sheets>, RequestCaller(caller): RequestCaller, Path(id): Path<i64>) -> Result<Json<Answer>, Problem> {
    let find = move |tx: &mut store::Tx| Ok::<_, Problem>(sheet::table.find(id).select(sheet::results).first(tx).optional()?);
    let found: Option<String> = sheets.room.see_person(&caller, READ, PersonId::new(id.to_string()), find).await?;
    found.map(|results| Json(Answer { results })).ok_or_else(|| Problem::not_found("no such resident"))
}

/// The system twice, over one room: for the other systems over the ring's TLS, and for staff as its pages are, on this machine's loopback.
pub(crate) struct System {
    pub(crate) ring: Ring,
    pub(crate) peers: Running,
    pub(crate) pages: Running,
    accounts: Accounts,
}

/// Fills the room and serves it.
pub(crate) async fn start(rooms: Rooms) -> Result<System, Failed> {
    let policies = Policies::load(&[SystemPolicies { system: "atena", actions: &[&[READ]], text: POLICY }])?;
    let ring = Ring::new(rooms, policies, &["registry.991015", "atena.991015"])?;
    let mut house = ring.house("atena.991015")?;
    // Counted as always, but not refused.
    let much = Allowance { per_minute: u32::MAX, at_once: u32::MAX };
    (house.setting.limits.account, house.setting.limits.system, house.setting.limits.connections_per_address) = (much, much, 0);
    let room = house.room(&[MIGRATIONS]).await?;
    let raw = room.raw().clone();
    let filled = move || {
        raw.write_blocking(|tx| {
            store::load(tx, (sheet::id, sheet::results), |rows| {
                (0..PEOPLE).try_for_each(|id| rows.push(|row| row.int(id).text(&result_of(id))))
            })
        })
    };
    tokio::task::spawn_blocking(filled).await?.map_err(|error: StoreError| error)?;
    let accounts =
        Accounts::new(room.raw().clone(), access::AccountRules::default(), Hasher::new(1), house.clock.clone(), house.entropy.clone());
    const PATH: &str = "/atena/v1/results/{id}";
    let sheets = || Routes::of(Sheets { room: room.clone() });
    let for_peers = sheets().get(PATH, peer(READ), read);
    let for_staff = sheets().get(PATH, session(READ), read);
    let peers = wire::serve(&house, Service::new(&room).routes(for_peers)).await?;
    let pages = wire::serve(&house, Service::new(&room).pages().sessions(Staff(accounts.clone())).routes(for_staff)).await?;
    Ok(System { ring, peers, pages, accounts })
}

/// Staff by the cookie of their session.
struct Staff(Accounts);

impl Sessions for Staff {
    fn enter(&self, shown: Shown) -> BoxFuture<'_, Result<Caller, Response>> {
        Box::pin(async move {
            let agent = shown.parts.headers.get(http::header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
            let Some(token) = shown.cookie("session") else { return Err(wire::unauthenticated()) };
            match self.0.resume(token, &Terminal { agent, id: None }).await {
                Ok(Resumed::Open(session)) => Ok(Caller::from_session(&session, shown.purpose, shown.request)),
                _ => Err(wire::unauthenticated()),
            }
        })
    }

    fn named<'h>(&self, headers: &'h http::HeaderMap) -> Option<&'h str> {
        wire::cookie(headers, "session")
    }
}

impl System {
    /// Logs a member of staff in, past the first change of password.
    pub(crate) async fn log_in(&self) -> Result<SessionToken, Failed> {
        let operator = Caller::console("operator", Some("991015".parse()?), Purpose::Operation, SystemEntropy.id128());
        let new = NewAccount {
            id: "s1001".to_owned(),
            personnel: "P1001".to_owned(),
            name: "見本 花子".to_owned(),
            privileged: false,
            valid_from: None,
            valid_until: None,
            roles: vec!["health_officer".to_owned()],
        };
        let once = self.accounts.create(&operator, new).await?;
        let LogIn::Opened(token, session) =
            self.accounts.log_in("s1001", once, &Terminal { agent: AGENT, id: None }, &Origin::default()).await?
        else {
            return Err("no log-in".into());
        };
        self.accounts.change_password(&session, None, Password::new(PASSWORD)).await?.map_err(|refusal| format!("{refusal:?}"))?;
        Ok(token)
    }

    pub(crate) async fn stop(self) {
        self.pages.stop().await;
        self.peers.stop().await;
    }
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
    let credentials = line::oauth::Credentials::load(&ring.dir().join("secrets"), identity.party(), &to.party)?;
    let form = credentials.request(&to.party, &SystemClock, &SystemEntropy)?;
    let url = format!("https://{}:{}/oauth/token", to.party.dns_name(), to.addr.port());
    let answer: serde_json::Value = http.post(url).form(&form).send().await?.error_for_status()?.json().await?;
    Ok(answer.get("access_token").and_then(serde_json::Value::as_str).ok_or("no token")?.to_owned())
}
