//! How the parties of the ring serve: servers with mutual TLS, tokens that they give, problem documents, effects that happen once,
//! signatures that are believed once. The messages are `protocol`'s, certificates and the client are `line`'s.
//!
//! Holds no business rules. A system is handed a [`House`] and hands back a [`Service`]:
//!
//! ```no_run
//! use access::Action;
//! use axum::extract::State;
//! use ledger::{PersonId, Seen};
//! use vocabulary::Purpose;
//! use protocol::messages::{Accepted, relay};
//! use wire::{RequestCaller, House, Json, Once, Problem, Routes, Service, peer};
//!
//! const TAKE: Action = Action::personal("relay:numbers.take").for_purpose(Purpose::Numbering);
//!
//! #[derive(Clone)]
//! struct Relay {
//!     room: ledger::Room,
//!     house: House,
//! }
//!
//! async fn take(State(relay): State<Relay>, RequestCaller(caller): RequestCaller, once: Once, Json(new): Json<relay::UnifiedNumbers>) -> Result<Json<Accepted>, Problem> {
//!     let clock = relay.house.clock.clone();
//!     let effect = relay.room.change(&caller, TAKE, move |tx, _| {
//!         // the effect, its entry and its answer are one transaction
//!         let answer = once.run(tx, clock.as_ref(), |_tx| Ok::<_, Problem>(Accepted { accepted: new.unified_numbers.len() as u64 }))?;
//!         Ok::<_, Problem>(Seen::people(new.unified_numbers.iter().map(|number| PersonId::new(number.as_str())), answer))
//!     });
//!     Ok(Json(effect.await?))
//! }
//!
//! async fn open(house: House) -> Result<Service, ledger::LedgerError> {
//!     let relay = Relay { room: house.bare_room().await?, house };
//!     let room = relay.room.clone();
//!     Ok(Service::new(&room).routes(Routes::of(relay).post(relay::UNIFIED_NUMBERS, peer(TAKE), take)))
//! }
//! # async fn run(house: House) -> Result<(), Box<dyn std::error::Error>> {
//! let running = wire::serve(&house, open(house.clone()).await?).await?;
//! running.stop().await;
//! # Ok(()) }
//! ```
//!
//! To add a message see `protocol::messages`; to add a route, one line like those above: it names its action and purpose, its OpenAPI operation is
//! read off the handler's types, and without a policy for the action [`serve`] refuses to start.

mod attempts;
mod budget;
mod cause;
mod cell_lines;
pub mod faults;
mod house;
pub mod idempotency;
mod implementation;
pub mod memory;
mod network;
pub mod oauth;
pub mod panics;
mod problem;
mod refusal;
pub mod replay;
pub mod rounds;
mod server;
mod setting;
#[doc(hidden)]
pub mod tap;
#[doc(hidden)]
pub mod testing;
mod witness;

pub use attempts::RefusedAttempts;
pub use budget::{Allowance, Budget, Place, TooMany};
pub use cause::{BadAnswer, Cause, Damaged, Defect, Forbidden, Malformed, Unknown};
pub use cell_lines::CellLines;
pub use house::{House, Means};
pub use idempotency::Once;
pub use implementation::{Implementation, OpeningError};
pub use network::Network;
pub use problem::{MOST_ROWS, Problem, limit_rows};
pub use refusal::{Refusal, parts, pass_over};
pub use server::{
    Answer, Argument, BodyError, Check, Described, Download, Events, Figure, Json, Later, LaterAt, Path, Peer, Query, RING, Readiness,
    RequestCaller, Routes, Rule, Running, ServeError, Service, Sessions, Shown, Sketch, Stop, anyone, cookie, keep_room, peer, read_value,
    serve, session, unauthenticated,
};
pub use server::{Door, Listed};
pub use setting::{Closed, Credential, Device, Limits, MasterSetting, MasterSettingError, Passphrase, Pkcs11, Setting};
pub use witness::{KeyText, WitnessSetting, WitnessSettingError};

/// What every room has for the sake of messages: responses already given, signatures already believed.
pub const MIGRATIONS: store::Migrations = store::migrations!("wire", "0001_once");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");
