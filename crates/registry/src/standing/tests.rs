//! R-REG-5, T-24: files of the register go in one after the other; who is counted as a resident, written to, registered with the hub.

use std::sync::Arc;

use access::Caller;
use protocol::messages::jobs::JobState;
use protocol::messages::registry::ListEligible;
use store::testing::both_blocking;
use vault::Vault;
use vocabulary::{FiscalYear, Id128, ManualClock, Purpose, ResidentNumber, SystemEntropy};

use super::*;
use crate::Desk;
use crate::extraction::{ELIGIBLE, LIST_JOB};
use crate::files::encoding::Encoding;
use crate::residents::contact::testing::set_address;
use crate::residents::import;
use crate::returned::testing::{clear_of, return_to};

const HEADING: &str =
    "住民番号,世帯番号,氏名,氏名カナ,性別,生年月日,個人番号,住所,住民区分,住民となった日,住民でなくなった日,消除事由,支援措置";
const NUMBER: &str = "123456789018";
const HERE: &str = "1,2000-01-01,,,";

/// What the room says of somebody on 1 June 2026: among the residents, by letter, by the hub.
type Told = (bool, Result<(), Withheld>, Result<(), Withheld>);

fn desk(rooms: &store::Rooms) -> Desk {
    let clock = Arc::new(ManualClock::at("2026-06-01T00:00:00Z".parse().unwrap()));
    let master = Arc::new(ledger::testing::master().unwrap());
    Desk::open(
        rooms,
        "991015".parse().unwrap(),
        Arc::new(catalogue::Catalogue::built_in().unwrap()),
        master,
        clock,
        Arc::new(SystemEntropy),
    )
    .unwrap()
}

fn officer() -> Caller {
    ledger::testing::caller("s1001", Purpose::ResidentImport)
}

/// Ends of a row that are none: a letter to the person came back; an officer has looked into it.
const RETURNED: &str = "returned";
const CLEARED: &str = "cleared";

/// Takes in a file whose person n has the n-th of these ends of a row; an empty one is not in the file.
fn take(desk: &Desk, ends: &[&str]) {
    let rows = ends.iter().enumerate().filter(|(_, end)| ![RETURNED, CLEARED, ""].contains(end));
    let rows: Vec<String> = rows.map(|(place, end)| format!("{place},{place},見本　花子,ミホン　ハナコ,2,{end}")).collect();
    let text = format!("{HEADING}\n{}\n", rows.join("\n"));
    let taken = import(desk.room(), &officer(), text.as_bytes(), "residents.csv", Encoding::Auto, &mut |_| ()).unwrap();
    assert_eq!(taken.rejected, 0, "{text}");
    let letters = desk.room().raw().write_blocking(|tx| {
        for (end, act) in [(RETURNED, return_to as fn(&mut Tx, &[i64]) -> _), (CLEARED, clear_of)] {
            let numbers = ends.iter().enumerate().filter(|(_, one)| **one == end).map(|(place, _)| place.to_string());
            let of = resident::table.filter(resident::number.eq_any(numbers.collect::<Vec<_>>())).select(resident::id);
            let ids: Vec<i64> = of.load(tx)?;
            act(tx, &ids)?;
        }
        Ok::<_, RegistryError>(())
    });
    letters.unwrap();
}

/// The list of who is due for an examination of the bowel.
fn listed(desk: &Desk, year: i16, on: &str) -> String {
    let asked = ListEligible { fiscal_year: FiscalYear(year), on: on.parse().unwrap(), programme: Some("colorectal".to_owned()) };
    let by = Caller::console("s1001", desk.room().name().municipality(), Purpose::Eligibility, Id128::from_bytes([7; 16]));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let id = runtime.block_on(desk.ask_by_hand(&by, LIST_JOB, &asked, None)).unwrap().id;
    let ended = runtime.block_on(desk.runner().run_by_hand(id, &mut |_| {})).unwrap();
    assert_eq!(ended.job.state, JobState::Done, "{:?}", ended.told);
    String::from_utf8(desk.file_of_job(&by, id, ELIGIBLE).unwrap()).unwrap()
}

fn june() -> Date {
    "2026-06-01".parse().unwrap()
}

