//! How much goes into a portion: what fits into the time for which others may wait for the room's writer, and more while nobody waits.

use std::time::Duration;

use super::JobRun;

/// For how long a portion may hold the writer while somebody waits for it, and while nobody does. Readers of the embedded store wait for it
/// with their entries; those of a server do not, and there only other changes wait.
const EMBEDDED: Times = Times { contended: Duration::from_millis(15), alone: Duration::from_millis(90) };
const SERVER: Times = Times { contended: Duration::from_millis(250), alone: Duration::from_millis(500) };
const LEAST: usize = 16;
const MOST: usize = 100_000;

#[derive(Clone, Copy, Debug)]
struct Times {
    contended: Duration,
    alone: Duration,
}

/// The size of the next portion, in rows. It begins with a guess and follows how long the portions before it held the writer.
#[derive(Debug)]
pub struct Pace {
    size: usize,
    most: usize,
    times: Times,
}

impl Pace {
    /// Begins with so many rows.
    pub fn of(run: &JobRun, first: usize) -> Self {
        let (size, most) = (run.rows(first), run.rows(MOST));
        Self { size, most, times: if run.room().is_embedded() { EMBEDDED } else { SERVER } }
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
        self.follow(rows, run.held_for(), run.was_waited_for());
    }

    fn follow(&mut self, rows: usize, held: Duration, waited_for: bool) {
        let time = if waited_for { self.times.contended } else { self.times.alone };
        let room = time.as_secs_f64() / held.as_secs_f64().max(0.000_1);
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
        let mut pace = Pace { size: 1_000, most: MOST, times: EMBEDDED };
        // a row costs 10 µs, a commit 5 ms: 1,000 rows fit while others wait, 8,500 while nobody does
        let costs = |rows: usize| Duration::from_micros(5_000 + 10 * rows as u64);
        for (waited_for, fits) in [(true, 900..=1_100), (false, 8_300..=8_700), (true, 900..=1_100)] {
            for _ in 0..20 {
                pace.follow(pace.size, costs(pace.size), waited_for);
            }
            assert!(fits.contains(&pace.size), "{}", pace.size);
        }
        pace.follow(10, Duration::from_millis(5), true);
        assert!(pace.size > 900, "the last, short portion changes nothing");
        // the disk has become slow
        for _ in 0..20 {
            pace.follow(pace.size, Duration::from_micros(5_000 + 100 * pace.size as u64), true);
        }
        assert!((90..=110).contains(&pace.size), "{}", pace.size);
        pace.follow(pace.size, Duration::from_secs(60), true);
        assert!(pace.size >= 45, "no single pause starves the work");
    }
}
