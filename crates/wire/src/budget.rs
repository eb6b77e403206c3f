//! How much somebody may ask for: so many requests a minute, and so many at once. Kept in memory and counted before anything is read or written,
//! so that who asks for too much costs next to nothing.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// What one somebody may have; 0 is without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Allowance {
    /// Requests in a minute, all of which may come in one moment.
    pub per_minute: u32,
    /// Requests that are being served at the same time.
    pub at_once: u32,
}

impl Allowance {
    /// No bound: for measurements.
    pub const ENDLESS: Self = Self { per_minute: 0, at_once: 0 };

    /// Nanoseconds that one request takes of the time that is allowed.
    fn each(self) -> u64 {
        MINUTE.checked_div(u64::from(self.per_minute)).unwrap_or(0)
    }
}

/// It asked for more than its allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many requests: wait {} seconds", .after.as_secs())]
pub struct TooMany {
    /// After how long it may ask again; whole seconds.
    pub after: Duration,
}

const MINUTE: u64 = 60_000_000_000;
/// How often a full shard looks for those who are done, in nanoseconds.
const TIDY_EVERY: u64 = 1_000_000_000;
const SHARDS: usize = 16;
/// Of whom something is remembered, in each shard. While all of them are in use, everybody new shares one allowance.
const MOST: usize = 4_096;

/// An allowance for each of those who ask; cheap to clone, and clones count together.
#[derive(Clone, Debug)]
pub struct Budget(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    allowance: Allowance,
    begun: Instant,
    hasher: RandomState,
    shards: [Mutex<Shard>; SHARDS],
}

#[derive(Debug, Default)]
struct Shard {
    spent: HashMap<u64, Spent>,
    /// When those who are done were last forgotten, in nanoseconds since `begun`.
    tidied: Option<u64>,
}

#[derive(Debug, Default)]
struct Spent {
    /// Nanoseconds since `begun` until which everything that was asked is paid for.
    until: u64,
    at_once: u32,
}

impl Spent {
    fn is_over(&self, now: u64) -> bool {
        self.until <= now && self.at_once == 0
    }
}

/// A request that is being served; its place is free again when this is dropped.
#[derive(Debug)]
pub struct Place(Option<(Arc<Inner>, u64)>);

impl Budget {
    /// Nobody has asked yet.
    pub fn of(allowance: Allowance) -> Self {
        let shards = std::array::from_fn(|_| Mutex::default());
        Self(Arc::new(Inner { allowance, begun: Instant::now(), hasher: RandomState::new(), shards }))
    }

    /// Counts a request of somebody, if it is within the allowance.
    pub fn enter(&self, who: &(impl Hash + ?Sized)) -> Result<Place, TooMany> {
        self.enter_at(who, self.0.begun.elapsed())
    }

    fn enter_at(&self, who: &(impl Hash + ?Sized), since_begun: Duration) -> Result<Place, TooMany> {
        let Allowance { per_minute, at_once } = self.0.allowance;
        if per_minute == 0 && at_once == 0 {
            return Ok(Place(None));
        }
        let key = self.0.hasher.hash_one(who);
        let now = u64::try_from(since_begun.as_nanos()).unwrap_or(u64::MAX);
        let mut shard = self.0.shard(key);
        let key = shard.room_for(key, now);
        let spent = shard.spent.entry(key).or_default();
        if at_once != 0 && spent.at_once >= at_once {
            return Err(TooMany { after: Duration::from_secs(1) });
        }
        if per_minute != 0 {
            let until = spent.until.max(now).saturating_add(self.0.allowance.each());
            if let Some(over) = until.checked_sub(now.saturating_add(MINUTE)).filter(|over| *over > 0) {
                return Err(TooMany { after: Duration::from_secs(over.div_ceil(1_000_000_000)) });
            }
            spent.until = until;
        }
        spent.at_once += 1;
        Ok(Place(Some((Arc::clone(&self.0), key))))
    }
}

impl Place {
    /// As if it had never been asked for.
    pub fn give_back(self) {
        let Some((inner, key)) = &self.0 else { return };
        if let Some(spent) = inner.shard(*key).spent.get_mut(key) {
            spent.until = spent.until.saturating_sub(inner.allowance.each());
        }
    }
}

impl Inner {
    fn shard(&self, key: u64) -> MutexGuard<'_, Shard> {
        let place = usize::try_from(key % SHARDS as u64).unwrap_or(0);
        // the remainder is below the number of shards
        self.shards.get(place).unwrap_or(&self.shards[0]).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// The key itself where it is known or there is room for it; else the one that all newcomers of the shard share.
    fn room_for(&mut self, key: u64, now: u64) -> u64 {
        if self.spent.len() < MOST || self.spent.contains_key(&key) {
            return key;
        }
        if self.tidied.is_none_or(|tidied| now.saturating_sub(tidied) >= TIDY_EVERY) {
            self.spent.retain(|_, spent| !spent.is_over(now));
            self.tidied = Some(now);
        }
        if self.spent.len() < MOST { key } else { key % SHARDS as u64 }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((inner, key)) = self.0.take() else { return };
        let mut shard = inner.shard(key);
        if let Some(spent) = shard.spent.get_mut(&key) {
            spent.at_once = spent.at_once.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minutes_requests_may_come_in_one_moment_and_then_one_after_the_other() {
        let budget = Budget::of(Allowance { per_minute: 6, at_once: 0 });
        let at = |seconds| Duration::from_secs(seconds);
        for _ in 0..6 {
            budget.enter_at("one", at(0)).unwrap();
        }
        assert_eq!(budget.enter_at("one", at(0)).unwrap_err().after, at(10));
        budget.enter_at("another", at(0)).unwrap();
        budget.enter_at("one", at(10)).unwrap();
        budget.enter_at("one", at(10)).unwrap_err();
        assert_eq!((0..20).filter(|_| budget.enter_at("one", at(700)).is_ok()).count(), 6, "what was not used is not saved up");
    }

    #[test]
    fn what_is_given_back_was_never_asked_for() {
        let budget = Budget::of(Allowance { per_minute: 2, at_once: 1 });
        for _ in 0..10 {
            budget.enter("one").unwrap().give_back();
        }
        drop(budget.enter("one").unwrap());
        drop(budget.enter("one").unwrap());
        budget.enter("one").unwrap_err();
    }

    #[test]
    fn only_so_many_are_served_at_once_and_a_place_is_free_again_after() {
        let budget = Budget::of(Allowance { per_minute: 0, at_once: 2 });
        let (first, _second) = (budget.enter("one").unwrap(), budget.enter("one").unwrap());
        assert!(budget.enter("one").is_err() && budget.enter("another").is_ok());
        drop(first);
        budget.enter("one").unwrap();
    }

    #[test]
    fn a_million_names_take_no_more_memory_than_the_table_has() {
        let budget = Budget::of(Allowance { per_minute: 60, at_once: 0 });
        let let_in = (0..1_000_000_u32).filter(|name| budget.enter_at(name, Duration::ZERO).is_ok()).count();
        let kept: usize = budget.0.shards.iter().map(|shard| shard.lock().unwrap().spent.len()).sum();
        assert!(kept <= SHARDS * (MOST + 1), "{kept}");
        assert!(let_in <= SHARDS * (MOST + 1 + 60), "{let_in}");
    }

    #[test]
    fn nothing_is_counted_without_a_bound() {
        let budget = Budget::of(Allowance::ENDLESS);
        assert!((0..100_000).all(|_| budget.enter("one").is_ok()));
    }
}
