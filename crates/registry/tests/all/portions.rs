//! Work on a whole city stops between two portions and goes on where it stood: what comes of it is what would have come without the stop.

use diesel::prelude::*;
use protocol::messages::registry::{Extract, Extracted, FollowUp, FollowedUp, IssueVouchers, IssuedVouchers};
use registry::Desk;
use store::testing::both_blocking;
use vocabulary::{Date, FiscalYear};

use crate::support::{ask, desk, gone_on, look, officer, person, resumed, stopped, taken};

diesel::table! { extraction (id) { id -> BigInt, people -> BigInt, examinations -> BigInt, } }
diesel::table! { extraction_person (extraction, resident) { extraction -> BigInt, resident -> BigInt, version -> Integer, } }
diesel::table! { extraction_row (extraction, resident, programme, examination) { extraction -> BigInt, resident -> BigInt, programme -> Text, examination -> Text, } }
diesel::table! { voucher (resident, programme, fiscal_year) { resident -> BigInt, programme -> Text, fiscal_year -> Integer, number -> Nullable<Text>, } }
diesel::table! { detailed_case (fiscal_year, programme, resident, row) { fiscal_year -> Integer, programme -> Text, resident -> BigInt, row -> BigInt, state -> Text, } }
diesel::table! {
    examination (id) {
        id -> BigInt, resident -> BigInt, record -> SmallInt, programme -> Text,
        #[sql_name = "examination"]
        examination_id -> Text,
        fiscal_year -> Integer, examined_on -> Integer, institution -> Text, needs_detailed -> SmallInt, source -> Text, row -> BigInt,
        history -> Integer, claim_month -> Integer, excluded -> SmallInt,
    }
}

const PEOPLE: u32 = 2_500;
const YEAR: FiscalYear = FiscalYear(2026);

fn day() -> Date {
    "2026-06-01".parse().unwrap()
}

/// Two cities of the same people: in the one nothing is stopped.
fn city(rooms: &store::Rooms) -> Desk {
    let desk = desk(rooms);
    taken(&desk, &(1..=PEOPLE).map(person).collect::<Vec<_>>());
    desk
}

fn of_extraction(desk: &Desk, id: i64) -> (i64, i64) {
    look(desk, |tx| {
        let people = extraction_person::table.filter(extraction_person::extraction.eq(id)).count().get_result(tx)?;
        let rows = extraction_row::table.filter(extraction_row::extraction.eq(id)).count().get_result(tx)?;
        Ok((people, rows))
    })
}

#[test]
fn r_ops_an_extraction_that_is_stopped_goes_on_and_is_known_when_all_of_it_is_there() {
    both_blocking(|rooms| {
        let desk = city(&rooms);
        let written = || look(&desk, |tx| extraction_person::table.count().get_result::<i64>(tx));
        let id = stopped(&desk, ask(&desk, "extract", Extract { fiscal_year: YEAR, on: day() }), || written() > 0);
        assert!(written() < i64::from(PEOPLE));
        assert_eq!(look(&desk, |tx| extraction::table.count().get_result::<i64>(tx)), 0, "a part of it is none");
        let extracted: Extracted = resumed(&desk, id);
        let lines = extracted.rows as i64;
        assert_eq!((extracted.extraction, of_extraction(&desk, 1)), (1, (i64::from(PEOPLE), lines)));
        assert_eq!(look(&desk, |tx| extraction::table.load::<(i64, i64, i64)>(tx)), [(1, i64::from(PEOPLE), lines)]);
        assert_eq!(desk.extract(&officer(), YEAR, day()).unwrap(), extracted, "asked again it is the same");
        // Another one that is stopped, and whose city is another when it goes on, begins anew under a name of its own.
        let next: Date = "2026-06-02".parse().unwrap();
        let id = stopped(&desk, ask(&desk, "extract", Extract { fiscal_year: YEAR, on: next }), || written() > i64::from(PEOPLE));
        taken(&desk, &[person(PEOPLE + 1)]);
        let other: Extracted = resumed(&desk, id);
        assert_eq!((other.extraction, of_extraction(&desk, 2), of_extraction(&desk, 3).0), (3, (0, 0), i64::from(PEOPLE) + 1));
    });
}

