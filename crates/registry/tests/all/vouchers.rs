//! R-REG-5: vouchers, and that nobody protected is written to.

use std::collections::HashSet;

use protocol::messages::registry::PrintedVouchers as Printed;
use registry::vouchers::VoucherNumber;
use registry::{Desk, RegistryError};
use store::testing::both_blocking;
use vocabulary::{Date, Entropy as _, FiscalYear, SeededEntropy};

use crate::support::{Line, desk, officer, person, taken};

const YEAR: FiscalYear = FiscalYear(2026);

fn day() -> Date {
    "2026-06-01".parse().unwrap()
}

fn print(desk: &Desk, extraction: i64) -> (Printed, String) {
    let mut out = Vec::new();
    let printed = desk.print_vouchers(&officer(), extraction, &mut out).unwrap();
    (printed, String::from_utf8(out).unwrap())
}

#[test]
fn r_reg_5_one_voucher_for_a_person_and_programme_and_none_for_the_protected() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut protected = person(2);
        protected.protected = "1";
        taken(&desk, &[person(1), protected]);
        let extraction = desk.extract(&officer(), YEAR, day()).unwrap().extraction;
        // A woman of 50: every programme of the seven.
        let issued = desk.issue_vouchers(&officer(), extraction).unwrap();
        let programmes = issued.vouchers;
        assert!(programmes >= 5, "{programmes}");
        assert_eq!(issued.withheld, programmes, "the same programmes for the protected person");
        assert_eq!(desk.issue_vouchers(&officer(), extraction).unwrap(), issued);
        let (printed, text) = print(&desk, extraction);
        assert_eq!(printed, Printed { printed: programmes, withheld: 0 });
        assert!(text.contains("見本　花子1") && !text.contains("見本　花子2"));
        let numbers: HashSet<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(1)).collect();
        assert_eq!(numbers.len() as u64, programmes, "no number twice");
        assert!(numbers.iter().all(|number| VoucherNumber::parse(number).is_some()));
        assert!(matches!(desk.issue_vouchers(&officer(), extraction + 1), Err(RegistryError::Cause(wire::Cause::Unknown(_)))));
    });
}

#[test]
fn r_reg_5_whoever_was_withheld_is_issued_and_printed_with_the_next_extraction() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines = [person(1), person(2)];
        lines[1].protected = "1";
        taken(&desk, &lines);
        let first = desk.extract(&officer(), YEAR, day()).unwrap().extraction;
        let issued = desk.issue_vouchers(&officer(), first).unwrap();
        assert_eq!(issued.withheld, issued.vouchers);
        // The measure has ended, and the extraction is made again after the first list was printed.
        lines[1].protected = "0";
        taken(&desk, &lines);
        let second = desk.extract(&officer(), YEAR, "2026-06-02".parse().unwrap()).unwrap().extraction;
        assert_ne!(first, second);
        let again = desk.issue_vouchers(&officer(), second).unwrap();
        assert_eq!((again.vouchers, again.earlier, again.withheld), (issued.withheld, issued.vouchers, 0));
        let (printed, text) = print(&desk, second);
        assert_eq!(printed.printed, again.vouchers);
        assert!(text.contains("見本　花子2") && !text.contains("見本　花子1"), "{text}");
        assert!(!print(&desk, first).1.contains("見本　花子2"), "nobody gets two");
    });
}

#[test]
fn t_24_a_flag_that_comes_between_extraction_and_letter_stops_the_letter() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let mut lines = vec![person(1), person(2), person(3), person(4)];
        taken(&desk, &lines);
        let extraction = desk.extract(&officer(), YEAR, day()).unwrap().extraction;
        // Between extraction and issue.
        lines[1].protected = "1";
        taken(&desk, &lines);
        let issued = desk.issue_vouchers(&officer(), extraction).unwrap();
        assert_eq!(issued.vouchers, 3 * issued.withheld);
        // Between issue and print: one is protected, one died.
        lines[2].protected = "1";
        (lines[3].until, lines[3].removal) = ("2026-05-31", "2");
        taken(&desk, &lines);
        let (printed, text) = print(&desk, extraction);
        assert_eq!(printed.withheld, 2 * printed.printed);
        assert!(text.contains("花子1") && !["花子2", "花子3", "花子4"].iter().any(|name| text.contains(name)));
        // Protection is lifted: the next issue gives what was withheld, the numbers that were given stay.
        lines[1].protected = "";
        taken(&desk, &lines);
        assert_eq!(desk.issue_vouchers(&officer(), extraction).unwrap().withheld, 0);
        let (_, after) = print(&desk, extraction);
        let of_first = |text: &str| {
            text.lines()
                .filter(|line| line.contains("花子1"))
                .filter_map(|line| line.split(',').nth(1).map(str::to_owned))
                .collect::<Vec<_>>()
        };
        assert_eq!(of_first(&text), of_first(&after));
        assert!(after.contains("花子2"));
    });
}

/// What becomes of each of ten thousand, before the issue and again between issue and print, is drawn.
#[test]
fn c_ii_3_reg_10_of_ten_thousand_who_die_move_out_or_are_protected_before_print_none_has_a_letter() {
    const PEOPLE: u32 = 10_000;
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        // A man of 36 is due for one programme.
        let mut lines: Vec<Line> = (1..=PEOPLE).map(|number| Line { sex: "1", birth: "1990-05-05", ..person(number) }).collect();
        taken(&desk, &lines);
        let extraction = desk.extract(&officer(), YEAR, day()).unwrap().extraction;
        let chance = SeededEntropy::new(310);
        let mut kept_from: HashSet<u32> = HashSet::new();
        for time in 0..2 {
            for line in &mut lines {
                let mut byte = [0];
                chance.fill(&mut byte);
                match byte[0] % 9 {
                    0 => (line.until, line.removal) = ("2026-05-31", "2"),
                    1 => (line.until, line.removal) = ("2026-05-31", "1"),
                    2 => line.protected = "1",
                    _ => continue,
                }
                kept_from.insert(line.number);
            }
            taken(&desk, &lines);
            if time == 0 {
                desk.issue_vouchers(&officer(), extraction).unwrap();
            }
        }
        let (printed, text) = print(&desk, extraction);
        let names: HashSet<&str> = text.lines().flat_map(|line| line.split(',')).collect();
        let written_to: HashSet<u32> = lines.iter().filter(|line| names.contains(line.name.as_str())).map(|line| line.number).collect();
        assert!(written_to.is_disjoint(&kept_from));
        assert!(kept_from.len() > 4_000, "{}", kept_from.len());
        assert_eq!(printed.printed, u64::from(PEOPLE) - kept_from.len() as u64, "and everybody else has one");
        assert_eq!(written_to.len() as u64, printed.printed);
    });
}
