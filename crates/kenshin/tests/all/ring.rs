//! The whole ring, against what its input files say.

use std::collections::BTreeMap;

use demo::report::NAMES;

use crate::support::city::rows;
use crate::support::counts::{Counts, Pair};
use crate::support::place::{Place, on_both};
use crate::support::program::{Done, demo, report};
use crate::support::setting;

/// People in each city.
const RESIDENTS: u32 = 1_000;

#[test]
fn the_ring_closes_and_every_step_counts_what_the_input_says() {
    closes(RESIDENTS);
}

#[test]
#[ignore = "a soak: cities of the size that the demonstration is meant for"]
fn soak_the_ring_closes_with_twenty_thousand_residents_in_each_city() {
    closes(setting("KENSHIN_RESIDENTS").map_or(20_000, |residents| residents.parse().unwrap()));
}

fn closes(residents: u32) {
    on_both(|place| {
        let done: Done = demo(place, residents).output().unwrap().into();
        done.ended(0);
        let report = report(place);
        assert_eq!(report.steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>(), NAMES);
        let steps: f64 = report.steps.iter().map(|step| step.seconds).sum();
        assert!(steps > 0.0 && (report.seconds - steps).abs() < 1.0, "{} s in all, {steps} s in the steps", report.seconds);
        check(place, report.counts());
    });
}

/// Compares every step, and reads what the matching wrote against the truth.
pub(crate) fn check(place: &Place, mut counts: Vec<Counts>) {
    let pair = Pair::read(&place.files().join("input"));
    identified(place, &pair, &mut counts[7]);
    // All that differ, with found before expected: one difference often explains another.
    let steps = (1..).zip(counts.into_iter().zip(pair.steps()));
    let differ: Vec<_> = steps.filter(|(_, (found, expected))| found != expected).collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

/// `matches.csv` has an answer to every row of `incoming.csv`, no wrong 一致, and as many of each as the report says.
fn identified(place: &Place, pair: &Pair, counts: &mut Counts) {
    let mut judged: BTreeMap<String, u64> = BTreeMap::new();
    let mut right = 0;
    for (city, folder) in pair.cities() {
        let matches = rows(&place.files().join("input").join(folder).join("matches.csv"));
        let mut open = city.truth.clone();
        for row in matches {
            let truth = open.remove(&row["受付番号"]).expect("a 受付番号 that came in, once");
            match row["判定"].as_str() {
                "一致" => {
                    assert_eq!(row["住民番号"], truth, "a wrong 一致 for {}", row["受付番号"]);
                    right += 1;
                }
                "要確認" => assert!(!row["住民番号"].is_empty(), "a candidate is named"),
                "該当なし" => assert!(row["住民番号"].is_empty()),
                other => panic!("no such verdict: {other}"),
            }
            *judged.entry(row["判定"].clone()).or_default() += 1;
        }
        assert!(open.is_empty(), "{} rows have no answer", open.len());
    }
    for (name, verdict) in [("matched", "一致"), ("review", "要確認"), ("unmatched", "該当なし")] {
        assert_eq!(counts.remove(name), Some(judged.get(verdict).copied().unwrap_or(0)), "{name}");
    }
    // A matching that never says 一致 makes no mistake and is of no use.
    let known: u64 = pair.cities().iter().map(|(city, _)| city.truth.values().filter(|resident| !resident.is_empty()).count() as u64).sum();
    assert!(right * 2 > known, "{right} of {known} identified");
}
