//! Work that outlives the request that asked for it: jobs (long pieces of work that a person asked for) and the outbox (what one party has
//! to tell another). And, because this is the highest floor that keeps tables in every room, what every room has.

pub mod jobs;
pub mod outbox;
mod rooms;

pub use rooms::{columns, every_migration, migrations, open_room, open_room_of};

/// The tables of jobs and of the outbox.
pub const MIGRATIONS: store::Migrations = store::migrations!("work", "0001_outbox", "0002_jobs");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");
