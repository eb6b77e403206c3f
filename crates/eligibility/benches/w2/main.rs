//! W2 of the goals: eligibility of a whole city, seven programmes with history. Counts, and the list as a file, beside a loop written by
//! hand and beside DuckDB (fetched by pip into the target folder when Python has none), in one run on one machine.
//!
//! `cargo bench -p eligibility` takes 1.1 million residents; `-- 100000` takes another number. Every contender's counts and files must be
//! the same, or the bench fails.

mod by_hand;
mod city;
mod duckdb;

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use catalogue::Catalogue;
use eligibility::{History, Plan, Population};
use vocabulary::{Date, FiscalYear};

const RUNS: usize = 15;

fn main() -> anyhow::Result<()> {
    // Run by `cargo test`, a small city shows that everything agrees; the figures are `cargo bench`'s.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let asked = std::env::args().skip(1).find_map(|argument| argument.parse().ok());
    let residents = asked.unwrap_or(if measured { 1_100_000 } else { 2_000 });
    let catalogue = Catalogue::built_in()?;
    let (year, on) = (FiscalYear(2026), Date::new(2026, 10, 1)?);
    let city = city::City::new(residents, &catalogue);
    let (population, history) = city.columns(&catalogue, on);
    let by_hand = by_hand::Columns::new(&city.people, on);
    let plan = Plan::compile(&catalogue, year, on);
    let folder = tempfile::tempdir()?;

    let count = || Plan::compile(&catalogue, year, on).count(&population, &history);
    let counts = count()?;
    let hand_counts = by_hand.count(on);
    for ((programme, examination, ours), hand) in counts.iter().zip(hand_counts) {
        ensure!(ours == hand, "{programme}:{examination}: {ours} by the rules, {hand} by hand");
    }
    let ours = median(|| black_box(count().map(|counts| counts.total())));
    let hand = median(|| black_box(by_hand.count(on)));

    let (our_file, hand_file) = (folder.path().join("ours.csv"), folder.path().join("hand.csv"));
    let our_list = median(|| write(&plan, &population, &history, &city, &our_file));
    let hand_list = median(|| File::create(&hand_file).and_then(|mut file| by_hand.write(on, &city.numbers, &mut file)));
    let bytes = fs::read(&our_file)?;
    ensure!(bytes == fs::read(&hand_file)?, "the lists differ");

    let mut out = io::stdout().lock();
    writeln!(out, "W2: {residents} residents, {} lines of {} MB", counts.total(), bytes.len() / 1_000_000)?;
    writeln!(out, "{:<42} {:>10} {:>10} {:>8}  goal", "work", "ours", "baseline", "ratio")?;
    let mut row = |work: &str, ours: Duration, baseline: Duration, goal: &str| {
        let ms = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
        let ratio = baseline.as_secs_f64() / ours.as_secs_f64();
        writeln!(out, "{work:<42} {:>10} {:>10} {ratio:>7.2}x  {goal}", ms(ours), ms(baseline))
    };
    row("counts, rules from data / loop by hand", ours, hand, ">= 0.33x")?;
    row("list as a file / loop by hand", our_list, hand_list, ">= 0.33x")?;
    row("dry run of a changed rule / 20 ms", ours, Duration::from_millis(20), ">= 1x")?;
    city.write_tables(folder.path())?;
    match duckdb::run(folder.path())? {
        None => writeln!(out, "DuckDB: not there, and pip could not fetch it: the peer is left out")?,
        Some(peer) => {
            row(&format!("counts / DuckDB {}", peer.version), ours, peer.counts, ">= 3x")?;
            row(&format!("list as a file / DuckDB {}", peer.version), our_list, peer.list, ">= 2x")?;
            for ((programme, examination, ours), (id, theirs)) in counts.iter().zip(&peer.counted) {
                ensure!(*id == format!("{programme}:{examination}") && ours == *theirs, "{id}: {ours} here, {theirs} there");
            }
            ensure!(peer.counted.len() == 11, "the peer counts eleven examinations");
            ensure!(bytes == fs::read(folder.path().join("duckdb.csv")).context("the peer's list")?, "the peer's list differs");
        }
    }
    Ok(())
}

fn write(plan: &Plan, population: &Population, history: &History, city: &city::City, path: &Path) -> anyhow::Result<u64> {
    let mut file = File::create(path)?;
    Ok(plan.write_csv(population, history, &city.numbers, &mut file)?)
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(work());
            start.elapsed()
        })
        .collect();
    times.sort();
    times.get(RUNS / 2).copied().unwrap_or_default()
}
