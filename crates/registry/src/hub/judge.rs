//! Whether a result that came back may be registered without a person: is it this person's, and can it be so (R-REG-7).

use catalogue::Programme;
use diesel::prelude::*;
use protocol::messages::{checkups::BasicFiveInfo, hub::HubResult};
use store::Tx;
use vocabulary::{Sex, address, day, text};

use super::row::without_blanks;
use crate::RegistryError;
use crate::extraction::table::{extraction, extraction_row};
use crate::residents::table::{resident, resident_history};
use crate::results::table::examination;

/// Name, kana, sex, birth, address, building as the register has or had them.
type Five = (String, String, i16, i32, String, String);

/// What is doubtful, as words; none when the result may be registered.
pub(super) fn doubts(tx: &mut Tx, programme: &Programme, resident_id: i64, result: &HubResult) -> Result<Vec<&'static str>, RegistryError> {
    let columns = (resident::name, resident::kana, resident::sex, resident::birth, resident::address, resident::building);
    let now: Five = resident::table.find(resident_id).select(columns).first(tx)?;
    use resident_history as history;
    let former: Vec<Five> = history::table
        .filter(history::id.eq(resident_id))
        .select((history::name, history::kana, history::sex, history::birth, history::address, history::building))
        .load(tx)?;
    let known = || std::iter::once(&now).chain(&former);
    let mut doubts = Vec::new();
    let mut doubt = |is: bool, word| {
        if is {
            doubts.push(word);
        }
    };
    // The five items, each as the register has or had it: a result can be older than a move or a marriage.
    let five = &result.basic_five_info;
    doubt(!known().any(|row| same_name(&row.0, five)), "name");
    doubt(!known().any(|row| same_kana(&row.1, five)), "kana");
    doubt(!known().any(|row| Sex::from_code(row.2) == Some(*five.sex.expose())), "sex");
    doubt(!known().any(|row| row.3 == day::to_number(*five.date_of_birth.expose())), "birth");
    doubt(!known().any(|row| same_address(&row.4, &row.5, five)), "address");
    // What the person can have had.
    let birth = day::from_number(now.3).ok_or(wire::Damaged("a birth date"))?;
    doubt(!programme.sex.fits(Sex::from_code(now.2).unwrap_or_default()), "notForThisSex");
    let age = result.fiscal_year.age(birth);
    doubt(!programme.examinations.iter().any(|examination| examination.ages().hold(age)), "notForThisAge");
    doubt(!result.fiscal_year.holds(result.examined_on), "notInTheYear");
    let year = i32::from(result.fiscal_year.0);
    let due: i64 = extraction_row::table
        .inner_join(extraction::table.on(extraction::id.eq(extraction_row::extraction)))
        .filter(extraction::fiscal_year.eq(year))
        .filter(extraction_row::resident.eq(resident_id).and(extraction_row::programme.eq(&programme.id)))
        .count()
        .get_result(tx)?;
    doubt(due == 0, "notDue");
    let done: i64 = examination::table
        .filter(examination::resident.eq(resident_id).and(examination::programme.eq(&programme.id)))
        .filter(examination::fiscal_year.eq(year))
        .count()
        .get_result(tx)?;
    doubt(done > 0, "doneAlready");
    Ok(doubts)
}

fn same_name(known: &str, five: &BasicFiveInfo) -> bool {
    text::folded_name(&without_blanks(known)) == text::folded_name(&without_blanks(five.name.expose()))
}

fn same_kana(known: &str, five: &BasicFiveInfo) -> bool {
    text::folded_kana(&without_blanks(known)) == text::folded_kana(&without_blanks(five.name_kana.expose()))
}

fn same_address(known: &str, building: &str, five: &BasicFiveInfo) -> bool {
    let folded = |address: &str| address::normalised(&without_blanks(address));
    folded(&format!("{known}{building}")) == folded(five.address.expose())
}
