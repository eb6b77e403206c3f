//! A service that runs, and how it stops.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::attempts::RefusedAttempts;
use vocabulary::Party;

/// How long requests and tasks may take to end.
const GRACE: Duration = Duration::from_secs(20);

/// Told to background tasks when the service stops.
#[derive(Clone, Debug)]
pub struct Stop(pub(super) watch::Receiver<bool>);

impl Stop {
    /// Whether it is time to end.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is time to end.
    pub async fn requested(&mut self) {
        // the sender gone is a stop too
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Waits for so long; false when it is time to end instead.
    pub async fn sleep(&mut self, time: Duration) -> bool {
        tokio::time::timeout(time, self.requested()).await.is_err()
    }
}

/// A service that runs; it stops when this is dropped, without waiting.
#[derive(Debug)]
pub struct Running {
    /// Which party it is.
    pub party: Party,
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where its pages are, when they have a door of their own: `https://` and this.
    pub pages: Option<SocketAddr>,
    pub(super) stop: watch::Sender<bool>,
    pub(super) work: JoinSet<()>,
    pub(super) refused: Option<RefusedAttempts>,
}

impl Running {
    /// Accepts no more, lets requests and tasks end, and returns when they have; what takes longer than twenty seconds is ended.
    pub async fn stop(mut self) {
        self.end().await;
    }

    /// The same while somebody goes on holding it, until another takes its place.
    pub async fn end(&mut self) {
        let _ = self.stop.send(true);
        let ended = tokio::time::timeout(GRACE, async { while self.work.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            tracing::warn!(party = %self.party, "ended before everything was done");
            self.work.shutdown().await;
        }
        // what was refused up to the last request
        if let Some(refused) = &self.refused {
            let _ = tokio::time::timeout(GRACE, refused.write_rest()).await;
        }
    }
}
