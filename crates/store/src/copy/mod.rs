//! A whole room as bytes, and back: what a backup is made of. On SQLite they are the pages of the file as one transaction sees them; on PostgreSQL
//! what its own `pg_dump` writes of the schema, of the same moment.

mod digest;
mod postgres;
mod sqlite;

use std::io::{self, Read, Write};

pub use self::digest::TableDigest;
use crate::room::Means;
use crate::rooms::All;
use crate::{Data, Room, RoomName, Rooms, StoreError, Tx};

/// Why a room was not copied or not put back.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the bytes go to or come from.
    #[error("the bytes of the room: {0}")]
    Bytes(#[from] io::Error),
    /// PostgreSQL's tool cannot be run.
    #[error("{0} of PostgreSQL cannot be run here: install its client programs, of the server's version or a later one")]
    NoTool(&'static str),
    /// PostgreSQL's tool did not do it. What it says of it may hold what is in the room, and is not repeated.
    #[error("{0} of PostgreSQL did not do its work: {1}")]
    Tool(&'static str, &'static str),
    /// SQLite in this program cannot give the pages of a file.
    #[error("SQLite was built into this program without `sqlite_dbpage`: build it within its repository, whose .cargo/config.toml says it")]
    NoPages,
    /// A file of SQLite's without the room that it belongs to.
    #[error("{0} is left of another room: take it away first, or it would be taken for a part of this one")]
    LeftOver(String),
    /// There is a room of this name.
    #[error("there is a room {0} already")]
    IsThere(RoomName),
}

crate::driver_errors!(CopyError);

impl Rooms {
    /// Writes a whole room as it is at one moment, while others write in it → what its tables hold at that moment. Blocks.
    pub fn copy_out(&self, room: &Room, to: &mut dyn Write) -> Result<Vec<TableDigest>, CopyError> {
        room.read_blocking(|tx| {
            let tables = digest::of_all(tx)?;
            match self.data() {
                Data::Folder(_) => sqlite::copy_out(tx, to)?,
                Data::Postgres(url) => postgres::copy_out(tx, url, room.name(), to)?,
            }
            Ok(tables)
        })
    }

    /// Makes a room of what [`Rooms::copy_out`] wrote on a database of the same kind. Where that fails nothing of it is left. Blocks.
    pub fn copy_in(&self, name: &RoomName, from: &mut dyn Read) -> Result<Room, CopyError> {
        if self.existing(name)?.is_some() {
            return Err(CopyError::IsThere(name.clone()));
        }
        match (self.means(), self.data()) {
            (All::Sqlite(folder), _) => sqlite::copy_in(&folder.file_of(name), from)?,
            (All::Postgres(pool), Data::Postgres(url)) => {
                crate::postgres::provision(pool, name)?;
                postgres::copy_in(url, name, from).inspect_err(|_| {
                    // What went wrong first is what is told.
                    let _ = self.remove(name);
                })?;
            }
            (All::Postgres(_), Data::Folder(_)) => return Err(StoreError::BadData.into()),
        }
        Ok(self.existing(name)?.ok_or(StoreError::NotFound)?)
    }

    /// Takes a room away with everything in it: for what was put back in part, and for places that are made to be thrown away. Blocks.
    pub fn remove(&self, name: &RoomName) -> Result<(), StoreError> {
        let Some(room) = self.existing(name)? else { return Ok(()) };
        self.forget(name);
        match room.means() {
            Means::Sqlite(file) => file.remove(),
            Means::Postgres(_) => room.write_blocking(|tx| postgres::drop_schema(tx, name)),
        }
    }
}

impl Room {
    /// What the tables of the room hold at one moment. Blocks for as long as it takes to read it all.
    pub fn digest_tables(&self) -> Result<Vec<TableDigest>, StoreError> {
        self.read_blocking(digest::of_all)
    }

    /// What SQLite finds wrong in the structure of the file, which what the tables hold does not tell; of PostgreSQL nothing. Blocks as long.
    pub fn check_structure(&self) -> Result<Vec<String>, StoreError> {
        self.read_blocking(|tx| if let Tx::Sqlite(_) = tx { sqlite::check(tx) } else { Ok(Vec::new()) })
    }
}
