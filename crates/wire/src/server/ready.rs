//! `/readyz` tells the truth: it asks what a request would need.

use std::sync::Arc;
use std::time::Duration;

use futures::future::{BoxFuture, join_all};
use ledger::LedgerError;
use serde::{Deserialize, Serialize};
use store::Data;
use tokio::sync::Mutex;
use tokio::time::Instant;
use utoipa::ToSchema;
use vocabulary::Clock;

use crate::witness;
use line::pki::Identity;

/// How long an answer may take before it counts as none.
const PATIENCE: Duration = Duration::from_secs(3);
/// With less than this a room of the embedded store may stop in the middle of a batch.
const FREE_BYTES: u64 = 64 << 20;

/// What an answer says besides yes or no.
type Ask = Box<dyn Fn() -> BoxFuture<'static, Result<Option<String>, String>> + Send + Sync>;

/// Something without which a system is not ready.
pub(crate) struct Probe {
    name: &'static str,
    ask: Ask,
}

/// What `/readyz` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Readiness {
    /// Whether a request can be served now.
    pub ready: bool,
    /// What was asked.
    pub checks: Vec<Check>,
}

/// One thing that was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What.
    pub name: String,
    /// Whether it is well.
    pub ok: bool,
    /// What is wrong, or worth knowing.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub detail: Option<String>,
}

impl Probe {
    pub(crate) fn new<F, Fut>(name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self::telling(name, move || {
            let asked = ask();
            async move { asked.await.map(|()| None) }
        })
    }

    /// One that may have something to tell though all is well.
    pub(crate) fn telling<F, Fut>(name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<String>, String>> + Send + 'static,
    {
        Self { name, ask: Box::new(move || Box::pin(ask())) }
    }

    /// What every room needs: its database, its record of use, space.
    pub(super) fn of_room(room: &ledger::Room, data: &Data) -> Vec<Self> {
        let (database, record, data) = (room.clone(), room.clone(), data.clone());
        vec![
            Self::new("database", move || {
                let database = database.clone();
                async move { database.answers().await.map_err(|error| error.to_string()) }
            }),
            Self::new("record of use", move || {
                let record = record.clone();
                async move { record.ledger_healthy().await.map_err(|error| unwritable(&error)) }
            }),
            Self::new("disk", move || {
                let free = free(&data);
                async move { free }
            }),
        ]
    }

    /// That a witness has cosigned the record of use, not too long ago.
    pub(super) fn of_witnesses(room: &ledger::Room) -> Self {
        let room = room.clone();
        Self::new("witness", move || {
            let read = witness::reading(&room);
            async move { read }
        })
    }

    /// What this process shows to others, as they see it now: one renewed on disk is shown after the next start.
    pub(super) fn of_identity(identity: Identity, clock: Arc<dyn Clock>) -> Self {
        Self::new("certificate", move || {
            let sound = identity.check(clock.as_ref());
            async move { sound.map(|_| ()).map_err(|error| error.to_string()) }
        })
    }

    async fn check(&self) -> Check {
        let outcome = tokio::time::timeout(PATIENCE, (self.ask)()).await.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        let (ok, detail) = match outcome {
            Ok(told) => (true, told),
            Err(wrong) => (false, Some(wrong)),
        };
        Check { name: self.name.to_owned(), ok, detail }
    }
}

/// What the probes said last, which is said again for a while: asking often costs no more than asking once. Whoever comes while they are being
/// asked waits for that answer.
#[derive(Clone)]
pub(super) struct Readings {
    probes: Arc<[Probe]>,
    good_for: Duration,
    last: Arc<Mutex<Option<(Instant, Readiness)>>>,
}

impl Readings {
    pub(super) fn of(probes: Vec<Probe>, seconds: u64) -> Self {
        Self { probes: probes.into(), good_for: Duration::from_secs(seconds), last: Arc::default() }
    }

    pub(super) async fn read(&self) -> Readiness {
        let mut last = Arc::clone(&self.last).lock_owned().await;
        if let Some((_, readiness)) = last.as_ref().filter(|(at, _)| at.elapsed() < self.good_for) {
            return readiness.clone();
        }
        let probes = Arc::clone(&self.probes);
        // by itself: whoever hangs up meanwhile does not make the next one ask anew
        let asked = tokio::spawn(async move {
            let checks: Vec<Check> = join_all(probes.iter().map(Probe::check)).await;
            let readiness = Readiness { ready: checks.iter().all(|check| check.ok), checks };
            *last = Some((Instant::now(), readiness.clone()));
            readiness
        });
        asked.await.unwrap_or_else(|error| {
            tracing::error!(%error, "the probes of readiness did not end");
            Readiness { ready: false, checks: Vec::new() }
        })
    }
}

fn unwritable(error: &LedgerError) -> String {
    match error {
        LedgerError::Damaged(_) => format!("{error}; the room may only be read, and nobody's data are shown"),
        LedgerError::Unwitnessed => error.to_string(),
        _ => "entries cannot be written".to_owned(),
    }
}

fn free(data: &Data) -> Result<(), String> {
    let Data::Folder(folder) = data else { return Ok(()) };
    let disk = rustix::fs::statvfs(folder).map_err(|error| format!("the data folder cannot be asked: {error}"))?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    if free < FREE_BYTES { Err(format!("{} MB free, {} needed", free >> 20, FREE_BYTES >> 20)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;

    #[tokio::test]
    async fn whoever_hangs_up_does_not_make_the_next_one_ask_anew() {
        let (asked, begun, go_on) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let probe = {
            let (asked, begun, go_on) = (Arc::clone(&asked), Arc::clone(&begun), Arc::clone(&go_on));
            move || {
                let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
                asked.fetch_add(1, Ordering::Relaxed);
                async move {
                    begun.notify_one();
                    go_on.notified().await;
                    Ok(())
                }
            }
        };
        let readings = Readings::of(vec![Probe::new("slow", probe)], 600);
        for _ in 0..3 {
            let hangs_up = tokio::spawn({
                let readings = readings.clone();
                async move { readings.read().await }
            });
            if asked.load(Ordering::Relaxed) == 0 {
                begun.notified().await;
            }
            hangs_up.abort();
            assert!(hangs_up.await.is_err());
        }
        go_on.notify_one();
        readings.read().await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }
}
