//! Killed (−9) at random moments and run again, the demonstration ends with the same counts: thirty kills on each database with every
//! change, two hundred in the soak (`cargo xtask soak`).
//!
//! How it went is on standard error, with the seed. `KENSHIN_KILLS` asks for another number of kills.

use std::process::{Child, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use vocabulary::{Entropy as _, SeededEntropy, SystemEntropy};

use crate::support::counts::Counts;
use crate::support::place::Place;
use crate::support::program::{demo, report};
use crate::support::setting;

/// A small city: what is tested is the order of what is written, not how much.
const RESIDENTS: u32 = 200;
/// The most kills of one place before it is run to its end.
const OF_ONE: u64 = 16;
/// Places that are killed and run again beside each other.
const LANES: u64 = 2;

#[test]
fn t_01_killed_thirty_times_at_any_moment_and_run_again_the_counts_are_the_same() {
    kill_and_compare(30, || Some(Place::folder()));
}

#[test]
fn t_01_killed_thirty_times_on_postgresql_and_run_again_the_counts_are_the_same() {
    kill_and_compare(30, Place::database);
}

#[test]
#[ignore = "a soak: many minutes"]
fn soak_t_01_killed_two_hundred_times_at_any_moment_and_run_again_the_counts_are_the_same() {
    kill_and_compare(200, || Some(Place::folder()));
}

#[test]
#[ignore = "a soak: many minutes"]
fn soak_t_01_killed_two_hundred_times_on_postgresql_and_run_again_the_counts_are_the_same() {
    kill_and_compare(200, Place::database);
}

/// Kills runs in fresh places until there were enough, each place some times before it is run to its end; every end counts the same.
/// Lanes go on beside each other: most of a run is waiting, and places have nothing to do with each other.
#[expect(clippy::print_stderr, reason = "how it went, and the seed, are for whoever reads the run")]
fn kill_and_compare(at_least: u32, fresh: fn() -> Option<Place>) {
    let at_least = setting("KENSHIN_KILLS").map_or(at_least, |kills| kills.parse().unwrap());
    let mut seed = [0; 8];
    SystemEntropy.fill(&mut seed);
    let seed = u64::from_le_bytes(seed);
    let began = Instant::now();
    let expected = OnceLock::new();
    let (kills, places) = (AtomicU32::new(0), AtomicU32::new(0));
    let lane = |number: u64| {
        let dice = Dice(SeededEntropy::new(seed.wrapping_add(number)));
        // Beside the other lanes, so that the kills below fall on the whole of a run.
        let Some(mut whole) = undisturbed(&expected, fresh) else { return };
        while kills.load(Ordering::Relaxed) < at_least {
            let Some(place) = fresh() else { return };
            let mut length = whole;
            for turn in 0..=dice.below(OF_ONE) {
                if kills.load(Ordering::Relaxed) >= at_least {
                    break;
                }
                // Up to a little after its end: a run that is not killed in time has closed the ring, which is also a state to start from.
                let after = Duration::from_millis(dice.below(length.as_millis() as u64 * 11 / 10));
                match killed(&place, after, seed) {
                    None => {
                        kills.fetch_add(1, Ordering::Relaxed);
                    }
                    // Less is left to do here, or the machine is faster than it was: the next kills shall not come too late as well.
                    Some(took) => {
                        length = took;
                        whole = if turn == 0 { took } else { whole };
                    }
                }
            }
            assert_eq!(counts(&place), *expected.get().unwrap(), "seed {seed}, lane {number}");
            places.fetch_add(1, Ordering::Relaxed);
        }
    };
    std::thread::scope(|scope| {
        (0..LANES).for_each(|number| {
            let lane = &lane;
            scope.spawn(move || lane(number));
        });
    });
    eprintln!("{kills:?} kills in {places:?} places, seed {seed}, {:.0} s", began.elapsed().as_secs_f64());
}

/// What an undisturbed run counts, the same in every lane; and how long it takes.
fn undisturbed(expected: &OnceLock<Vec<Counts>>, fresh: fn() -> Option<Place>) -> Option<Duration> {
    let place = fresh()?;
    let began = Instant::now();
    let counted = counts(&place);
    assert_eq!(counted, *expected.get_or_init(|| counted.clone()));
    Some(began.elapsed())
}

/// What a run to the end counts.
fn counts(place: &Place) -> Vec<Counts> {
    let run = demo(place, RESIDENTS).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    report(place).counts()
}

/// Starts the demonstration and kills it after a while; how long it took when it had ended by itself, which must have gone well.
fn killed(place: &Place, after: Duration, seed: u64) -> Option<Duration> {
    let log = place.beside("killed.log");
    let told = std::fs::File::create(&log).unwrap();
    let mut child: Child = demo(place, RESIDENTS).stdout(Stdio::null()).stderr(told).spawn().unwrap();
    let began = Instant::now();
    while began.elapsed() < after {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success(), "seed {seed}: {}", std::fs::read_to_string(&log).unwrap());
            return Some(began.elapsed());
        }
        pause(Duration::from_millis(2));
    }
    child.kill().unwrap();
    let ended = child.wait().unwrap();
    // It may have ended between the last look and the kill.
    ended.code().map(|_| began.elapsed())
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
