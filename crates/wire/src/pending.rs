//! What a system has to send is a state in its room; a background task sends what is pending, wakes at each change and retries.
//!
//! ```ignore
//! let bell = Bell::default();
//! service.task("codes", { let bell = bell.clone(); move |stop| pending::send("codes", bell, stop, move || send_codes(state.clone())) })
//! ```
//! and, after a transaction that made something pending, `bell.ring()`. A kill at any moment only delays: the state is still there.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::server::Stop;

/// Looks again even when nobody rings: another process may have written.
const LOOK_AGAIN: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Wakes the task that sends.
#[derive(Clone, Debug, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Something is pending.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// Runs `work` until told to stop: at once, at each ring, and after a failure again with growing pauses.
pub async fn send<F, Fut, E>(name: &'static str, bell: Bell, mut stop: Stop, work: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<(), E>>,
    E: Display,
{
    let mut pause = FIRST_PAUSE;
    loop {
        let done = tokio::select! {
            done = work() => done,
            () = stop.requested() => return,
        };
        let wait = match done {
            Ok(()) => {
                pause = FIRST_PAUSE;
                LOOK_AGAIN
            }
            Err(error) => {
                tracing::warn!(task = name, %error, "could not send what is pending; trying again");
                pause = (pause * 2).min(LONGEST_PAUSE);
                pause
            }
        };
        tokio::select! {
            go_on = stop.sleep(wait) => if !go_on { return },
            () = bell.0.notified() => if stop.is_requested() { return },
        }
    }
}
