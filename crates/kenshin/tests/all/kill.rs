//! Killed at any moment and run again, the demonstration ends with the same counts.
//!
//! The normal run kills (−9) at least 25 times and goes on for 90 seconds; how often it came to is on standard error. `KENSHIN_KILLS` asks
//! for another number of kills, with no bound on the time. The soak, which `cargo xtask soak` or `KENSHIN_SOAK=1 cargo test -- --ignored`
//! runs, kills 200 times.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use vocabulary::{Entropy as _, SeededEntropy, SystemEntropy};

use crate::support::counts::Counts;
use crate::support::place::Place;
use crate::support::program::{demo, report};
use crate::support::setting;

/// A small city: what is tested is the order of what is written, not how much.
const RESIDENTS: u32 = 300;
/// The normal run kills this often at least …
const KILLS: u32 = 25;
/// … and as often as fits in this time.
const TIME: Duration = Duration::from_secs(90);
/// Folders at once.
const LANES: u64 = 3;
/// The most kills of one folder before it is run to its end.
const OF_ONE: u64 = 8;

#[test]
#[ignore = "not yet seen green on a quiet machine: cargo xtask soak killed"]
fn killed_at_any_moment_and_run_again_the_counts_are_the_same() {
    match setting("KENSHIN_KILLS").and_then(|kills| kills.parse().ok()) {
        Some(kills) => kill(kills, Duration::ZERO),
        None => kill(KILLS, TIME),
    }
}

#[test]
#[ignore = "takes many minutes: KENSHIN_SOAK=1 and --ignored"]
fn killed_two_hundred_times_the_counts_are_the_same() {
    if setting("KENSHIN_SOAK").is_some_and(|soak| soak == "1") {
        kill(200, Duration::ZERO);
    }
}

/// Kills so often at least, and until the time is over.
fn kill(at_least: u32, time: Duration) {
    let mut seed = [0; 8];
    SystemEntropy.fill(&mut seed);
    let seed = u64::from_le_bytes(seed);
    let began = Instant::now();
    let (expected, whole) = undisturbed();
    let (kills, folders) = (AtomicU32::new(0), AtomicU32::new(0));
    let lane = |number: u64| {
        let dice = Dice(SeededEntropy::new(seed.wrapping_add(number)));
        while kills.load(Ordering::Relaxed) < at_least || began.elapsed() < time {
            let place = Place::folder();
            for _ in 0..=dice.below(OF_ONE) {
                // Up to a little after its end: a run that is not killed in time has closed the ring, which is also a state to start from.
                let after = Duration::from_millis(dice.below(whole.as_millis() as u64 * 11 / 10));
                kills.fetch_add(u32::from(killed(&place, after, seed)), Ordering::Relaxed);
            }
            let again = demo(&place, RESIDENTS).output().unwrap();
            let told = String::from_utf8_lossy(&again.stderr);
            assert!(again.status.success(), "seed {seed}, lane {number}: {told}");
            assert_eq!(report(&place).counts(), expected, "seed {seed}, lane {number}");
            folders.fetch_add(1, Ordering::Relaxed);
        }
    };
    // Most of a run is waiting; folders have nothing to do with each other.
    std::thread::scope(|scope| {
        (0..LANES).for_each(|number| {
            let lane = &lane;
            scope.spawn(move || lane(number));
        });
    });
    let (kills, folders) = (kills.into_inner(), folders.into_inner());
    let seconds = began.elapsed().as_secs_f64();
    eprintln!("{kills} kills in {folders} folders, {seconds:.0} s; an undisturbed run takes {:.1} s", whole.as_secs_f64());
}

/// What an undisturbed run counts, and how long it takes.
fn undisturbed() -> (Vec<Counts>, Duration) {
    let place = Place::folder();
    let began = Instant::now();
    let run = demo(&place, RESIDENTS).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let whole = began.elapsed();
    (report(&place).counts(), whole)
}

/// Starts the demonstration and kills it after a while; false when it had ended by itself, which must have gone well.
fn killed(place: &Place, after: Duration, seed: u64) -> bool {
    let log = place.beside("killed.log");
    let told = std::fs::File::create(&log).unwrap();
    let mut child: Child = demo(place, RESIDENTS).stdout(Stdio::null()).stderr(told).spawn().unwrap();
    let began = Instant::now();
    while began.elapsed() < after {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "seed {seed}: {}", std::fs::read_to_string(&log).unwrap());
            return false;
        }
        pause(Duration::from_millis(2));
    }
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    // It may have ended between the last look and the kill.
    ended.code().is_none()
}

#[expect(clippy::disallowed_methods, reason = "another process runs on the time of the machine")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// Chance that can be had again.
struct Dice(SeededEntropy);

impl Dice {
    /// From 0 to below `bound`.
    fn below(&self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes) % bound.max(1)
    }
}