#[test]
fn r_ops_an_issue_of_vouchers_that_is_stopped_goes_on_with_no_number_twice() {
    both_blocking(|rooms| {
        let desk = city(&rooms);
        let extraction = desk.extract(&officer(), YEAR, day()).unwrap().extraction;
        let issued = || look(&desk, |tx| voucher::table.count().get_result::<i64>(tx));
        let id = stopped(&desk, ask(&desk, "issue-vouchers", IssueVouchers { extraction }), || issued() > 0);
        let before = issued();
        let came: IssuedVouchers = resumed(&desk, id);
        assert!(before < came.vouchers as i64);
        assert_eq!((came.vouchers as i64, came.withheld), (issued(), 0));
        let numbers: Vec<Option<String>> = look(&desk, |tx| voucher::table.select(voucher::number).order(voucher::number).load(tx));
        let serials: Vec<i64> = numbers.iter().map(|number| number.as_deref().unwrap().get(2..10).unwrap().parse().unwrap()).collect();
        assert_eq!(serials, (1..=issued()).collect::<Vec<_>>(), "no number twice, and none left out");
        assert_eq!(desk.issue_vouchers(&officer(), extraction).unwrap(), came);
    });
}

#[test]
fn r_ops_a_follow_up_that_is_stopped_goes_on_with_the_same_cases() {
    both_blocking(|rooms| {
        let desk = city(&rooms);
        desk.room()
            .raw()
            .write_blocking(|tx| {
                store::load(tx, examination::all_columns, |load| {
                    (1..=i64::from(PEOPLE) * 2).try_for_each(|id| {
                        let (resident, row) = (id % i64::from(PEOPLE) + 1, id);
                        load.push(|out| {
                            let out = out.int(id).int(resident).int(4).text("colorectal").text("fobt").int(2026).int(20_260_501);
                            out.text("1310000001").int(1).text("file").int(row).int(1).int(202_605).int(0)
                        })
                    })
                })
                .map_err(|error: store::StoreError| error)
            })
            .unwrap();
        let cases = || look(&desk, |tx| detailed_case::table.count().get_result::<i64>(tx));
        let id = stopped(&desk, ask(&desk, "follow-up", FollowUp { fiscal_year: YEAR }), || cases() > 0);
        assert!(cases() < i64::from(PEOPLE) * 2);
        let made: FollowedUp = resumed(&desk, id);
        assert_eq!((cases(), made.needs_detailed, made.examined), (i64::from(PEOPLE) * 2, u64::from(PEOPLE), u64::from(PEOPLE) * 2));
        assert!(made.claims == 1 && made.amount_yen >= 0);
        // A case that is none any more goes, and the state that is known otherwise is mended.
        desk.room()
            .raw()
            .write_blocking(|tx| {
                diesel::delete(examination::table.find(1)).execute(tx)?;
                diesel::update(detailed_case::table.filter(detailed_case::row.eq(2))).set(detailed_case::state.eq("done")).execute(tx)?;
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        let again = tokio::runtime::Runtime::new().unwrap().block_on(ask(&desk, "follow-up", FollowUp { fiscal_year: YEAR })).unwrap();
        desk.room().raw().write_blocking(|tx| desk.jobs().cancel(tx, again.id, &officer())).unwrap();
        assert!(gone_on(&desk, again.id).result.is_some());
        assert_eq!(cases(), i64::from(PEOPLE) * 2 - 1);
        let states: Vec<String> = look(&desk, |tx| detailed_case::table.select(detailed_case::state).distinct().load(tx));
        assert_eq!(states, ["unknown"]);
    });
}
