//! Opening a connection to a file.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};

use crate::{StoreError, Tx};

/// Durable when a commit returns; erased cells are overwritten with zeros, so that what was shredded does not stay in free pages;
/// nothing in the schema of a file may call a function with a side effect.
const ALWAYS: &str = "PRAGMA busy_timeout = 25000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; \
                      PRAGMA trusted_schema = OFF;";
/// 64 MiB of pages while a load runs; the write-ahead log is cut back after one.
pub(crate) const WRITER: &str =
    "PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 16777216; PRAGMA wal_autocheckpoint = 5000;";
/// The log is cut back to this after it was longer (`journal_size_limit` above). From here on it is moved into the file beside those who write,
/// before a commit would do it (`wal_autocheckpoint`).
pub(crate) const LONG_LOG: u64 = 16_777_216;
/// A commit that does not move the log into the file itself, and one that does.
pub(crate) const NO_CHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 0";
pub(crate) const CHECKPOINT: &str = "PRAGMA wal_autocheckpoint = 5000";
const READER: &str = "PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;";

/// Whether a connection may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Read,
    Write,
}

/// Makes the folder (0700) and the file (0600) when they are not there, and turns the write-ahead log on.
pub(crate) fn create(path: &Path) -> Result<(), StoreError> {
    const FAILS: StoreError = StoreError::NotReachable("the file cannot be created");
    let folder = path.parent().ok_or(FAILS)?;
    make_folder(folder)?;
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => drop(made.map_err(|error| of_file(&error, FAILS))?),
    }
    let mut connection = establish(path)?;
    // Two programs that open a new file at once meet here without the busy handler being asked.
    let mut last = Ok(());
    for _ in 0..1_000 {
        last = connection.batch_execute("PRAGMA journal_mode = WAL").map_err(StoreError::from);
        match last {
            Err(StoreError::Busy(_)) => std::thread::park_timeout(std::time::Duration::from_millis(10)),
            _ => break,
        }
    }
    last
}

fn of_file(error: &io::Error, otherwise: StoreError) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => otherwise,
    }
}

/// Lets SQLite put the pieces of a large sort into the folder of the rooms: what it sorts is what is in them, and belongs on no other disk.
pub(super) fn sort_in(folder: &Path) -> Result<(), StoreError> {
    make_folder(folder)?;
    let folder = folder.canonicalize().map_err(|_| StoreError::NotReachable("the folder cannot be found"))?;
    let text = folder.to_str().ok_or(StoreError::NotReachable("the path is no text"))?;
    let mut connection = SqliteConnection::establish(":memory:")?;
    connection.batch_execute(&format!("PRAGMA temp_store_directory = '{}'", text.replace('\'', "''")))?;
    Ok(())
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| of_file(&error, StoreError::NotReachable("the folder cannot be made")))
}

/// A new connection to a file that is there.
pub(crate) fn open(path: &Path, usage: Use) -> Result<Tx, StoreError> {
    let mut connection = establish(path)?;
    connection.batch_execute(match usage {
        Use::Read => READER,
        Use::Write => WRITER,
    })?;
    Ok(Tx::Sqlite(connection))
}

fn establish(path: &Path) -> Result<SqliteConnection, StoreError> {
    if !path.is_file() {
        return Err(StoreError::NotReachable("the file is not there"));
    }
    let text = path.to_str().ok_or(StoreError::NotReachable("the path is no text"))?;
    // Diesel reads `file:` as a URI; a folder of that name must stay a folder.
    let text = if text.starts_with("file:") { format!("./{text}") } else { text.to_owned() };
    let mut connection = SqliteConnection::establish(&text)?;
    connection.batch_execute(ALWAYS)?;
    Ok(connection)
}

#[derive(diesel::QueryableByName)]
struct Checkpoint {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
    /// Pages in the log, and how many of them are in the file.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    log: i32,
    #[diesel(sql_type = diesel::sql_types::Integer)]
    checkpointed: i32,
}

/// What is left in the log after a round beside others is little: so many pages, which a commit moves by the way.
const LITTLE: i32 = 1_000;

/// Moves what the write-ahead log holds into the file, beside those who read and write → whether little is left.
pub(super) fn checkpoint_beside(path: &Path) -> Result<bool, StoreError> {
    let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(&mut establish(path)?)?;
    Ok(done.log - done.checkpointed <= LITTLE)
}

/// Moves what the write-ahead log holds into the file and empties the log, so that no erased cell stays in it.
pub(crate) fn checkpoint(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let done: Checkpoint = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(connection)?;
    if done.busy == 0 { Ok(()) } else { Err(StoreError::Busy("others read what the log holds")) }
}
