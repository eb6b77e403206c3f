use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use store::StoreError;
use tokio::sync::oneshot;

use super::{Bundle, Draft, Log};
use crate::LedgerError;

/// Entries in one commit: two milliseconds of work. Measured by `benches/w7.rs`.
const MOST: usize = 4096;

/// Group commit: the entries of concurrent reads share a transaction. On PostgreSQL it runs beside a long write of the room, which comes
/// to the log only at its end.
///
/// Nobody waits for a batch to fill: whoever finds no commit under way commits at once, and what arrives meanwhile is the next batch.
/// There is no task while there is nothing to do, so ten thousand rooms cost nothing.
#[derive(Debug)]
pub(crate) struct Group {
    raw: store::Room,
    log: Arc<Log>,
    queue: Mutex<Queue>,
    health: AtomicU8,
}

#[derive(Debug, Default)]
struct Queue {
    batches: VecDeque<Batch>,
    led: bool,
}

#[derive(Debug, Default)]
struct Batch {
    bundle: Bundle,
    waiting: Vec<oneshot::Sender<Result<(), LedgerError>>>,
}

const UNKNOWN: u8 = 0;
const GOOD: u8 = 1;
const BAD: u8 = 2;
/// The log is not as this system left it: the room may only be read, and of people not even that.
const DAMAGED: u8 = 3;

/// An entry under way; its value may be shown when this says so.
#[derive(Debug)]
pub(crate) struct Pending(oneshot::Receiver<Result<(), LedgerError>>);

impl Pending {
    pub(crate) async fn durable(self) -> Result<(), LedgerError> {
        self.0.await.unwrap_or(Err(LedgerError::Stopped))
    }

    pub(crate) fn durable_blocking(self) -> Result<(), LedgerError> {
        self.0.blocking_recv().unwrap_or(Err(LedgerError::Stopped))
    }
}

impl Group {
    pub(crate) fn new(raw: store::Room, log: Arc<Log>) -> Arc<Self> {
        Arc::new(Self { raw, log, queue: Mutex::default(), health: AtomicU8::new(UNKNOWN) })
    }

    /// Hands in an entry from a task; a blocking thread commits.
    pub(crate) fn submit(self: &Arc<Self>, entry: &Draft) -> Pending {
        let (pending, leads) = self.enqueue(entry);
        if leads {
            let lead = self.lead();
            drop(tokio::task::spawn_blocking(move || lead.run()));
        }
        pending
    }

    /// Hands in an entry from a thread that may block; it commits itself when nobody does.
    pub(crate) fn submit_blocking(self: &Arc<Self>, entry: &Draft) -> Pending {
        let (pending, leads) = self.enqueue(entry);
        if leads {
            self.lead().run();
        }
        pending
    }

    fn lead(self: &Arc<Self>) -> Lead {
        Lead { group: Arc::clone(self), done: false }
    }

    fn enqueue(&self, entry: &Draft) -> (Pending, bool) {
        let (sender, receiver) = oneshot::channel();
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.batches.back().is_none_or(|batch| batch.waiting.len() >= MOST) {
            queue.batches.push_back(Batch::default());
        }
        if let Some(batch) = queue.batches.back_mut() {
            batch.bundle.add(entry);
            batch.waiting.push(sender);
        }
        let leads = !std::mem::replace(&mut queue.led, true);
        (Pending(receiver), leads)
    }

    fn next(&self) -> Option<Batch> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = queue.batches.pop_front();
        queue.led = batch.is_some();
        batch
    }

    /// Remembers an append within a transaction that has yet to commit: a failure says something, a success does not yet.
    pub(crate) fn saw_append<T>(&self, result: &Result<T, LedgerError>) {
        let Err(error) = result else { return };
        if !matches!(error, LedgerError::Damaged(_)) {
            // What was found damaged stays so until it is written again, whatever else happens.
            let _ = self.health.fetch_update(Ordering::AcqRel, Ordering::Acquire, |health| (health != DAMAGED).then_some(BAD));
        } else if self.health.swap(DAMAGED, Ordering::AcqRel) != DAMAGED {
            tracing::error!(alarm = "damaged", room = self.log.key.name(), %error, "the room may only be read");
        }
    }

    /// Remembers what the last attempt to write came to.
    pub(crate) fn saw<T>(&self, result: &Result<T, LedgerError>) {
        self.saw_append(result);
        if result.is_ok() {
            self.health.store(GOOD, Ordering::Release);
        }
    }

    /// Refuses whatever would be written while the log is damaged.
    pub(crate) fn undamaged(&self) -> Result<(), StoreError> {
        let is_damaged = self.health.load(Ordering::Acquire) == DAMAGED;
        if is_damaged { Err(StoreError::NotWritable("its record of use is damaged")) } else { Ok(()) }
    }

    /// Refuses whatever would be written while the log is damaged, or lacks the cosignature that is required.
    pub(crate) fn writable(&self) -> Result<(), StoreError> {
        self.undamaged()?;
        let allowed = self.log.expected.allow(self.log.clock.now_ms());
        allowed.map_err(|_| StoreError::Busy("no witness has cosigned its record of use for too long"))
    }

    /// Whether the log can be written: a success since the last question says so, else the answer is tried out.
    pub(crate) async fn healthy(self: &Arc<Self>) -> Result<(), LedgerError> {
        if self.health.compare_exchange(GOOD, UNKNOWN, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            return Ok(());
        }
        self.try_out().await
    }

    /// Tries out whether the log can be written.
    pub(crate) async fn try_out(self: &Arc<Self>) -> Result<(), LedgerError> {
        let log = Arc::clone(&self.log);
        let result = self.raw.write_beside(move |tx| log.rehearse(tx)).await;
        self.saw_append(&result);
        if result.is_ok() {
            // It was tried for this question: the next one tries again.
            self.health.store(UNKNOWN, Ordering::Release);
        }
        result
    }
}

/// Whoever commits; gives up the lead however it ends, so that a runtime that shuts down or a panic leaves nobody waiting for ever.
struct Lead {
    group: Arc<Group>,
    done: bool,
}

impl Lead {
    fn run(mut self) {
        while let Some(batch) = self.group.next() {
            let log = &self.group.log;
            let result = self.group.raw.write_beside_blocking(|tx| log.append(tx, &batch.bundle));
            self.group.saw(&result);
            if let Err(error) = &result {
                tracing::error!(room = log.key.name(), entries = batch.bundle.len(), %error, "the record of use cannot be written");
            }
            for waiting in batch.waiting {
                // Whoever stopped waiting gets nothing; the entry stands.
                let _ = waiting.send(result.as_ref().map(|_| ()).map_err(Clone::clone));
            }
            if result.is_ok() {
                log.mark(&self.group.raw);
            }
        }
        self.done = true;
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if !self.done {
            let mut queue = self.group.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.led = false;
            queue.batches.clear();
        }
    }
}
