//! `IndividualNumber` (個人番号) alone, so that who can hold one is a fact about the dependency graph: only the crates named in
//! `ARCHITECTURE.md` may link this one, and nothing on the public side does.
//!
//! Nothing is to be added here.

mod individual;
mod published;

pub use individual::{IndividualNumber, NumberError, Opened};
pub use published::looks_published;
