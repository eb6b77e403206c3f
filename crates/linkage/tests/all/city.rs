//! A city of 20,000 and the records of its facilities: the figures of W3 and T-31 at a size that a test can afford.

use crate::made_up::{City, Counts, Kind, Record, from_synth};
use linkage::{Incoming, Register, Verdict};

fn identify(register: &Register, records: &[Record]) -> Vec<Verdict> {
    register.identify_written(&records.iter().map(Record::written).collect::<Vec<_>>())
}

#[test]
fn w3_precision_and_recall_hold_for_seeds_that_the_weights_were_not_tuned_to() {
    for seed in [1001, 2002] {
        let mut city = City::new(20_000, seed);
        let records = city.records(20_000);
        let counts = Counts::of(&records, &identify(&Register::build(city.residents()), &records));
        assert!(counts.precision() >= 0.9999, "{counts:?}");
        assert!(counts.recall() >= 0.98, "{counts:?}");
        assert!(counts.recall_with_review() >= 0.995, "{counts:?}");
        assert!(counts.review_share() <= 0.025, "{counts:?}");
    }
}

#[test]
fn w3_precision_and_recall_hold_for_the_city_of_synth() {
    let (people, records) = from_synth::city(20_000, 20_000, 77);
    let counts = Counts::of(&records, &identify(&Register::build(people), &records));
    assert_eq!(counts.wrong, 0, "{counts:?}");
    assert!(counts.recall() >= 0.987, "{counts:?}");
    assert!(counts.recall_with_review() >= 0.998, "{counts:?}");
    assert!(counts.review_share() <= 0.02, "{counts:?}");
}

#[test]
fn w3_no_twin_namesake_or_relative_outside_the_register_is_ever_automatic() {
    let mut city = City::new(20_000, 3003);
    let register = Register::build(city.residents());
    for kind in
        [Kind::Twin, Kind::LikeNamedTwin, Kind::Namesake, Kind::Family, Kind::SameBirthday, Kind::FamilyNameAndBirthday, Kind::Stranger]
    {
        let records: Vec<Record> = (0..4000).map(|_| city.outsider(kind)).collect();
        let verdicts = identify(&register, &records);
        let wrong: Vec<_> = records.iter().zip(&verdicts).filter(|(_, verdict)| matches!(verdict, Verdict::Match(_))).collect();
        assert!(wrong.is_empty(), "{kind:?} {wrong:#?}");
    }
}

#[test]
fn c_ii_3_reg_11_of_a_hundred_thousand_records_with_slips_none_is_linked_wrongly() {
    let (people, records) = from_synth::city(60_000, 100_000, 311);
    let counts = Counts::of(&records, &identify(&Register::build(people), &records));
    assert_eq!((counts.records, counts.wrong), (100_000, 0), "{counts:?}");
    assert!(counts.recall_with_review() >= 0.998, "{counts:?}");
}

#[test]
fn the_same_input_gives_the_same_verdicts_on_any_number_of_threads() {
    let mut city = City::new(5_000, 4004);
    let records = city.records(2_000);
    let run = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let register = Register::build(city.residents());
            let verdicts = identify(&register, &records);
            let one_by_one = records.iter().map(|record| register.identify(&Incoming::normalise(&record.written())));
            assert_eq!(verdicts, one_by_one.collect::<Vec<_>>());
            verdicts
        })
    };
    assert_eq!(run(1), run(4));
}
