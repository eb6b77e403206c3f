//! Time as a parameter.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp, tz::Offset};

use crate::Date;

/// Where the time comes from.
pub trait Clock: core::fmt::Debug + Send + Sync {
    /// The instant now.
    fn now(&self) -> Timestamp;

    /// Today's date in Japan.
    fn today(&self) -> Date {
        date_in_japan(self.now())
    }

    /// The instant now in milliseconds since 1970 UTC, as the rooms store it.
    fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }
}

/// The civil date of an instant in Japan: UTC+9 all year round since 1951, so no zone database is asked.
pub(crate) fn date_in_japan(instant: Timestamp) -> Date {
    Offset::constant(9).to_datetime(instant).date()
}

/// The machine's clock: the only place that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock, so that all others take a Clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is moved; for tests, simulation and demonstrations.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Stands at this instant (to the millisecond).
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_millisecond()))
    }

    /// Stands at nine in the morning, Japan time, of this day.
    pub fn on(day: Date) -> Self {
        let midnight_utc = day.at(0, 0, 0, 0);
        Self::at(Offset::UTC.to_timestamp(midnight_utc).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    /// Moves it to this instant, forwards or backwards.
    pub fn set(&self, instant: Timestamp) {
        self.0.store(instant.as_millisecond(), Ordering::SeqCst);
    }

    /// Moves it by so much.
    pub fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap_or_default(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn today_is_the_day_in_japan() {
        let clock = ManualClock::at("2026-11-22T14:59:59.999Z".parse().unwrap());
        assert_eq!(clock.today(), date(2026, 11, 22));
        clock.advance(SignedDuration::from_millis(1));
        assert_eq!(clock.today(), date(2026, 11, 23));
        assert_eq!(ManualClock::on(date(2027, 3, 31)).today(), date(2027, 3, 31));
    }

    #[test]
    fn a_manual_clock_stands_until_it_is_moved() {
        let clock = ManualClock::on(date(2026, 4, 1));
        let before = clock.now_ms();
        assert_eq!(clock.now_ms(), before);
        clock.advance(SignedDuration::from_secs(60));
        assert_eq!(clock.now_ms(), before + 60_000);
        clock.set("2026-04-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.now().as_millisecond(), 1_775_001_600_000);
    }

    #[test]
    fn the_machines_clock_moves_on() {
        let first = SystemClock.now();
        assert!(first > "2025-01-01T00:00:00Z".parse().unwrap() && SystemClock.now() >= first);
    }
}
