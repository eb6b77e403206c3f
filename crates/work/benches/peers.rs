//! What one poison message, one dead city and one peer that never answers among 100 cost the others: how long each message waits from its
//! enqueueing until its receiver has it, over real HTTP with mutual TLS, beside the same ring without the three, in turns. All receivers and
//! the sender are one process on one machine. Two loads: all messages at once, and half as many a second as went then.
//!
//! `cargo bench --bench peers -- [MESSAGES]`: so many to each peer; 100 for the figure of `docs/benchmarks.md`.

#![expect(clippy::indexing_slicing, reason = "a measurement that cannot go on must fail")]

#[path = "../tests/all/outbox/support.rs"]
#[expect(dead_code, reason = "what the tests of the outbox use beside")]
mod support;

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use store::testing::both;
use store::{Data, Rooms};
use wire::faults::Faults;
use wire::testing::Failed;

use support::{World, relays};

const PEERS: usize = 100;
/// The three among them.
const DEAD: usize = 10;
const SLOW: usize = 40;
const POISONED: usize = 70;
const DEFAULT: usize = 100;
const TEST: usize = 5;
const ROUNDS: usize = 3;
/// Bytes of a message.
const SIZES: std::ops::Range<usize> = 40..4_000;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let test = !arguments.iter().any(|argument| argument == "--bench");
    let each = arguments.first().and_then(|text| text.parse().ok()).unwrap_or(if test { TEST } else { DEFAULT });
    let rounds = Mutex::new(Rounds::new());
    for _ in 0..if test { 1 } else { ROUNDS } {
        for load in [Load::AtOnce, Load::Half] {
            for bad in [false, true] {
                both(|rooms| async {
                    let database = if matches!(rooms.data(), Data::Folder(_)) { "SQLite" } else { "PostgreSQL" };
                    let at_once = locked(&rounds).get(&(database, Load::AtOnce, false)).and_then(|of| of.first()).map(|first| first.took);
                    let gap = match load {
                        Load::AtOnce => Duration::ZERO,
                        Load::Half => at_once.unwrap_or_default() * 2 / u32::try_from(each)?,
                    };
                    let delays = round(rooms, bad, (each, gap)).await?;
                    let said = ["without the three", "beside the three"][usize::from(bad)];
                    let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| delays.at(part));
                    say(format!(
                        "{database}, {load:?}, {said}: {:.1} s; p50 {p50:.1}, p99 {p99:.1}, max {max:.1} ms",
                        delays.took.as_secs_f64()
                    ));
                    locked(&rounds).entry((database, load, bad)).or_default().push(delays);
                    Ok::<_, Failed>(())
                })
                .await;
            }
        }
    }
    report(each, &locked(&rounds));
}

type Rounds = HashMap<(&'static str, Load, bool), Vec<Delays>>;

fn locked(rounds: &Mutex<Rounds>) -> MutexGuard<'_, Rounds> {
    rounds.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Load {
    AtOnce,
    Half,
}

/// How long the messages to sound peers waited, in milliseconds, sorted; and how long all took.
#[derive(Debug, Clone)]
struct Delays {
    each: Vec<f64>,
    took: Duration,
}

impl Delays {
    fn at(&self, part: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place among some 10,000"
        )]
        let place = ((self.each.len() as f64 * part).ceil() as usize).clamp(1, self.each.len());
        self.each.get(place - 1).copied().unwrap_or(f64::NAN)
    }
}