fn told(tx: &mut Tx, vault: &Vault, number: &str) -> Result<Told, RegistryError> {
    let id: i64 = resident::table.filter(resident::number.eq(number)).select(resident::id).first(tx)?;
    let counted: i64 = resident::table.filter(resident::id.eq(id).and(resident_on(june()))).count().get_result(tx)?;
    let mut answer = |by| Ok::<_, RegistryError>(Addressee::read(tx, vault, &[id], by, june())?.remove(&id).unwrap().map(|_| ()));
    Ok((counted == 1, answer(Means::Letter)?, answer(Means::Hub)?))
}

/// (case, the ends of the person's rows in one file after the other, what is expected). The reasons are those of the PIA's list of an
/// extraction (抽出時DV区分) and of the register's 消除事由; a person who is no resident is told nothing.
fn cases() -> Vec<(&'static str, Vec<String>, Told)> {
    use Withheld::{Died, Doubtful, MovedOut, NoNumber, NotYet, Outside, Protected, Removed, Returned};
    let all = (true, Ok(()), Ok(()));
    let none = |why| (false, Err(why), Err(why));
    let here_but = |why| (true, Err(why), Err(why));
    // Class, since, until, removal, protected.
    let row = |rest: &str| format!("1976-05-05,{NUMBER},中央一丁目1番,{rest}");
    let one = |rest: &str| vec![row(rest)];
    let (here, left, back) = (row(HERE), row("1,2000-01-01,2018-04-01,1,"), row("1,2024-07-01,,,"));
    let no_letter = (true, Err(Returned), Ok(()));
    let (resides, moved) = (here.clone(), format!("1976-05-05,{NUMBER},中央二丁目7番,{HERE}"));
    let to_come = vec![row("1,2000-01-01,2026-08-01,1,"), row("1,2026-09-01,,,")];
    vec![
        ("a resident", one(HERE), all),
        ("a foreign resident", one("2,2000-01-01,,,"), all),
        ("since before the register", one("1,,,,"), all),
        ("no individual number", vec![format!("1976-05-05,,中央一丁目1番,{HERE}")], (true, Ok(()), Err(NoNumber))),
        ("protected", one("1,2000-01-01,,,1"), here_but(Protected)),
        ("protected since the last file", vec![here.clone(), row("1,2000-01-01,,,1")], here_but(Protected)),
        ("protection lifted", vec![row("1,2000-01-01,,,1"), here.clone()], all),
        ("protected and dead", one("1,2000-01-01,2026-05-01,2,1"), none(Protected)),
        ("moves out tomorrow", one("1,2000-01-01,2026-06-02,1,"), all),
        ("moves out today", one("1,2000-01-01,2026-06-01,1,"), none(MovedOut)),
        ("moved out on some day", one("1,2000-01-01,,1,"), none(MovedOut)),
        ("died yesterday", one("1,2000-01-01,2026-05-31,2,"), none(Died)),
        ("died on some day", one("1,2000-01-01,,2,"), none(Died)),
        ("died on a day to come", one("1,2000-01-01,2026-12-01,2,"), here_but(Died)),
        ("removed by office", one("1,2000-01-01,2026-05-31,9,"), none(Removed)),
        ("removed by office on some day", one("1,2000-01-01,,9,"), none(Removed)),
        ("gone without a reason", one("1,2000-01-01,2026-05-31,,"), none(Removed)),
        ("outside the register", one("3,,,,"), none(Outside)),
        ("comes tomorrow", one("1,2026-06-02,,,"), none(NotYet)),
        ("comes today", one("1,2026-06-01,,,"), all),
        ("born tomorrow", vec![format!("2026-06-02,{NUMBER},中央一丁目1番,1,,,,")], none(NotYet)),
        (RETURNEE, vec![here.clone(), left.clone(), back.clone()], all),
        ("known only since leaving, and back", vec![left.clone(), back.clone()], all),
        ("will be back", vec![left.clone(), row("1,2026-07-01,,,")], none(MovedOut)),
        ("leaves and is back, both to come", to_come, all),
        ("a move taken back", vec![left.clone(), here.clone()], all),
        ("a death taken back", vec![row("1,2000-01-01,2018-04-01,2,"), here], all),
        ("a return taken back", vec![left.clone(), back, left], none(MovedOut)),
        (
            "an address with a character that nobody has named",
            vec![format!("1976-05-05,{NUMBER},中央一丁目\u{e123}番,{HERE}")],
            (true, Err(Doubtful), Ok(())),
        ),
        ("a letter came back", vec![resides.clone(), RETURNED.to_owned()], no_letter),
        ("a letter came back, then another phone or class", vec![resides.clone(), RETURNED.to_owned(), row("2,2000-01-01,,,")], no_letter),
        ("a letter came back, then another address", vec![resides.clone(), RETURNED.to_owned(), moved.clone()], all),
        ("a letter came back, and from the new address too", vec![moved, RETURNED.to_owned()], no_letter),
        ("a letter came back, and it was looked into", vec![resides.clone(), RETURNED.to_owned(), CLEARED.to_owned()], all),
        ("a letter came back from who is protected", vec![row("1,2000-01-01,,,1"), RETURNED.to_owned()], here_but(Protected)),
    ]
}

