//! R-REG-3: who is a resident on a day, and why not, as one table of cases. What is expected comes from the interfaces page ("Only people who
//! are residents on the day of extraction; not dead, not moved out"; 住民でなくなった日 "empty while resident") and from the register's own
//! practice: whoever moves out is no resident from that day, and a returnee was one until they left.

use eligibility::{FormerPeriod, Removal, Residency, ResidentClass, Standing};
use vocabulary::{Date, day};

const BORN: i32 = 19_760_505;

fn on(number: i32) -> Date {
    day::from_number(number).unwrap()
}

fn at(number: i32) -> Option<Date> {
    day::from_number(number)
}

fn resident() -> Standing {
    Standing { birth: Some(BORN), ..Standing::default() }
}

fn left(to: Option<i32>, removal: Option<Removal>) -> Standing {
    Standing { from: Some(20_000_101), to, removal, ..resident() }
}

/// Here until 2018, away, here again since 2024.
fn returnee() -> Standing {
    let before = FormerPeriod { from: Some(20_000_101), to: 20_180_401, removal: Some(Removal::MovedOut) };
    Standing { from: Some(20_240_701), former: vec![before], ..resident() }
}

#[test]
fn r_reg_3_who_is_a_resident_on_a_day_and_why_not() {
    use Removal::{Died, MovedOut, Other};
    use Residency::{NotYet, Outside, Resident};
    let left_again = Standing { to: Some(20_260_601), removal: Some(MovedOut), ..returnee() };
    let died_some_day = Standing { removal: Some(Died), ..returnee() };
    let unborn = Standing { birth: Some(20_260_701), ..resident() };
    let came_before_birth = Standing { from: Some(19_700_101), ..resident() };
    let foreign = Standing { class: ResidentClass::Foreign, ..resident() };
    let outside = Standing { class: ResidentClass::Outside, ..returnee() };
    let no_birth = Standing { birth: None, from: Some(20_000_101), ..resident() };
    let table: [(&str, Standing, i32, Residency); 34] = [
        ("always here", resident(), 20_260_601, Resident),
        ("a foreign resident is a resident", foreign, 20_260_601, Resident),
        ("a birth date that is not known takes nothing away", no_birth.clone(), 20_260_601, Resident),
        ("and does not hide the day of coming", no_birth, 19_991_231, NotYet(at(20_000_101))),
        ("outside the register", outside.clone(), 20_260_601, Outside),
        ("outside the register, in a former period", outside, 20_170_601, Outside),
        ("the day before coming", left(None, None), 19_991_231, NotYet(at(20_000_101))),
        ("the day of coming", left(None, None), 20_000_101, Resident),
        ("to be born in July, on 1 June", unborn.clone(), 20_260_601, NotYet(at(20_260_701))),
        ("on the day of birth", unborn, 20_260_701, Resident),
        ("nobody is a resident before birth", came_before_birth.clone(), 19_760_504, NotYet(at(BORN))),
        ("but from birth on", came_before_birth, BORN, Resident),
        ("the day before moving out", left(Some(20_260_601), Some(MovedOut)), 20_260_531, Resident),
        ("the day of moving out", left(Some(20_260_601), Some(MovedOut)), 20_260_601, Residency::MovedOut(at(20_260_601))),
        ("moved out on a day nobody knows", left(None, Some(MovedOut)), 20_260_601, Residency::MovedOut(None)),
        ("the day before death", left(Some(20_260_601), Some(Died)), 20_260_531, Resident),
        ("the day of death", left(Some(20_260_601), Some(Died)), 20_260_601, Residency::Died(at(20_260_601))),
        ("dead without a day", left(None, Some(Died)), 20_260_601, Residency::Died(None)),
        ("dead without a day, asked for long ago", left(None, Some(Died)), 20_010_101, Residency::Died(None)),
        ("removed by office", left(Some(20_260_601), Some(Other)), 20_260_601, Residency::Removed(at(20_260_601))),
        ("removed by office without a day", left(None, Some(Other)), 20_260_601, Residency::Removed(None)),
        ("gone without a reason", left(Some(20_260_601), None), 20_260_602, Residency::Removed(at(20_260_601))),
        ("a returnee today", returnee(), 20_260_601, Resident),
        ("a returnee on the day of return", returnee(), 20_240_701, Resident),
        ("a returnee on the day before it", returnee(), 20_240_630, Residency::MovedOut(at(20_180_401))),
        ("a returnee on the day of leaving", returnee(), 20_180_401, Residency::MovedOut(at(20_180_401))),
        ("a returnee before leaving", returnee(), 20_180_331, Resident),
        ("a returnee before coming first", returnee(), 19_991_231, NotYet(at(20_000_101))),
        ("a returnee who left again", left_again.clone(), 20_260_601, Residency::MovedOut(at(20_260_601))),
        ("in the first period of theirs", left_again.clone(), 20_100_101, Resident),
        ("in the second period of theirs", left_again, 20_250_101, Resident),
        ("a returnee who died some day", died_some_day.clone(), 20_260_601, Residency::Died(None)),
        ("in the period before", died_some_day.clone(), 20_100_101, Resident),
        ("between the periods", died_some_day, 20_190_101, Residency::MovedOut(at(20_180_401))),
    ];
    for (case, standing, day, expected) in table {
        assert_eq!(standing.on(on(day)), expected, "{case}: on {day}");
    }
}
