//! Every parser of outside bytes gets bytes nobody meant: none may panic, hang or eat the memory.
//!
//! `cargo xtask fuzz [target] [--seconds N]`; seeds lie in `seeds/<target>/`, those of messages are their golden texts. Every input is written under `target/fuzz/` before it is thrown, so
//! that one which ends the program is there too; a failing one is kept and shown.
//! To add a target: a function under `targets/`, its line in `targets.rs`, at least two seeds. A function returns, or panics when what it
//! promises does not hold.
#![expect(clippy::print_stdout, reason = "the result of a run is what it prints")]

mod mutate;
mod record;
mod targets;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, panic};

use anyhow::{Context as _, bail};
use clap::Parser;

use mutate::{Dice, mutate};
use record::Record;
use targets::{Seeds, TARGETS, Target};

/// An input may not take longer than this, even on a busy machine in a debug build.
const SLOWEST: Duration = Duration::from_secs(5);

#[derive(Parser)]
struct Arguments {
    /// One target; all when absent.
    target: Option<String>,
    /// Seconds for each target.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The same seed throws the same bytes.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let chosen: Vec<&Target> = TARGETS.iter().filter(|target| arguments.target.as_deref().is_none_or(|name| name == target.name)).collect();
    if chosen.is_empty() {
        bail!("no such target; there are: {}", TARGETS.iter().map(|target| target.name).collect::<Vec<_>>().join(", "));
    }
    let record = Record::open()?;
    let mut failed = 0;
    for target in &chosen {
        failed += usize::from(!throw(target, &arguments, &record)?);
    }
    println!("{} passed, {failed} failed", chosen.len() - failed);
    if failed > 0 {
        bail!("{failed} targets failed");
    }
    Ok(())
}

/// Throws mutated seeds at a target until its time is up; false when it broke.
fn throw(target: &Target, arguments: &Arguments, record: &Record) -> anyhow::Result<bool> {
    let seeds = seeds(target)?;
    let mut dice = Dice::new(arguments.seed);
    let began = Instant::now();
    let mut thrown: u64 = 0;
    while began.elapsed() < Duration::from_secs(arguments.seconds) {
        let seed = usize::try_from(thrown).ok().filter(|thrown| *thrown < seeds.len()).unwrap_or_else(|| dice.below(seeds.len()));
        let mut input = seeds.get(seed).cloned().unwrap_or_default();
        let other = seeds.get(dice.below(seeds.len())).cloned().unwrap_or_default();
        // The seeds themselves come first: each must be read without harm too.
        if thrown >= seeds.len() as u64 {
            mutate(&mut dice, &mut input, &other, target.limit);
        }
        record.begins(target.name, &input)?;
        let start = Instant::now();
        let survived = panic::catch_unwind(|| (target.run)(&input)).is_ok();
        // A machine that stands still for once does not do so five times more.
        let slow = start.elapsed() > SLOWEST && (0..5).all(|_| takes(target, &input) > SLOWEST);
        if !survived || slow {
            let kept = record.keep(target.name, &input)?;
            println!("{}: {} on the input kept in {}", target.name, if survived { "too slow" } else { "panicked" }, kept.display());
            return Ok(false);
        }
        record.ended();
        thrown += 1;
    }
    println!("{}: {thrown} inputs from {} seeds, no harm", target.name, seeds.len());
    Ok(true)
}

fn takes(target: &Target, input: &[u8]) -> Duration {
    let start = Instant::now();
    let _ = panic::catch_unwind(|| (target.run)(input));
    start.elapsed()
}

fn seeds(target: &Target) -> anyhow::Result<Vec<Vec<u8>>> {
    if let Seeds::Made(make) = target.seeds {
        return Ok(make());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target.name);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("seeds of {}: {}", target.name, folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<_>>()?;
    files.sort();
    if files.is_empty() {
        bail!("{} has no seed in {}", target.name, folder.display());
    }
    files.iter().map(|file| fs::read(file).with_context(|| file.display().to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seeds themselves and some of what comes of them; for longer there is `cargo xtask fuzz`.
    #[test]
    fn every_seed_of_every_target_and_a_hundred_changed_ones_do_no_harm() {
        let mut dice = Dice::new(1);
        for target in TARGETS {
            let seeds = seeds(target).unwrap();
            seeds.iter().for_each(|seed| (target.run)(seed));
            for thrown in 0..100 {
                let mut input = seeds[thrown % seeds.len()].clone();
                let other = &seeds[dice.below(seeds.len())];
                mutate(&mut dice, &mut input, other, target.limit);
                (target.run)(&input);
            }
        }
    }
}
