//! A file of results whose job ends in the middle: what is in stays, nothing waits for it, and the same file brings the rest.

use diesel::prelude::*;
use protocol::messages::registry::{ImportResults, ImportedResults};
use registry::Media;
use store::testing::both_blocking;
use vocabulary::FiscalYear;

use crate::results::sheet;
use crate::support::{ask, desk, ended, folder, look, officer, person, resumed, stopped, taken};

diesel::table! { record_row (id) { id -> BigInt, } }
diesel::table! { import (id) { id -> BigInt, kind -> Text, state -> SmallInt, } }

const ROWS: u32 = 1_200;

#[test]
fn r_reg_3_an_import_of_results_that_is_cancelled_is_warned_of_while_it_goes_on_and_no_longer() {
    both_blocking(|rooms| {
        let (desk, place) = (desk(&rooms), folder("half-in"));
        taken(&desk, &(1..=ROWS).map(person).collect::<Vec<_>>());
        let numbers: Vec<String> = (1..=ROWS).map(|number| number.to_string()).collect();
        let items = [("history_number", "1"), ("fiscal_year", "2026"), ("examined_on", "2026-05-01"), ("judgement", "1")];
        let rows: Vec<Vec<(&str, &str)>> =
            numbers.iter().map(|number| std::iter::once(("resident_number", number.as_str())).chain(items).collect()).collect();
        std::fs::write(place.join("04.csv"), sheet(4, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())).unwrap();
        let desk = desk.with_media(Media::of_file(&place.join("04.csv")));
        let asked = ImportResults { record_type: 4, file: "04.csv".to_owned(), ..ImportResults::default() };
        let written = || look(&desk, |tx| record_row::table.count().get_result::<i64>(tx));
        let half_in = || desk.extract(&officer(), FiscalYear(2026), "2026-06-01".parse().unwrap()).unwrap().half_imported;
        let has_begun = || {
            let noted = look(&desk, |tx| import::table.filter(import::kind.eq("results/4")).count().get_result::<i64>(tx));
            assert_eq!(half_in(), if noted > 0 { vec!["04.csv"] } else { Vec::new() });
            written() > 0
        };
        let first = stopped(&desk, ask(&desk, "import-results", &asked), has_begun);
        let in_part = written();
        assert!(in_part > 0 && in_part < i64::from(ROWS), "{in_part}");
        assert_eq!(half_in(), Vec::<String>::new(), "nobody goes on with it");
        // The same file again brings the rest, and the one that broke off is no longer shown as such.
        let again: ImportedResults = ended(&desk, "import-results", &asked);
        assert_eq!((again.added, again.unchanged), (u64::from(ROWS) - in_part as u64, in_part as u64));
        let states =
            || look(&desk, |tx| import::table.filter(import::kind.eq("results/4")).order(import::id).select(import::state).load(tx));
        assert_eq!(states(), [6_i16, 2]);
        // Resumed, it finds nothing to do and comes to its end as well.
        let resumed: ImportedResults = resumed(&desk, first);
        assert_eq!((resumed.read, resumed.rejected), (u64::from(ROWS), 0));
        assert_eq!((states(), written(), half_in()), (vec![2, 2], i64::from(ROWS), Vec::new()));
        std::fs::remove_dir_all(place).unwrap();
    });
}
