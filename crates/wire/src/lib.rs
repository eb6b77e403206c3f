//! How the parties of the ring talk: messages with golden bytes, servers and clients with mutual TLS, tokens, problem documents, effects
//! that happen once, signatures that are believed once.
//!
//! Holds no business rules. To add a message see [`messages`]; to add a route, one line of `Routes` with its rule and its handler.

pub mod idempotency;
pub mod messages;
mod octets;
mod party;
mod private;
mod problem;
pub mod signed;

pub use idempotency::Once;
pub use octets::{Code, Digest, Octets};
pub use party::Party;
pub use private::Private;
pub use problem::{PROBLEM_JSON, Problem, RowProblem};
pub use signed::Signed;

/// What every room has for the sake of messages: responses already given, signatures already believed.
pub const MIGRATIONS: store::Migrations = store::migrations!("wire", "0001_once");
