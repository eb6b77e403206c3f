//! How much goes into a portion: what fits into the time for which others may wait for the room's writer.

use std::time::Duration;

use super::JobRun;

/// For how long a portion may hold the writer. Readers of the embedded store wait for it with their entries; those of a server do not, and
/// there only other changes wait.
const EMBEDDED: Duration = Duration::from_millis(25);
const SERVER: Duration = Duration::from_millis(250);
const LEAST: usize = 16;
const MOST: usize = 100_000;

/// The size of the next portion, in rows. It begins with a guess and follows how long the portions before it held the writer.
#[derive(Debug)]
pub struct Pace {
    size: usize,
    most: usize,
    time: Duration,
}

impl Pace {
    /// Begins with so many rows.
    pub fn of(run: &JobRun, first: usize) -> Self {
        let (size, most) = (run.rows(first), run.rows(MOST));
        Self { size, most, time: if run.room().is_embedded() { EMBEDDED } else { SERVER } }
    }

    /// Rows of the next portion.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The same for a query's limit.
    pub fn limit(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX)
    }

    /// The last portion of `run` had so many rows: the next one is as many times larger or smaller, at most twice or half, as there was time
    /// left or lacking.
    pub fn adapt(&mut self, run: &JobRun, rows: usize) {
        self.follow(rows, run.held_for());
    }

    fn follow(&mut self, rows: usize, held: Duration) {
        let room = self.time.as_secs_f64() / held.as_secs_f64().max(0.000_1);
        // a short portion says nothing of how long a larger one would take
        if rows * 2 < self.size && room > 1.0 {
            return;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a size below 2^17")]
        let next = (rows as f64 * room.clamp(0.5, 2.0)) as usize;
        self.size = next.clamp(LEAST.min(self.most), self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_grows_and_shrinks_until_it_fits_the_time() {
        let mut pace = Pace { size: 1_000, most: MOST, time: EMBEDDED };
        // a row costs 10 µs, a commit 5 ms: 2,000 rows fit
        for _ in 0..20 {
            pace.follow(pace.size, Duration::from_micros(5_000 + 10 * pace.size as u64));
        }
        assert!((1_900..=2_100).contains(&pace.size), "{}", pace.size);
        pace.follow(10, Duration::from_millis(5));
        assert!(pace.size > 1_900, "the last, short portion changes nothing");
        // the disk has become slow
        for _ in 0..20 {
            pace.follow(pace.size, Duration::from_micros(5_000 + 100 * pace.size as u64));
        }
        assert!((190..=210).contains(&pace.size), "{}", pace.size);
        pace.follow(pace.size, Duration::from_secs(60));
        assert!(pace.size >= 90, "no single pause starves the work");
    }
}
