//! What tests of the crates above use: a room on each database, and the schema that came out of the migrations.

mod both;


pub use self::both::{both, both_blocking};

