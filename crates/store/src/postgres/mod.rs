//! The production store: one schema and one role per room, one bounded pool for all rooms.

mod address;
mod lock;
mod login;
mod pool;
mod provision;
mod session;
mod tunnel;

use std::sync::Arc;

pub(crate) use self::login::without_password;
pub(crate) use self::pool::Pool;
pub(crate) use self::provision::{exists, list, prepare, provision};
pub(crate) use self::session::Session;
use crate::RoomName;

/// What a transaction does, and so how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// One snapshot, nothing written.
    Read,
    /// Alone among the writes of the room.
    Write,
    /// Beside other writes of the room.
    Beside,
}

/// A room on PostgreSQL.
#[derive(Debug)]
pub(crate) struct Schema {
    pub(crate) pool: Arc<Pool>,
    pub(crate) name: String,
    read: String,
    write: String,
    beside: String,
}

impl Schema {
    pub(crate) fn new(pool: &Arc<Pool>, room: &RoomName) -> Self {
        let name = room.to_string();
        // One round trip. `pg_temp` last: a staging table cannot stand before a table of the room.
        let begin = |mode: &str| format!("BEGIN{mode}; SET LOCAL ROLE \"{name}\"; SET LOCAL search_path TO \"{name}\", pg_temp");
        let beside = begin("");
        Self {
            pool: Arc::clone(pool),
            read: begin(" ISOLATION LEVEL REPEATABLE READ READ ONLY"),
            write: format!("{beside}; SELECT pg_advisory_xact_lock({})", lock::of_room(&name)),
            beside,
            name,
        }
    }

    pub(crate) fn begin(&self, begin: Begin) -> &str {
        match begin {
            Begin::Read => &self.read,
            Begin::Write => &self.write,
            Begin::Beside => &self.beside,
        }
    }
}
