//! Waiting for a place in a room: on the async runtime, or on a plain thread.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::StoreError;

/// Whoever waits longer than this for a place is told that the room is busy.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

const BUSY: StoreError = StoreError::Busy("no place became free");

/// A place, once there is one.
pub(crate) async fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
        return Ok(permit);
    }
    let waited = tokio::time::timeout(PATIENCE, Arc::clone(places).acquire_owned()).await;
    waited.map_err(|_| BUSY)?.map_err(|_| BUSY)
}

/// The same on a thread that may block.
pub(crate) fn place_blocking(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    if let Ok(permit) = Arc::clone(places).try_acquire_owned() {
        return Ok(permit);
    }
    block_on(Arc::clone(places).acquire_owned(), PATIENCE).ok_or(BUSY)?.map_err(|_| BUSY)
}

/// The one place of whoever writes, and those who wait for it.
#[derive(Debug)]
pub(crate) struct Turn {
    place: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl Turn {
    pub(crate) fn new() -> Self {
        Self { place: Arc::new(Semaphore::new(1)), waiting: AtomicUsize::new(0) }
    }

    /// The place, once it is free.
    pub(crate) async fn take(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let _waiting = Waiting::of(&self.waiting);
        place(&self.place).await
    }

    /// The same on a thread that may block.
    pub(crate) fn take_blocking(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let _waiting = Waiting::of(&self.waiting);
        place_blocking(&self.place)
    }

    /// Whether somebody waits.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }
}

/// One who waits, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn of(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future that needs no runtime; `None` when it is not done in time.
fn block_on<T>(future: impl Future<Output = T>, patience: Duration) -> Option<T> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    let end = Instant::now() + patience;
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(value);
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        thread::park_timeout(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_waits_until_a_place_is_free() {
        let places = Arc::new(Semaphore::new(1));
        let first = place_blocking(&places).unwrap();
        thread::scope(|scope| {
            let second = scope.spawn(|| place_blocking(&places).is_ok());
            drop(first);
            assert!(second.join().unwrap());
        });
    }

    #[test]
    fn a_thread_does_not_wait_for_ever() {
        let places = Arc::new(Semaphore::new(0));
        assert!(block_on(Arc::clone(&places).acquire_owned(), Duration::from_millis(5)).is_none());
    }
}
