//! Who was seen: what the registry does with many people is found by each of them.

use ledger::testing::caller;
use ledger::{About, Room};
use store::testing::both_blocking;
use vocabulary::{Date, FiscalYear, Purpose};

use crate::support::{desk, officer, person, taken};

/// What the record says was done with a person's data.
fn acts(room: &Room, number: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let auditor = caller("auditor", Purpose::Audit);
    let found = runtime.block_on(ledger::find(room, &auditor, About::Person(number), 0..i64::MAX, 100)).unwrap();
    found.iter().map(|found| found.entry().unwrap().action.to_owned()).filter(|action| action.starts_with("registry:")).collect()
}

#[test]
fn whoever_is_one_of_hundreds_finds_every_act_on_them() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines: Vec<_> = (1..=300).map(person).collect();
        taken(&desk, &lines);
        let on: Date = "2026-06-01".parse().unwrap();
        desk.eligible(&officer(), FiscalYear(2026), None, on, &mut Vec::new()).unwrap();
        let extraction = desk.extract(&officer(), FiscalYear(2026), on).unwrap().extraction;
        desk.issue_vouchers(&officer(), extraction).unwrap();
        desk.print_vouchers(&officer(), extraction, &mut Vec::new()).unwrap();
        for number in ["1", "256", "300"] {
            let acts = acts(desk.room(), number);
            for act in ["residents.import", "extractions.list", "extractions.make", "vouchers.issue", "vouchers.print"] {
                assert!(acts.iter().any(|found| found == &format!("registry:{act}")), "{act} of person {number}: {acts:?}");
            }
        }
        assert_eq!(acts(desk.room(), "301"), Vec::<String>::new());
    });
}
