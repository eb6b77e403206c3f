//! A room and its transactions.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::lease::Lease;
use crate::postgres::{Begin, Schema};
use crate::sqlite::{File, Use};
use crate::waiting::{Turn, place, place_blocking};
use crate::{RoomName, StoreError, Tx};

/// One municipality's data of one system. Cloning is cheap; all clones share the connections.
#[derive(Clone, Debug)]
pub struct Room(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: RoomName,
    /// One write at a time; those who wait hold no connection.
    writer: Turn,
    /// One read at a time that others may be waiting for.
    aside: Arc<Semaphore>,
    means: Means,
}

#[derive(Debug)]
pub(crate) enum Means {
    Sqlite(Arc<File>),
    Postgres(Arc<Schema>),
}

impl Room {
    pub(crate) fn new(name: RoomName, means: Means) -> Self {
        Self(Arc::new(Inner { name, writer: Turn::new(), aside: Arc::new(Semaphore::new(1)), means }))
    }

    pub(crate) fn means(&self) -> &Means {
        &self.0.means
    }

    /// Which room it is.
    pub fn name(&self) -> &RoomName {
        &self.0.name
    }

    /// Whether it is on the embedded store.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.means, Means::Sqlite(_))
    }

    /// Whether somebody waits to write now.
    pub fn is_waited_for(&self) -> bool {
        self.0.writer.is_waited_for()
    }

    /// Runs `f` on one snapshot of the room. For reads of microseconds: on SQLite `f` runs on the async worker itself.
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.means {
            Means::Sqlite(file) => Lease::sqlite(file, Use::Read, place(&file.readers).await?)?.run(Begin::Read, f),
            Means::Postgres(schema) => {
                let (schema, place) = (Arc::clone(schema), place(&schema.pool.places).await?);
                blocking(move || Lease::postgres(&schema, place)?.run(Begin::Read, f)).await
            }
        }
    }

    /// Fails when the file of an embedded room is gone: open connections go on with what nobody can find again.
    pub fn present(&self) -> Result<(), StoreError> {
        match &self.0.means {
            Means::Sqlite(file) if !file.is_there() => Err(StoreError::NotReachable("its file is gone")),
            _ => Ok(()),
        }
    }

    /// Runs `f` on one snapshot of the room, on a thread that may block: for reads of many rows.
    pub async fn read_long<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.means {
            Means::Sqlite(file) => {
                let (file, place) = (Arc::clone(file), place(&file.long_readers).await?);
                blocking(move || Lease::sqlite(&file, Use::Read, place)?.run(Begin::Read, f)).await
            }
            Means::Postgres(_) => self.read(f).await,
        }
    }

    /// Runs `f` in one transaction, alone among the writes of the room (other programs' too), so that what it reads stays true until it
    /// commits. Durable when this returns. Dropping the future does not undo it: once begun, the transaction runs to its end.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let alone = self.0.writer.take().await?;
        match &self.0.means {
            Means::Sqlite(file) => {
                let file = Arc::clone(file);
                blocking(move || Lease::sqlite(&file, Use::Write, alone)?.run(Begin::Write, f)).await
            }
            Means::Postgres(schema) => {
                let (schema, place) = (Arc::clone(schema), place(&schema.pool.places).await?);
                blocking(move || {
                    let outcome = Lease::postgres(&schema, place)?.run(Begin::Write, f);
                    drop(alone);
                    outcome
                })
                .await
            }
        }
    }

    /// Runs `f` in one transaction beside other writes of the room, for work that shares no rows with them (a load into tables of its own).
    /// On PostgreSQL it is run again when it comes into conflict all the same; on SQLite it is [`Room::write`].
    pub async fn write_beside<T, E, F>(&self, mut f: F) -> Result<T, E>
    where
        F: FnMut(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.means {
            Means::Sqlite(_) => self.write(move |tx| f(tx)).await,
            Means::Postgres(schema) => {
                let (schema, place) = (Arc::clone(schema), place(&schema.pool.places).await?);
                blocking(move || Lease::postgres(&schema, place)?.run_again(Begin::Beside, f)).await
            }
        }
    }

    /// [`Room::read_long`] for a thread that may block.
    pub fn read_blocking<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        match &self.0.means {
            Means::Sqlite(file) => Lease::sqlite(file, Use::Read, place_blocking(&file.long_readers)?)?.run(Begin::Read, f),
            Means::Postgres(schema) => Lease::postgres(schema, place_blocking(&schema.pool.places)?)?.run(Begin::Read, f),
        }
    }

    /// [`Room::read_blocking`] beside all places, for a read inside other transactions of the room: if it had to wait for a place while all
    /// of them wait for it, none would go on. One at a time, and short.
    pub fn read_aside_blocking<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let place = place_blocking(&self.0.aside)?;
        match &self.0.means {
            Means::Sqlite(file) => Lease::sqlite(file, Use::Read, place)?.run(Begin::Read, f),
            Means::Postgres(schema) => Lease::postgres(schema, place)?.run(Begin::Read, f),
        }
    }

    /// Takes what is left of deleted and overwritten rows of a table out of the database's own files: on SQLite, where they are zeros in the
    /// file, the write-ahead log is emptied; on PostgreSQL the table is written anew. `Busy` when others did not let it; try again then.
    pub async fn scrub(&self, table: &'static str) -> Result<(), StoreError> {
        let alone = self.0.writer.take().await?;
        match &self.0.means {
            Means::Sqlite(file) => {
                let file = Arc::clone(file);
                blocking(move || Lease::sqlite(&file, Use::Write, alone)?.scrub(table)).await
            }
            Means::Postgres(schema) => {
                let (schema, place) = (Arc::clone(schema), place(&schema.pool.places).await?);
                blocking(move || {
                    let outcome = Lease::postgres(&schema, place)?.scrub(table);
                    drop(alone);
                    outcome
                })
                .await
            }
        }
    }

    /// [`Room::write`] for a thread that may block.
    pub fn write_blocking<T, E: From<StoreError>>(&self, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let alone = self.0.writer.take_blocking()?;
        match &self.0.means {
            Means::Sqlite(file) => Lease::sqlite(file, Use::Write, alone)?.run(Begin::Write, f),
            Means::Postgres(schema) => {
                let outcome = Lease::postgres(schema, place_blocking(&schema.pool.places)?)?.run(Begin::Write, f);
                drop(alone);
                outcome
            }
        }
    }

    /// [`Room::write_beside`] for a thread that may block.
    pub fn write_beside_blocking<T, E: From<StoreError>>(&self, f: impl FnMut(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        match &self.0.means {
            Means::Sqlite(_) => self.write_blocking(f),
            Means::Postgres(schema) => Lease::postgres(schema, place_blocking(&schema.pool.places)?)?.run_again(Begin::Beside, f),
        }
    }
}

/// Runs `work` on a thread that may block; a panic in it goes on in the caller.
async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(StoreError::NotReachable("the program is stopping").into()),
        },
    }
}
