//! What a system does by itself, again and again: a round at its start, at each ring and every ten seconds, and after a failure with growing
//! pauses. What is to be done is a state in its room, so that a kill at any moment only delays.
//!
//! ```ignore
//! let bell = Bell::default();
//! service.task("expire", { let bell = bell.clone(); move |stop| rounds::repeat("expire", bell, stop, move || expire(state.clone())) })
//! ```
//! and, after a transaction that left something to do, `bell.ring()`.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use line::Backoff;
use tokio::sync::Notify;

use crate::server::Stop;

/// Looks again even when nobody rings: another process may have written.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
const PAUSES: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(30));

/// Wakes the task.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Something is to be done.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Runs `work` until told to stop: at once, at each ring, and after a failure again with growing pauses.
pub async fn repeat<F, Fut, E>(name: &'static str, bell: Bell, mut stop: Stop, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Display,
{
    let mut failures: u32 = 0;
    loop {
        let done = tokio::select! {
            done = work() => done,
            () = stop.requested() => return,
        };
        let wait = match done {
            Ok(()) => {
                failures = 0;
                LOOK_AGAIN
            }
            Err(error) => {
                tracing::warn!(task = name, %error, "a round failed; trying again");
                failures = failures.saturating_add(1);
                PAUSES.pause_after(failures)
            }
        };
        tokio::select! {
            go_on = stop.sleep(wait) => if !go_on { return },
            () = bell.0.notified() => if stop.is_requested() { return },
        }
    }
}
