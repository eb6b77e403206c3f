//! What may go wrong with a room, in words that cannot hold a value.

mod meaning;

use diesel::ConnectionError;
use diesel::result::Error as Driver;

pub(crate) use self::meaning::is_retryable;

/// Which rule of the schema refused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConstraintKind {
    /// A unique index or a primary key.
    Unique,
    /// A reference to a row that is not there, or from a row that is.
    ForeignKey,
    /// A value is missing.
    NotNull,
    /// A check of the table.
    Check,
}

/// An error of a room. The driver's own text never gets in here: it can hold a value, and with it an individual number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A rule of the schema refused the change. `name` is the constraint on PostgreSQL and `table.column, table.column` on SQLite.
    #[error("the database refused the change: {kind:?} rule {name:?} of table {table:?}")]
    Constraint {
        /// Which kind of rule.
        kind: ConstraintKind,
        /// The table; empty where the database does not say (a foreign key on SQLite).
        table: String,
        /// The rule as the database calls it; empty where it does not say.
        name: String,
    },
    /// A row that the query needs is not there.
    #[error("the row is not there")]
    NotFound,
    /// The database cannot be reached.
    #[error("the database cannot be reached: {0}")]
    NotReachable(&'static str),
    /// Others kept the room or all connections for too long; the same request may be tried again.
    #[error("the room is busy: {0}")]
    Busy(&'static str),
    /// Two transactions stood in each other's way again and again; the same request may be tried again.
    #[error("the transaction conflicts with another one")]
    Conflict,
    /// The disk or the quota is full.
    #[error("the disk of the database is full")]
    Full,
    /// The disk failed to read or write.
    #[error("the disk of the database failed")]
    Disk,
    /// The file is damaged, or no database.
    #[error("the database is damaged: restore it from a backup")]
    Corrupt,
    /// A write in a transaction that only reads, or in a file that may only be read.
    #[error("the transaction may only read")]
    ReadOnly,
    /// Nothing is written to the room, for a reason that those who keep it found.
    #[error("nothing is written to the room: {0}")]
    NotWritable(&'static str),
    /// The role of the room has no right to this.
    #[error("the database refuses this to the room: {0}")]
    Refused(String),
    /// The statement does not fit the schema: a migration is missing, or the statement is wrong.
    #[error("the statement does not fit the schema: {0}")]
    Schema(String),
    /// A migration cannot be run.
    #[error("migration {component}/{name}: {problem}")]
    Migration {
        /// The crate it belongs to.
        component: String,
        /// Its name.
        name: String,
        /// What is wrong.
        problem: String,
    },
    /// The room was written by a newer version of this program.
    #[error(
        "the room {room} has migration {component}/{name}, which this program does not know: use the version that ran it, or a newer one"
    )]
    Newer {
        /// The room.
        room: String,
        /// The crate it belongs to.
        component: String,
        /// Its name.
        name: String,
    },
    /// Neither a folder nor a `postgres://` URL.
    #[error("data is a folder or postgres://user:password@host:port/database")]
    BadData,
    /// The URL asks for TLS in a way that cannot be kept, or what it names for TLS cannot be read.
    #[error("TLS to the database: {0}")]
    BadTls(&'static str),
    /// The name of a system is not a plain word.
    #[error("a system is named by up to 40 of a-z, 0-9 and _")]
    BadName,
    /// A row handed to the loader has the wrong number of cells, or a column is not one the loader can fill.
    #[error("bulk load of table {table:?}: {problem}")]
    Load {
        /// The table.
        table: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Anything else; which part of the driver it came from.
    #[error("the database failed ({0})")]
    Other(&'static str),
}

impl StoreError {
    /// The HTTP status that a request which met this answers with.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Constraint { .. } | Self::Conflict => 409,
            Self::Busy(_) | Self::NotReachable(_) => 503,
            Self::Full => 507,
            _ => 500,
        }
    }

    /// Whether the same request may succeed when it is sent again.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::NotReachable(_) | Self::Conflict | Self::Full)
    }

    /// Whether a unique rule of `table` refused the row.
    pub fn is_duplicate_in(&self, of: &str) -> bool {
        matches!(self, Self::Constraint { kind: ConstraintKind::Unique, table, .. } if table == of)
    }
}

impl From<Driver> for StoreError {
    fn from(error: Driver) -> Self {
        meaning::of_query(&error)
    }
}

impl From<ConnectionError> for StoreError {
    fn from(error: ConnectionError) -> Self {
        meaning::of_connection(&error)
    }
}
