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
