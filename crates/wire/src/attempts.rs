//! Refused attempts on their way into the record of use. The first of a caller stands there before it is answered; those that follow within a
//! window are counted, and their sum is one entry at its end, so that nobody makes the record grow by being refused. A kill loses at most the
//! sum of the window that had begun.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use access::Caller;
use ledger::{Act, LedgerError, MAX_DETAIL, Outcome, Room, Subject};
use tokio::sync::OnceCell;

use crate::server::Stop;

/// Entries of one sum: one names some eight accounts, and nobody makes the record grow by naming ever more.
const MOST_ENTRIES: usize = 10;
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
    counts: Counts,
    /// Set once the attempt that opened the window stands in the record: until then nobody is counted.
    opened: Arc<OnceCell<()>>,
}

type Counts = BTreeMap<String, u64>;

impl RefusedAttempts {
    /// None yet; a window has so many seconds, and with 0 each attempt has its own entry.
    pub fn of(room: &Room, seconds: u64) -> Self {
        let window = i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000);
        Self(Arc::new(Inner { room: room.clone(), window, held: Mutex::default() }))
    }

    /// Records that a caller was refused an act, and why. It fails, and so must what is answered, when the entry that it asks for cannot be
    /// written.
    pub async fn record(&self, caller: &Caller, act: impl Into<Act>, why: &str) -> Result<(), LedgerError> {
        let (act, inner, caller, why) = (act.into(), Arc::clone(&self.0), caller.clone(), why.to_owned());
        if self.0.window == 0 {
            return self.0.write(&caller, act, &why).await;
        }
        // by itself: whoever hangs up before the entry is durable opens the window all the same
        let recorded = tokio::spawn(async move { inner.record(&caller, act, &why).await });
        recorded.await.unwrap_or(Err(LedgerError::Stopped))
    }

    /// Writes the sums of the windows that have ended, until told to stop.
    pub(crate) async fn keep(self, mut stop: Stop) {
        while stop.sleep(LOOK_AGAIN).await {
            self.0.write_sums(self.0.room.clock().now_ms()).await;
        }
    }

    /// Writes the sums of all windows: once nothing is served any more.
    pub(crate) async fn write_rest(&self) {
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

    /// Whoever comes while the window's first attempt is being written waits for it, and is the first when that cannot be written.
    async fn record(&self, caller: &Caller, act: Act, why: &str) -> Result<(), LedgerError> {
        loop {
            let opened = Arc::clone(&self.lock().entry(name_of(caller)).or_insert_with(|| self.window_of(caller, act)).opened);
            let mut is_first = false;
            let write = async || {
                self.write(caller, act, why).await?;
                is_first = true;
                Ok::<_, LedgerError>(())
            };
            opened.get_or_try_init(write).await?;
            if is_first || self.count(caller, act, why) {
                return Ok(());
            }
        }
    }

    fn window_of(&self, caller: &Caller, act: Act) -> Held {
        Held { caller: caller.clone(), act, until: self.window_end(), counts: Counts::new(), opened: Arc::default() }
    }

    /// Counts an attempt into the caller's window; false when that is over.
    fn count(&self, caller: &Caller, act: Act, why: &str) -> bool {
        let mut held = self.lock();
        let Some(held) = held.get_mut(&name_of(caller)).filter(|held| held.opened.initialized()) else { return false };
        let what = if held.act == act { why.to_owned() } else { format!("{} {why}", act.name()) };
        *held.counts.entry(what).or_default() += 1;
        true
    }

    /// One sum for each caller whose window has ended by `now` and held anything: it opens the next one. What cannot be written stays.
    async fn write_sums(&self, now: i64) {
        let ended: Vec<(Caller, Act, Counts)> = {
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
            for part in parts_of(counts) {
                if let Err(error) = self.write(&caller, act, &part.text()).await {
                    tracing::error!(%error, "refused attempts could not be recorded");
                    let mut held = self.lock();
                    let again = held.entry(name_of(&caller)).or_insert_with(|| self.window_of(&caller, act));
                    // an earlier entry of this caller's opened it
                    let _ = again.opened.set(());
                    part.counts.into_iter().for_each(|(what, times)| *again.counts.entry(what).or_default() += times);
                }
            }
        }
    }
}

/// What a caller is counted under.
fn name_of(caller: &Caller) -> String {
    format!("{} {}", caller.kind(), caller.id())
}

/// What one entry tells of a sum.
#[derive(Default)]
struct Part {
    counts: Vec<(String, u64)>,
    /// Whether it is the last that a sum may have: what it has no room for is told by its number alone.
    is_last: bool,
}

/// The most frequent first, in as many entries as they need and may have.
fn parts_of(counts: Counts) -> Vec<Part> {
    let mut sorted: Vec<(String, u64)> = counts.into_iter().collect();
    sorted.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    let (mut parts, mut length) = (Vec::<Part>::new(), 0);
    for (what, times) in sorted {
        let line = what.len() + LINE;
        match parts.last_mut().filter(|part| part.is_last || length + line <= MAX_DETAIL) {
            Some(part) => part.counts.push((what, times)),
            None => {
                let is_last = parts.len() + 1 == MOST_ENTRIES;
                parts.push(Part { counts: vec![(what, times)], is_last });
                length = HEAD;
            }
        }
        length += line;
    }
    parts
}

/// Bytes of `, ` and ` 9` with the largest number of a count, and of what stands before the first line.
const LINE: usize = ",  18446744073709551615".len();
const HEAD: usize = "18446744073709551615 more:".len();

impl Part {
    /// `12 more: credentials: s1001 9, locked: s1001 3`.
    fn text(&self) -> String {
        let mut text = format!("{} more", self.counts.iter().map(|(_, times)| times).sum::<u64>());
        let (mut link, mut others) = (": ", 0);
        for (what, times) in &self.counts {
            let line = format!("{link}{}{times}", if what.is_empty() { String::new() } else { format!("{what} ") });
            if others > 0 || (self.is_last && text.len() + line.len() + ", others".len() + LINE > MAX_DETAIL) {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(counts: Counts) -> Vec<String> {
        parts_of(counts).iter().map(Part::text).collect()
    }

    #[test]
    fn a_sum_names_the_most_frequent_in_as_many_entries_as_it_may_have() {
        let few = BTreeMap::from([("credentials: s1001".to_owned(), 9), ("locked: s1001".to_owned(), 30)]);
        assert_eq!(texts(few), ["39 more: locked: s1001 30, credentials: s1001 9"]);
        assert_eq!(texts(BTreeMap::from([(String::new(), 3)])), ["3 more: 3"]);
        // noise about twenty accounts does not hide the one that was meant
        let noise = (0..20).map(|account| (format!("credentials: s{account:04}"), 9));
        let named = texts(noise.chain([("credentials: s9999".to_owned(), 2)]).collect());
        assert!(named.len() > 1 && named.last().is_some_and(|text| text.ends_with("credentials: s9999 2")), "{named:?}");
        let many: Counts = (0..5_000).map(|account| (format!("credentials: s{account:04}"), 1 + account % 7)).collect();
        let named = texts(many);
        let sum: u64 = named.iter().filter_map(|text| text.split(' ').next()?.parse::<u64>().ok()).sum();
        assert_eq!((named.len(), sum), (MOST_ENTRIES, 19_995));
        assert!(
            named.iter().all(|text| text.len() <= MAX_DETAIL) && named.last().is_some_and(|text| text.contains(", others ")),
            "{named:?}"
        );
    }
}
