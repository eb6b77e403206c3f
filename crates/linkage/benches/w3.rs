//! W3: identify 50,000 records among 1.1 million residents, beside a cascade of seven exact keys, on two cities: the one of `synth` and this
//! crate's own, whose slips come together and whose names are more alike.
//!
//! `cargo bench -p linkage [-- --residents N --records N --seed N --only synth|own --missed]`

#![expect(clippy::print_stdout, reason = "a benchmark reports on standard output")]
#![expect(clippy::indexing_slicing, reason = "the made-up city indexes its own lists; a benchmark may stop")]

#[path = "w3/cascade.rs"]
mod cascade;
#[path = "../tests/all/made_up/mod.rs"]
mod city;

use city::{City, Counts, Record};
use linkage::{Register, Resident, Verdict, Written};
use std::collections::BTreeMap;
use std::time::Instant;

fn main() {
    let residents = argument("--residents").unwrap_or(1_100_000);
    let records = argument("--records").unwrap_or(50_000);
    let seed = argument("--seed").unwrap_or(11);
    let only: Option<String> = argument("--only");
    println!("W3  {records} records among {residents} residents, {} threads, seed {seed}", rayon::current_num_threads());
    if only.as_deref() != Some("own") {
        println!("city of synth");
        let (people, records) = city::from_synth::city(residents, records, seed);
        measure(&people, &records);
    }
    if only.as_deref() != Some("synth") {
        println!("own city");
        let mut city = City::new(residents, seed);
        let records = city.records(records);
        measure(&city.residents().collect::<Vec<_>>(), &records);
    }
    println!("goal: automatic precision ≥ 0.9999, recall ≥ 0.987; review ≤ 0.02 of the input, recall with review ≥ 0.998;");
    println!("      ≥ 300,000 records/s with folding and an index of 1.1 million in ≤ 3 s, on 4 cores");
}

fn measure(people: &[Resident<'_>], records: &[Record]) {
    let begun = Instant::now();
    let register = Register::build(people.iter().cloned());
    let built = begun.elapsed().as_secs_f64();
    let written: Vec<Written<'_>> = records.iter().map(Record::written).collect();
    let mut best = f64::MAX;
    let mut verdicts = Vec::new();
    for _ in 0..5 {
        let begun = Instant::now();
        verdicts = register.identify_written(&written);
        best = best.min(begun.elapsed().as_secs_f64());
    }
    report(
        &format!("linkage, index {built:.2} s, {} MB", register.bytes() / 1_000_000),
        &Counts::of(records, &verdicts),
        records.len() as f64 / best,
    );
    if std::env::args().any(|argument| argument == "--missed") {
        missed(records, &verdicts, &register, people);
    }
    drop(register);

    let begun = Instant::now();
    let cascade = cascade::Cascade::build(people.iter().cloned());
    let built = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let found: Vec<Option<u32>> = written.iter().map(|written| cascade.identify(written)).collect();
    let rate = records.len() as f64 / begun.elapsed().as_secs_f64();
    let mut counts = Counts { records: records.len(), ..Counts::default() };
    for (record, found) in records.iter().zip(&found) {
        counts.in_register += usize::from(record.truth.is_some());
        let right = found.is_some() && record.truth == *found;
        counts.right += usize::from(right);
        counts.wrong += usize::from(found.is_some() && !right);
        counts.wrong_outside += usize::from(found.is_some() && record.truth.is_none());
    }
    report(&format!("seven exact keys (baseline), index {built:.2} s, one thread"), &counts, rate);
}

fn report(who: &str, counts: &Counts, rate: f64) {
    println!("  {who}");
    println!(
        "    automatic  precision {:.5}  recall {:.4}  ({} right, {} wrong, of them {} about people outside)",
        counts.precision(),
        counts.recall(),
        counts.right,
        counts.wrong,
        counts.wrong_outside
    );
    println!("    review     {:.4} of the input  recall with review {:.4}", counts.review_share(), counts.recall_with_review());
    println!("    speed      {rate:.0} records/s");
}

/// What was missed or doubted, by slip: for whoever turns the weights. The city is made up, so it may be shown.
fn missed(records: &[Record], verdicts: &[Verdict], register: &Register, people: &[Resident<'_>]) {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown = BTreeMap::<String, usize>::new();
    for (record, verdict) in records.iter().zip(verdicts) {
        let candidate = verdict.candidate().map(|candidate| candidate.row);
        let label = match verdict {
            Verdict::Match(found) if Some(found.row) == record.truth => continue,
            Verdict::None if record.truth.is_none() => continue,
            Verdict::Match(_) => "WRONG".to_owned(),
            Verdict::Review(_, doubt) => format!("review {doubt:?} {}", if candidate == record.truth { "right" } else { "other" }),
            Verdict::None => "lost".to_owned(),
        };
        let label = format!("{label} {:?} {}", record.kind.unwrap_or(city::Kind::Resident), record.slips.join("+"));
        *reasons.entry(label.clone()).or_default() += 1;
        let count = shown.entry(label.clone()).or_default();
        *count += 1;
        if *count <= if label.starts_with("WRONG") { 20 } else { 1 } {
            println!("{label}: {} {} {} {} {} {}", record.name, record.kana, record.sex, record.birth, record.address, record.phone);
            if let Some(candidate) = verdict.candidate() {
                let resident = &people[candidate.row as usize];
                println!(
                    "   candidate {} {} {} {} {} {} {:.5} {:?}",
                    register.resident_number(candidate.row).unwrap_or_default(),
                    resident.name,
                    resident.kana,
                    resident.birth,
                    resident.address,
                    resident.phone,
                    candidate.probability,
                    candidate.evidence
                );
            }
            if let Some(truth) = record.truth.filter(|truth| Some(*truth) != candidate) {
                let resident = &people[truth as usize];
                println!("   truth {} {} {} {} {}", resident.name, resident.kana, resident.birth, resident.address, resident.phone);
            }
        }
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for (reason, count) in reasons.iter().take(60) {
        println!("{count:6}  {reason}");
    }
}

fn argument<T: std::str::FromStr>(name: &str) -> Option<T> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok())
}
