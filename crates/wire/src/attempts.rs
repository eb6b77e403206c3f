//! Refused attempts on their way into the record of use. The first of a caller stands there before it is answered; those that follow within a
//! window are counted, and their sum is one entry at its end, so that nobody makes the record grow by being refused. A kill loses at most the
//! sum of the window that had begun.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Caller;
use ledger::{Act, LedgerError, MAX_DETAIL, Outcome, Room, Subject};

use crate::server::Stop;

/// How often it is looked for windows that have ended.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The refused attempts of one room; cheap to clone, and clones count together.
#[derive(Clone, Debug)]
pub struct RefusedAttempts(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    room: Room,
    /// Milliseconds.
    window: i64,
    held: Mutex<HashMap<String, Held>>,
}

/// What is counted of one caller.
#[derive(Debug)]
struct Held {
    caller: Caller,
    act: Act,
    /// When the window ends, in milliseconds.
    until: i64,
    /// How often what was refused since the last entry.
    counts: BTreeMap<String, u64>,
}

impl RefusedAttempts {
    /// None yet; a window has so many seconds, and with 0 each attempt has its own entry.
    pub fn of(room: &Room, seconds: u64) -> Self {
        let window = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
        Self(Arc::new(Inner { room: room.clone(), window, held: Mutex::default() }))
    }

    /// Records that a caller was refused an act, and why. It fails, and so must what is answered, when the entry that it asks for cannot be
    /// written.
    pub async fn record(&self, caller: &Caller, act: impl Into<Act>, why: &str) -> Result<(), LedgerError> {
        let act = act.into();
        if self.0.is_counted(caller, act, why) {
            return Ok(());
        }
        let written = self.0.write(caller, act, why).await;
        if written.is_err() {
            // what could not be written opens no window
            self.0.lock().remove(&name_of(caller));
        }
        written
    }

    /// Writes the sums of the windows that have ended, until told to stop; then those of all.
    pub(crate) async fn keep(self, mut stop: Stop) {
        while stop.sleep(LOOK_AGAIN).await {
            self.0.write_sums(self.0.room.clock().now_ms()).await;
        }
        self.0.write_sums(i64::MAX).await;
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, caller: &Caller, act: Act, why: &str) -> Result<(), LedgerError> {
        self.room.event(caller, act, Outcome::Refused, Subject::None, why).await
    }

    /// When a window ends that opens now.
    fn window_end(&self) -> i64 {
        self.room.clock().now_ms().saturating_add(self.window)
    }

    /// Counts an attempt into the caller's window; false when there is none, and this one opens it.
    fn is_counted(&self, caller: &Caller, act: Act, why: &str) -> bool {
        if self.window == 0 {
            return false;
        }
        let mut held = self.lock();
        if let Some(held) = held.get_mut(&name_of(caller)) {
            let what = if held.act == act { why.to_owned() } else { format!("{} {why}", act.name()) };
            *held.counts.entry(what).or_default() += 1;
            return true;
        }
        held.insert(name_of(caller), Held { caller: caller.clone(), act, until: self.window_end(), counts: BTreeMap::new() });
        false
    }

    /// One entry for each caller whose window has ended by `now` and held anything: it opens the next one. A sum that cannot be written stays.
    async fn write_sums(&self, now: i64) {
        let ended: Vec<(Caller, Act, BTreeMap<String, u64>)> = {
            let mut held = self.lock();
            held.retain(|_, held| held.until > now || !held.counts.is_empty());
            let ended = held.values_mut().filter(|held| held.until <= now);
            ended
                .map(|held| {
                    held.until = self.window_end();
                    (held.caller.clone(), held.act, std::mem::take(&mut held.counts))
                })
                .collect()
        };
        for (caller, act, counts) in ended {
            if let Err(error) = self.write(&caller, act, &sum_of(&counts)).await {
                tracing::error!(%error, "refused attempts could not be recorded");
                let mut held = self.lock();
                let until = self.window_end();
                let again = held.entry(name_of(&caller)).or_insert_with(|| Held { caller, act, until, counts: BTreeMap::new() });
                counts.into_iter().for_each(|(what, times)| *again.counts.entry(what).or_default() += times);
            }
        }
    }
}

/// What a caller is counted under.
fn name_of(caller: &Caller) -> String {
    format!("{} {}", caller.kind(), caller.id())
}

/// `12 more: credentials: s1001 9, locked: s1001 3`, the most frequent first, as many as a remark has room for.
fn sum_of(counts: &BTreeMap<String, u64>) -> String {
    const LAST: usize = ", others 18446744073709551615".len();
    let mut sorted: Vec<(&String, &u64)> = counts.iter().collect();
    sorted.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    let mut text = format!("{} more", counts.values().sum::<u64>());
    let (mut link, mut others) = (": ", 0);
    for (what, times) in sorted {
        let line = format!("{link}{}{times}", if what.is_empty() { String::new() } else { format!("{what} ") });
        if others > 0 || text.len() + line.len() + LAST > MAX_DETAIL {
            others += times;
        } else {
            text.push_str(&line);
            link = ", ";
        }
    }
    if others > 0 {
        // writing to a String cannot fail
        let _ = write!(text, "{link}others {others}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_names_the_most_frequent_and_fits_into_a_remark() {
        let few = BTreeMap::from([("credentials: s1001".to_owned(), 9), ("locked: s1001".to_owned(), 30)]);
        assert_eq!(sum_of(&few), "39 more: locked: s1001 30, credentials: s1001 9");
        let many: BTreeMap<String, u64> = (0..5_000).map(|account| (format!("credentials: s{account:04}"), 1 + account % 7)).collect();
        let text = sum_of(&many);
        assert!(text.len() <= MAX_DETAIL && text.starts_with("19995 more: credentials: s0006 7, ") && text.contains("others "), "{text}");
        assert_eq!(sum_of(&BTreeMap::from([(String::new(), 3)])), "3 more: 3");
    }
}
