//! One connection to PostgreSQL.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::connection::{InstrumentationEvent, SimpleConnection as _};
use diesel::{Connection as _, PgConnection};

use crate::error::is_retryable;
use crate::{StoreError, Tx};

/// A connection keeps descriptions of every table it met; after this many rooms it is closed, so that they do not add up.
const MOST_ROOMS: u32 = 64;

/// As Diesel sets them when it connects, and what the house adds. A waiting writer gives up before whoever waits for it does.
const SETTINGS: &str = "SET TIME ZONE 'UTC'; SET client_encoding TO 'UTF8'; SET lock_timeout TO '25s'; SET application_name TO 'kenshin'";

pub(crate) struct Session {
    pub(crate) tx: Tx,
    rooms: u32,
    retryable: Arc<AtomicBool>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("rooms", &self.rooms).finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn connect(url: &str) -> Result<Self, StoreError> {
        let mut connection = PgConnection::establish(url)?;
        connection.batch_execute(SETTINGS)?;
        let retryable = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&retryable);
        // The caller's error type may hide what happened; the statement's own error does not.
        connection.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event
                && is_retryable(error)
            {
                seen.store(true, Ordering::Relaxed);
            }
        });
        Ok(Self { tx: Tx::Postgres(connection), rooms: 1, retryable })
    }

    /// Whether PostgreSQL ended a transaction since the last question in a way that makes it worth another try.
    pub(crate) fn was_retryable(&self) -> bool {
        self.retryable.swap(false, Ordering::Relaxed)
    }

    /// Forgets what a transaction of another room may have left behind; `false` when the connection is old enough to be closed.
    pub(super) fn change_room(&mut self) -> Result<bool, StoreError> {
        self.rooms += 1;
        if self.rooms > MOST_ROOMS {
            return Ok(false);
        }
        let sql = format!("CLOSE ALL; UNLISTEN *; SELECT pg_advisory_unlock_all(); DISCARD TEMP; RESET ROLE; RESET ALL; {SETTINGS}");
        self.tx.batch_execute(&sql)?;
        Ok(true)
    }
}
