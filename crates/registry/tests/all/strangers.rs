//! Results of people who never lived here make nobody (C-III-2-R1-REG-1).

use diesel::prelude::*;
use store::testing::both_blocking;

use crate::results::{XRAY, brought, sheet};
use crate::support::{desk, look, person, taken};

#[derive(QueryableByName)]
struct People {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

#[test]
fn c_iii_2_r1_reg_1_of_a_hundred_thousand_results_those_of_nobody_are_set_aside_and_make_nobody() {
    const ROWS: u32 = 100_000;
    const PEOPLE: u32 = 1_000;
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        taken(&desk, &(1..=PEOPLE).map(person).collect::<Vec<_>>());
        let mut row = XRAY.to_vec();
        row[0] = ("resident_number", "<resident>");
        row[1] = ("history_number", "<history>");
        let sheet = sheet(2, &[&row]);
        let (heading, row) = sheet.split_once('\n').unwrap();
        // One in twenty never lived here.
        let is_nobody = |at: u32| at % 20 == 7;
        let line = |at: u32| {
            let resident = if is_nobody(at) { 500_000 + at } else { 1 + at % PEOPLE };
            row.replace("<resident>", &resident.to_string()).replace("<history>", &(1 + at / PEOPLE).to_string())
        };
        let text: String = std::iter::once(format!("{heading}\n")).chain((0..ROWS).map(line)).collect();
        let (imported, rejected) = brought(&desk, 2, text.as_bytes());
        assert_eq!((imported.added, imported.rejected), (u64::from(ROWS / 20 * 19), u64::from(ROWS / 20)));
        let lines: Vec<u64> = rejected.iter().map(|row| row.line).collect();
        let expected: Vec<u64> = (0..ROWS).filter(|at| is_nobody(*at)).map(|at| u64::from(at) + 2).collect();
        assert_eq!(lines, expected, "those and no others are set aside");
        let people = look(&desk, |tx| diesel::sql_query("SELECT COUNT(*) AS count FROM resident").get_result::<People>(tx));
        assert_eq!(people.count, i64::from(PEOPLE));
    });
}
