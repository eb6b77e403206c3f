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
fn whoever_stands_in_a_list_of_hundreds_finds_the_list() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let lines: Vec<_> = (1..=300).map(person).collect();
        taken(&desk, &lines);
        let on: Date = "2026-06-01".parse().unwrap();
        desk.eligible(&officer(), FiscalYear(2026), None, on, &mut Vec::new()).unwrap();
        for number in ["1", "256", "300"] {
            assert!(acts(desk.room(), number).iter().any(|act| act == "registry:extractions.list"), "person {number}");
        }
        assert_eq!(acts(desk.room(), "301"), Vec::<String>::new());
    });
}
