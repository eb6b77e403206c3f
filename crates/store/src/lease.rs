//! A connection for the time of one transaction.

use std::sync::Arc;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use tokio::sync::OwnedSemaphorePermit;

use crate::postgres::{Begin, Schema, Session};
use crate::sqlite::{CHECKPOINT, File, NO_CHECKPOINT, Use, checkpoint};
use crate::{StoreError, Tx};

/// A connection on loan. It goes back only when its transaction ended cleanly; dropped before that, by an error or a panic, it is closed,
/// and with it whatever the transaction did is gone.
#[derive(Debug)]
pub(crate) enum Lease {
    Sqlite { home: Arc<File>, usage: Use, connection: Option<Resting>, _place: OwnedSemaphorePermit },
    Postgres { home: Arc<Schema>, session: Option<Session>, _place: OwnedSemaphorePermit },
}

/// A connection of SQLite; the type exists for its `Debug`.
pub(crate) struct Resting(Tx);

impl std::fmt::Debug for Resting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

const GONE: StoreError = StoreError::Other("the connection of a transaction is gone");

impl Lease {
    pub(crate) fn sqlite(home: &Arc<File>, usage: Use, place: OwnedSemaphorePermit) -> Result<Self, StoreError> {
        let connection = Some(Resting(home.take(usage)?));
        Ok(Self::Sqlite { home: Arc::clone(home), usage, connection, _place: place })
    }

    pub(crate) fn postgres(home: &Arc<Schema>, place: OwnedSemaphorePermit) -> Result<Self, StoreError> {
        let session = Some(home.pool.take(&home.name)?);
        Ok(Self::Postgres { home: Arc::clone(home), session, _place: place })
    }

    pub(crate) fn tx(&mut self) -> Result<&mut Tx, StoreError> {
        match self {
            Self::Sqlite { connection, .. } => connection.as_mut().map(|resting| &mut resting.0),
            Self::Postgres { session, .. } => session.as_mut().map(|session| &mut session.tx),
        }
        .ok_or(GONE)
    }

    fn begin(&mut self, begin: Begin) -> Result<(), StoreError> {
        match self {
            Self::Sqlite { .. } => {
                let sql = if begin == Begin::Read { "BEGIN" } else { "BEGIN IMMEDIATE" };
                begin_sql(self.tx()?, sql)
            }
            Self::Postgres { home, session, .. } => {
                let sql = home.begin(begin);
                let first = begin_sql(&mut session.as_mut().ok_or(GONE)?.tx, sql);
                // The server may have been restarted, or failed over, while the connection rested: nothing was sent on it yet.
                if !matches!(first, Err(StoreError::NotReachable(_))) {
                    return first;
                }
                drop(session.take());
                *session = Some(home.pool.connect()?);
                begin_sql(&mut session.as_mut().ok_or(GONE)?.tx, sql)
            }
        }
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        if let Self::Sqlite { home, usage: Use::Write, connection: Some(Resting(Tx::Sqlite(connection))), .. } = self
            && home.log_moves_beside()
        {
            connection.batch_execute(NO_CHECKPOINT)?;
            let committed = AnsiTransactionManager::commit_transaction(connection);
            if connection.batch_execute(CHECKPOINT).is_err() {
                tracing::warn!("a connection does not move its log into the file any more");
            }
            home.checkpoint_beside();
            return Ok(committed?);
        }
        match self.tx()? {
            Tx::Sqlite(connection) => AnsiTransactionManager::commit_transaction(connection)?,
            Tx::Postgres(connection) => AnsiTransactionManager::commit_transaction(connection)?,
        }
        Ok(())
    }

    /// Undoes the transaction. A connection on which that fails is seen by [`Lease::is_clean`] and closed.
    fn undo(&mut self) {
        let undone = match self.tx() {
            Ok(Tx::Sqlite(connection)) => AnsiTransactionManager::rollback_transaction(connection),
            Ok(Tx::Postgres(connection)) => AnsiTransactionManager::rollback_transaction(connection),
            Err(_) => return,
        };
        if undone.is_err() {
            tracing::warn!("a transaction could not be rolled back; its connection is closed");
        }
    }

    /// Whether the connection is in no transaction and knows it.
    fn is_clean(&mut self) -> bool {
        match self.tx() {
            Ok(Tx::Sqlite(connection)) => !AnsiTransactionManager::is_broken_transaction_manager(connection),
            Ok(Tx::Postgres(connection)) => !AnsiTransactionManager::is_broken_transaction_manager(connection),
            Err(_) => false,
        }
    }

    fn give_back(mut self) {
        if !self.is_clean() {
            return;
        }
        match &mut self {
            Self::Sqlite { home, usage, connection, .. } => {
                if let Some(Resting(tx)) = connection.take() {
                    home.give_back(tx, *usage);
                }
            }
            Self::Postgres { home, session, .. } => {
                if let Some(session) = session.take() {
                    home.pool.give_back(&home.name, session);
                }
            }
        }
    }

    fn attempt<T, E: From<StoreError>>(&mut self, begin: Begin, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        self.begin(begin)?;
        match f(self.tx()?) {
            Ok(value) => {
                self.commit()?;
                Ok(value)
            }
            Err(error) => {
                self.undo();
                Err(error)
            }
        }
    }

    /// One transaction. What `f` returns as an error undoes it.
    pub(crate) fn run<T, E: From<StoreError>>(mut self, begin: Begin, f: impl FnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let outcome = self.attempt(begin, f);
        self.give_back();
        outcome
    }

    /// Outside any transaction; see [`crate::Room::scrub`].
    pub(crate) fn scrub(mut self, table: &str) -> Result<(), StoreError> {
        let room = match &self {
            Self::Postgres { home, .. } => home.name.clone(),
            Self::Sqlite { .. } => String::new(),
        };
        match self.tx()? {
            Tx::Sqlite(connection) => checkpoint(connection)?,
            Tx::Postgres(connection) => {
                connection.batch_execute(&format!("SET ROLE \"{room}\""))?;
                connection.batch_execute(&format!("VACUUM (FULL) \"{room}\".\"{table}\""))?;
                connection.batch_execute("RESET ROLE")?;
            }
        }
        self.give_back();
        Ok(())
    }

    /// The same, and again when PostgreSQL ended the transaction for the sake of another one.
    pub(crate) fn run_again<T, E: From<StoreError>>(mut self, begin: Begin, mut f: impl FnMut(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        const MOST_TRIES: u32 = 10;
        let mut tries = 1;
        loop {
            let outcome = self.attempt(begin, &mut f);
            let may_succeed = matches!(&self, Self::Postgres { session: Some(session), .. } if session.was_retryable());
            if outcome.is_ok() || !may_succeed || tries >= MOST_TRIES || !self.is_clean() {
                self.give_back();
                return outcome;
            }
            // Whoever came first is given time to finish, each further try a little more.
            std::thread::park_timeout(std::time::Duration::from_millis(u64::from(tries * tries)));
            tries += 1;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Self::Postgres { home, session, .. } = self
            && session.take().is_some()
        {
            home.pool.forget();
        }
    }
}

fn begin_sql(tx: &mut Tx, sql: &str) -> Result<(), StoreError> {
    match tx {
        Tx::Sqlite(connection) => AnsiTransactionManager::begin_transaction_sql(connection, sql)?,
        Tx::Postgres(connection) => AnsiTransactionManager::begin_transaction_sql(connection, sql)?,
    }
    Ok(())
}
