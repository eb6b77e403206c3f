//! What tests of the crates above use: rooms on each database, and the schema that came out of the migrations.

mod both;
mod parity;
mod schema;
mod stored;

pub use self::both::{Database, Passed, both, both_blocking};
pub use self::parity::same_on_both;
pub use self::schema::{Column, Reference, Schema, Table, schema};
pub use self::stored::{contains, stored};
