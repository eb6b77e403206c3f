//! When to try again: exponential back-off with jitter, until patience ends.

use std::time::Duration;

use tokio::time::Instant;
use vocabulary::Entropy;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(5);

pub(super) struct Retry {
    until: Instant,
    next: Duration,
}

impl Retry {
    pub(super) fn for_up_to(patience: Duration) -> Self {
        Self { until: Instant::now() + patience, next: FIRST }
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
        let wait = jittered(self.next, entropy);
        self.next = (self.next * 2).min(LONGEST);
        (now + wait < self.until).then_some(wait)
    }
}

/// Between half and all of it: many that failed together do not come back together.
pub fn jittered(wait: Duration, entropy: &dyn Entropy) -> Duration {
    let mut bytes = [0; 2];
    entropy.fill(&mut bytes);
    wait / 2 + wait.mul_f64(f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX) / 2.0)
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

    #[test]
    fn a_wait_is_between_half_and_all() {
        let entropy = SeededEntropy::new(2);
        for _ in 0..1000 {
            let wait = jittered(FIRST, &entropy);
            assert!(wait >= FIRST / 2 && wait <= FIRST, "{wait:?}");
        }
    }
}
