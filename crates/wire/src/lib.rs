//! How the parties of the ring talk: messages with golden bytes, servers and clients with mutual TLS, tokens, problem documents, effects
//! that happen once, signatures that are believed once.
//!
//! Holds no business rules. A system is handed a [`House`] and hands back a [`Service`]:
//!
//! ```ignore
//! pub async fn open(house: &House) -> Result<Service, OpenError> {
//!     let room = house.room(MIGRATIONS).await?;
//!     let atena = Atena { room: room.clone(), client: house.client.clone() };
//!     let routes = Routes::of(atena)
//!         .post(messages::atena::PERSONS, peer(MINT, Purpose::Numbering), persons::mint)
//!         .get(messages::atena::INQUIRY, peer(INQUIRE, Purpose::Inquiry), inquiries::status);
//!     Ok(Service::new(&room).routes(routes))
//! }
//! ```
//!
//! To add a message see [`messages`]; to add a route, one line like those above: it names its action and purpose, its OpenAPI operation is
//! read off the handler's types, and without a policy for the action [`serve`] refuses to start.

mod client;
pub mod faults;
mod house;
pub mod idempotency;
pub mod messages;
pub mod oauth;
mod octets;
mod party;
pub mod pending;
pub mod pki;
mod private;
mod problem;
pub mod sealing;
mod server;
mod setting;
pub mod signed;
#[doc(hidden)]
pub mod testing;
mod tls;

pub use client::{Client, Peers, WireError};
pub use house::{House, Means};
pub use idempotency::Once;
pub use octets::{Code, Digest, Octets};
pub use party::Party;
pub use private::Private;
pub use problem::{PROBLEM_JSON, Problem, RowProblem};
pub use server::{
    Answer, Argument, Asked, Check, Described, Json, Later, Path, Query, RING, Readiness, Routes, Rule, Running, ServeError, Service,
    Sessions, Shown, Sketch, Stop, anyone, peer, serve, session, unauthenticated,
};
pub use setting::{Limits, Setting};
pub use signed::Signed;
pub use tls::Peer;

/// What every room has for the sake of messages: responses already given, signatures already believed.
pub const MIGRATIONS: store::Migrations = store::migrations!("wire", "0001_once");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");
