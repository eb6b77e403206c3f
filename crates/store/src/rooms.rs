//! All rooms of a deployment.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::name::check_system;
use crate::postgres::{self, Pool, Schema};
use crate::room::Means;
use crate::sqlite::Folder;
use crate::{Data, Migrations, Room, RoomName, StoreError, migration};

/// Connections to PostgreSQL that one process holds at most.
const CONNECTIONS: usize = 24;

/// All rooms of a deployment. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Rooms(Arc<Inner>);

struct Inner {
    data: Data,
    means: All,
    /// Rooms that are open: whoever asks again gets the same one, and with it its one writer.
    open: Mutex<HashMap<RoomName, Room>>,
}

pub(crate) enum All {
    Sqlite(Folder),
    Postgres(Arc<Pool>),
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rooms").field("data", &self.data).finish_non_exhaustive()
    }
}

impl Rooms {
    /// Opens the folder or the database; blocks until PostgreSQL answered once.
    pub fn open(data: Data) -> Result<Self, StoreError> {
        Self::open_with(data, CONNECTIONS)
    }

    /// The same with a bound on the connections to PostgreSQL; SQLite does not ask for it.
    pub fn open_with(data: Data, connections: usize) -> Result<Self, StoreError> {
        let means = match &data {
            Data::Folder(path) => All::Sqlite(Folder::new(path.clone())),
            Data::Postgres(url) => {
                let pool = Pool::new(url, connections)?;
                postgres::prepare(&pool)?;
                All::Postgres(pool)
            }
        };
        Ok(Self(Arc::new(Inner { data, means, open: Mutex::default() })))
    }

    /// Where the rooms are.
    pub fn data(&self) -> &Data {
        &self.0.data
    }

    /// Opens a room, makes it when it is not there, and runs the migrations it lacks. Blocks.
    pub fn room(&self, name: &RoomName, migrations: &[Migrations]) -> Result<Room, StoreError> {
        name.checked()?;
        let room = match self.known(name) {
            Some(room) => room,
            None => {
                let means = match &self.0.means {
                    All::Sqlite(folder) => Means::Sqlite(folder.create(name)?),
                    All::Postgres(pool) => {
                        postgres::provision(pool, name)?;
                        Means::Postgres(Arc::new(Schema::new(pool, name)))
                    }
                };
                self.remember(name, means)
            }
        };
        migration::run(&room, migrations)?;
        Ok(room)
    }

    /// Opens a room that is there, as it is; `None` when it is not. Blocks.
    pub fn existing(&self, name: &RoomName) -> Result<Option<Room>, StoreError> {
        name.checked()?;
        if let Some(room) = self.known(name) {
            return Ok(Some(room));
        }
        let means = match &self.0.means {
            All::Sqlite(folder) => folder.existing(name).map(Means::Sqlite),
            All::Postgres(pool) => postgres::exists(pool, name)?.then(|| Means::Postgres(Arc::new(Schema::new(pool, name)))),
        };
        Ok(means.map(|means| self.remember(name, means)))
    }

    /// Whether a room is there. Blocks.
    pub fn has(&self, name: &RoomName) -> Result<bool, StoreError> {
        Ok(self.existing(name)?.is_some())
    }

    /// The migrations that a room lacks, as `component/name`; an error when it has one that the program does not know. Runs none. Blocks.
    pub fn lacking(&self, room: &Room, migrations: &[Migrations]) -> Result<Vec<String>, StoreError> {
        migration::lacking(room, migrations)
    }

    /// The rooms of a system, in order of their codes. Blocks.
    pub fn list(&self, system: &str) -> Result<Vec<RoomName>, StoreError> {
        check_system(system)?;
        match &self.0.means {
            All::Sqlite(folder) => folder.list(system),
            All::Postgres(pool) => postgres::list(pool, system),
        }
    }

    pub(crate) fn means(&self) -> &All {
        &self.0.means
    }

    /// The next who asks for the room opens it anew.
    pub(crate) fn forget(&self, name: &RoomName) {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }

    fn known(&self, name: &RoomName) -> Option<Room> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps the room that came first when two threads open one at once.
    fn remember(&self, name: &RoomName, means: Means) -> Room {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.entry(name.clone()).or_insert_with(|| Room::new(name.clone(), means)).clone()
    }
}
