//! When to try again: exponential back-off with jitter, until patience ends.

use std::time::Duration;

use tokio::time::Instant;
use vocabulary::Entropy;

use crate::backoff::{Backoff, jittered};

const PAUSES: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));

pub(super) struct Retry {
    until: Instant,
    /// In vain so far.
    tries: u32,
}

impl Retry {
    pub(super) fn for_up_to(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, tries: 0 }
    }

    /// Time left for one try.
    pub(super) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }

    /// Waits before the next try; false when there is no time left for one.
    pub(super) async fn again(&mut self, entropy: &dyn Entropy) -> bool {
        let Some(wait) = self.wait(Instant::now(), entropy) else { return false };
        tokio::time::sleep(wait).await;
        true
    }

    /// How long to wait before the next try.
    fn wait(&mut self, now: Instant, entropy: &dyn Entropy) -> Option<Duration> {
        self.tries = self.tries.saturating_add(1);
        let wait = jittered(PAUSES.pause_after(self.tries), entropy);
        (now + wait < self.until).then_some(wait)
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::SeededEntropy;

    use super::*;

    #[test]
    fn waits_grow_and_end_with_patience() {
        let entropy = SeededEntropy::new(1);
        let mut retry = Retry::for_up_to(Duration::from_millis(500));
        let mut now = retry.until - Duration::from_millis(500);
        let mut waits = Vec::new();
        while let Some(wait) = retry.wait(now, &entropy) {
            now += wait;
            waits.push(wait);
        }
        // 50, 100, 200, 400 ms, each between half and all of it
        assert!((3..=4).contains(&waits.len()), "{waits:?}");
        assert!(waits.is_sorted(), "{waits:?}");
        assert!(now < retry.until, "{waits:?}");
    }
}
