//! The messages of the ring, without what carries them: [`messages`] with golden bytes, byte strings in JSON ([`Octets`], [`Digest`],
//! [`Code`]), [`Signed`] envelopes, [`sealing`] of lines, refusals ([`ProblemDocument`]), and the schemas of all of them.
//!
//! Builds alone: no database, no server, no client. A phone, a tablet, a vendor's tool or another party's own implementation links this
//! and `seal`, and speaks to every party.

mod derived;
pub mod messages;
mod octets;
mod private;
mod problem;
pub mod sealing;
pub mod signed;

pub use derived::id_of;
pub use octets::{Code, Digest, Octets};
pub use private::Private;
pub use problem::{PROBLEM_JSON, ProblemDocument, RowProblem};
pub use signed::Signed;
