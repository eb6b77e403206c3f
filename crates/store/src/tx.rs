//! The one type of connection that queries run on.

use diesel::{PgConnection, SqliteConnection};

/// An open transaction in one room. Diesel queries run on it directly; `match` on it only where the two databases have no common word.
#[derive(diesel::MultiConnection)]
#[expect(missing_debug_implementations, reason = "neither driver connection has one")]
pub enum Tx {
    /// The embedded store.
    Sqlite(SqliteConnection),
    /// The production store.
    Postgres(PgConnection),
}
