//! Rooms: where a system keeps one municipality's data, on SQLite or on PostgreSQL, by one set of queries.
//!
//! A [`Room`] is an SQLite file `DIR/registry/991015.sqlite`, or a PostgreSQL schema `registry_991015` owned by a role of the same name.
//! Nothing else is in it. A query is a function over `&mut `[`Tx`]; it runs in a transaction that [`Room::read`] or [`Room::write`] opens.
//!
//! ```no_run
//! use diesel::prelude::*;
//! use store::{Data, RoomName, Rooms, StoreError};
//!
//! diesel::table! { note (id) { id -> BigInt, text -> Text, } }
//!
//! # async fn example() -> Result<(), StoreError> {
//! let rooms = Rooms::open(Data::parse("kenshin-data")?)?;
//! let room = rooms.room(&RoomName::national("example"), &[])?;
//! room.write(|tx| {
//!     store::upsert!(tx, note::table, (note::id.eq(1), note::text.eq("first")), (note::id), (note::text.eq("first")))?;
//!     Ok::<_, StoreError>(())
//! })
//! .await?;
//! let text: Option<String> = room.read(|tx| Ok::<_, StoreError>(note::table.find(1).select(note::text).first(tx).optional()?)).await?;
//! # let _ = text; Ok(()) }
//! ```
//!
//! To add a table: write `migrations/NNNN_name.sql` in the crate that owns it, name it in that crate's [`migrations!`], describe it with
//! `diesel::table!` beside its queries, class its columns in `columns.toml` ([`columns::compare`] says what is missing).
//!
//! What this crate promises about the two databases:
//!
//! * A `write` is alone among the writes of its room on both, so a value read in it is still true when it commits.
//! * A `read` sees one snapshot on both.
//! * Durable when a `write` returns.
//! * No error of a driver leaves: its detail can hold a value. [`StoreError`] keeps kind, table and constraint.
//!
//! A PostgreSQL of a deployment needs: a database of its own in a server of its own (roles belong to the whole server), owned by the login
//! role of the URL, which has CREATEROLE and is no superuser; `log_error_verbosity = terse`, `lc_messages = 'C'`. With TLS by
//! `?sslmode=verify-full&sslrootcert=FILE` (and `&sslcert=FILE&sslkey=FILE` where the server asks for a certificate); other modes of TLS are
//! refused, because they do not verify whom they reach. Several hosts (`host1,host2`) are tried in their order, as libpq does.

mod copy;
mod data;
mod error;
mod lease;
mod load;
mod macros;
mod migration;
mod name;
mod postgres;
mod room;
mod rooms;
mod sqlite;
mod tx;
mod waiting;

pub mod columns;
pub mod testing;

pub use self::copy::{CopyError, TableDigest};
pub use self::data::Data;
pub use self::error::{ConstraintKind, StoreError};
pub use self::load::{Columns, Encoded, Loader, Row, analyze, load, make_indexes, postpone_indexes};
pub use self::migration::{Migration, Migrations};
pub use self::name::RoomName;
pub use self::room::Room;
pub use self::rooms::Rooms;
pub use self::tx::{MultiBackend, MultiField, MultiRawValue, MultiRow, Tx};

/// Classes of the columns that every room has; the first part of any comparison.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// In the changes of [`upsert!`]: the value that was to be inserted.
pub use diesel::upsert::excluded;

/// What the macros of this crate need where they are used.
#[doc(hidden)]
pub mod parts {
    use crate::StoreError;

    pub use diesel;

    /// Rows of one statement: 64 columns of them, twice what a table has, stay below the 32,766 parameters of SQLite.
    pub const ROWS: usize = 200;

    pub fn each<T, E: From<StoreError>>(
        rows: impl Iterator<Item = diesel::QueryResult<T>>,
        mut each: impl FnMut(T) -> Result<(), E>,
    ) -> Result<u64, E> {
        let mut count = 0;
        for row in rows {
            each(row.map_err(StoreError::from)?)?;
            count += 1;
        }
        Ok(count)
    }
}