/// The person with whom it is asked what holds on other days.
const RETURNEE: &str = "left in 2018, back in 2024";

/// Takes everything in that the cases tell → the cases.
fn all_taken(desk: &Desk) -> Vec<(&'static str, Vec<String>, Told)> {
    let cases = cases();
    for file in 0..3 {
        let ends: Vec<&str> = cases.iter().map(|(_, files, _)| files.get(file).map(String::as_str).unwrap_or_default()).collect();
        take(desk, &ends);
    }
    cases
}

#[test]
fn r_reg_5_who_is_told_something_now_and_why_not() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let (cases, vault) = (all_taken(&desk), desk.room().vault());
        let write = desk.room().raw().write_blocking(|tx| {
            for (place, (case, _, expected)) in cases.iter().enumerate() {
                assert_eq!(told(tx, vault, &place.to_string())?, *expected, "{case}");
            }
            let nobody = Addressee::read(tx, vault, &[9_999], Means::Letter, june())?;
            assert!(matches!(nobody.get(&9_999), Some(Err(Withheld::Unknown))));
            // No file brings an empty address; a letter goes nowhere all the same.
            let id: i64 = resident::table.filter(resident::number.eq("0")).select(resident::id).first(tx)?;
            set_address(tx, vault, id, "\u{3000}")?;
            assert_eq!(told(tx, vault, "0")?.1, Err(Withheld::NoAddress));
            Ok::<_, RegistryError>(())
        });
        write.unwrap();
    });
}

#[test]
fn r_reg_3_the_filter_of_residents_says_what_the_rule_says_on_any_day() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let cases = all_taken(&desk);
        let read = desk.room().raw().read_blocking(|tx| {
            let rows: Vec<(i64, String, StandingRow)> =
                resident::table.select((resident::id, resident::number, StandingRow::as_select())).load(tx)?;
            let former = former_periods(tx, None)?;
            assert_eq!(rows.len(), cases.len());
            for on in [
                "1976-05-04",
                "1999-12-31",
                "2000-01-01",
                "2018-03-31",
                "2018-04-01",
                "2024-07-01",
                "2026-06-01",
                "2026-08-15",
                "2026-09-01",
            ] {
                let on: Date = on.parse().unwrap();
                let filtered: Vec<i64> = resident::table.filter(resident_on(on)).select(resident::id).load(tx)?;
                for (id, number, row) in &rows {
                    let standing = row.standing(former.get(id).cloned().unwrap_or_default());
                    let case = cases[number.parse::<usize>().unwrap()].0;
                    assert_eq!(filtered.contains(id), standing.on(on) == eligibility::Residency::Resident, "{case} on {on}");
                }
            }
            Ok::<_, RegistryError>(())
        });
        read.unwrap();
    });
}

#[test]
fn r_reg_3_a_returnee_was_a_resident_before_leaving_and_none_between() {
    both_blocking(|rooms| {
        let desk = desk(&rooms);
        let cases = all_taken(&desk);
        let place = cases.iter().position(|(case, ..)| *case == RETURNEE).unwrap();
        let number = ResidentNumber::parse(&place.to_string()).unwrap();
        let explained = |on: &str| desk.explain(&officer(), &number, "colorectal", on.parse().unwrap()).unwrap().ja();
        assert!(explained("2017-06-01").contains("便潜血検査: 対象\n"), "{}", explained("2017-06-01"));
        let between = explained("2019-06-01");
        assert!(between.contains("転出しています（平成30年4月1日）") && between.contains("対象外"), "{between}");
        assert!(explained("2026-06-01").contains("便潜血検査: 対象\n"));
        // The list of the city says the same.
        let listed = |year: i16, on: &str| listed(&desk, year, on).lines().any(|line| line.starts_with(&format!("{place},")));
        assert_eq!([listed(2017, "2017-06-01"), listed(2019, "2019-06-01"), listed(2026, "2026-06-01")], [true, false, true]);
    });
}