/// One ring, with the three or without; the others are the same in both.
async fn round(rooms: Rooms, bad: bool, (each, gap): (usize, Duration)) -> Result<Delays, Failed> {
    let names = relays(PEERS);
    let three = [DEAD, SLOW, POISONED].map(|place| names[place].as_str());
    let mut world = World::bare(rooms).await?;
    for name in &names {
        let house = world.ring.house(name)?;
        world.serve(&house, None, &Faults::none()).await?;
    }
    let note = |peer: usize, place: usize| {
        let size = SIZES.start + (peer * 7_919 + place * 104_729) % SIZES.len();
        format!("{peer} {place} {}", "あ".repeat(size / 3))
    };
    if bad {
        world.receivers.remove(three[0]);
        // A port where nobody listens.
        world.ring.peers().put(three[0].parse()?, "127.0.0.1:9");
        world.receiver(three[1]).held.send_replace(true);
        world.receiver(three[2]).break_at(&note(POISONED, 0));
    }
    world.start().await?;
    let sound: Vec<(usize, &str)> = names.iter().map(String::as_str).enumerate().filter(|(_, name)| !three.contains(name)).collect();
    // The three first: whoever waited for them would wait for all that follows.
    let order: Vec<usize> = [DEAD, SLOW, POISONED].into_iter().chain(sound.iter().map(|(peer, _)| *peer)).collect();
    let (began, mut enqueued) = (Instant::now(), HashMap::new());
    for place in 0..each {
        tokio::time::sleep_until((began + gap * u32::try_from(place)?).into()).await;
        let notes: Vec<(usize, String)> = order.iter().map(|peer| (*peer, note(*peer, place))).collect();
        let told: Vec<(&str, &str, &str)> =
            notes.iter().map(|(peer, note)| (names[*peer].as_str(), note.as_str(), note.as_str())).collect();
        let now = Instant::now();
        world.tell::<1>(&told).await?;
        enqueued.extend(notes.into_iter().map(|(_, note)| (note, now)));
    }
    while sound.iter().map(|(_, name)| world.receiver(name).count()).sum::<usize>() < sound.len() * each {
        if began.elapsed() > Duration::from_mins(30) {
            return Err("held up".into());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = began.elapsed();
    let (mut delays, mut seen) = (Vec::with_capacity(sound.len() * each), HashSet::new());
    for arrived in sound.iter().flat_map(|(_, name)| world.receiver(name).arrived()) {
        for note in arrived.notes {
            let told = enqueued.get(&note).ok_or("a message that nobody sent")?;
            delays.push(arrived.at.saturating_duration_since(*told).as_secs_f64() * 1_000.0);
            assert!(seen.insert(note), "a sound peer takes each message once");
        }
    }
    delays.sort_unstable_by(f64::total_cmp);
    Ok(Delays { each: delays, took })
}

fn report(each: usize, rounds: &Rounds) {
    say(format!("{PEERS} peers, {each} messages to each of {}–{} bytes; delays of those to the 97 others", SIZES.start, SIZES.end));
    say(format!("{:<44} {:>10} {:>10} {:>10} {:>12}", "", "p50 ms", "p99 ms", "max ms", "messages/s"));
    for database in ["SQLite", "PostgreSQL"] {
        for (load, called) in [(Load::AtOnce, "all at once"), (Load::Half, "half of that a second")] {
            let [alone, beside] = [false, true].map(|bad| rounds.get(&(database, load, bad)));
            let (Some(alone), Some(beside)) = (alone, beside) else { continue };
            let [alone, beside] = [alone, beside].map(|rounds| {
                let of = |part: f64| median(rounds.iter().map(|delays| delays.at(part)));
                let rate = median(rounds.iter().map(|delays| delays.each.len() as f64 / delays.took.as_secs_f64()));
                [of(0.5), of(0.99), of(1.0), rate]
            });
            for (line, [p50, p99, max, rate]) in [("undisturbed", alone), ("beside the three", beside)] {
                say(format!("{database}, {called}: {line:<20} {p50:>10.1} {p99:>10.1} {max:>10.1} {rate:>12.0}"));
            }
            let [p50, p99, max, _] = std::array::from_fn(|place| beside[place] / alone[place]);
            say(format!("{database}, {called}: {:<20} {p50:>10.2} {p99:>10.2} {max:>10.2}", "ratio"));
        }
    }
}

fn say(line: String) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn median(of: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = of.collect();
    all.sort_unstable_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}
