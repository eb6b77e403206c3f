//! How long to wait before the next try.

use std::time::Duration;

use vocabulary::Entropy;

/// Pauses between tries in vain: each twice the last, up to the longest.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    /// The pause after the first try, and the longest.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after so many tries in vain; after none it is the first.
    pub fn pause_after(self, tries: u32) -> Duration {
        // Doubled so often, a millisecond is longer than any pause.
        self.first.saturating_mul(1 << tries.saturating_sub(1).min(30)).min(self.longest)
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
    fn pauses_double_up_to_the_longest_and_stay_there() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1));
        let pauses: Vec<u128> = (0..7).map(|tries| backoff.pause_after(tries).as_millis()).collect();
        assert_eq!(pauses, [100, 100, 200, 400, 800, 1000, 1000]);
        assert_eq!(backoff.pause_after(u32::MAX), Duration::from_secs(1));
        let days = Backoff::new(Duration::from_secs(u64::MAX / 2), Duration::MAX);
        assert_eq!(days.pause_after(40), Duration::MAX);
    }

    #[test]
    fn a_wait_is_between_half_and_all() {
        let (entropy, all) = (SeededEntropy::new(2), Duration::from_millis(50));
        for _ in 0..1000 {
            let wait = jittered(all, &entropy);
            assert!(wait >= all / 2 && wait <= all, "{wait:?}");
        }
    }
}
