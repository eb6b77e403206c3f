//! Whether a result that came back may be registered without a person: is it this person's, and can it be so (R-REG-7).

use catalogue::Programme;
use diesel::prelude::*;
use linkage::{Agreement, Evidence, Incoming, Resident, Written, compare_with};
use protocol::messages::{checkups::BasicFiveInfo, hub::HubResult};
use store::Tx;
use vault::Vault;
use vocabulary::{Sex, day};

use crate::RegistryError;
use crate::extraction::table::{extraction, extraction_row};
use crate::identification::joined;
use crate::residents::contact::{Contact, SealedContact, former};
use crate::residents::table::{resident, resident_history};
use crate::results::table::examination;

/// Name, kana, sex and birth as the register has or had them together, with where the person lived then.
type Version = (String, String, i16, i32, Contact);

/// What is doubtful, as words; none when the result may be registered.
pub(super) fn doubts(
    tx: &mut Tx,
    vault: &Vault,
    programme: &Programme,
    resident_id: i64,
    result: &HubResult,
) -> Result<Vec<&'static str>, RegistryError> {
    type Row = (String, String, i16, i32, SealedContact);
    let opened = |(name, kana, sex, birth, contact): Row| Ok::<Version, RegistryError>((name, kana, sex, birth, contact.open(vault)?));
    let columns = (resident::name, resident::kana, resident::sex, resident::birth, SealedContact::NOW);
    let now = opened(resident::table.find(resident_id).select(columns).first(tx)?)?;
    use resident_history as history;
    let former: Vec<Row> = former()
        .filter(history::id.eq(resident_id))
        .select((history::name, history::kana, history::sex, history::birth, SealedContact::FORMER))
        .load(tx)?;
    let former = former.into_iter().filter_map(|row| wire::pass_over(opened(row)).transpose()).collect::<Result<Vec<_>, _>>()?;
    // A result can be older than a move or a marriage: each item may be as the register has it or ever had it.
    let versions = || std::iter::once(&now).chain(&former);
    let record = record(&result.basic_five_info);
    let evidence = compare_with(
        versions()
            .map(|(name, kana, sex, birth, contact)| resident_of(name, kana, (*sex, *birth), (contact.address(), contact.building()))),
        &record,
    );
    let agrees = |item: fn(&Evidence) -> Agreement| evidence.iter().any(|of| item(of) == Agreement::Agree);
    let sex = *result.basic_five_info.sex.expose();
    let mut doubts = Vec::new();
    let mut doubt = |is: bool, word| {
        if is {
            doubts.push(word);
        }
    };
    // The five items, by the rule that identifies people.
    doubt(!(agrees(|of| of.family_name) && agrees(|of| of.given_name)), "name");
    doubt(!(agrees(|of| of.family_kana) && agrees(|of| of.given_kana)), "kana");
    doubt(!versions().any(|version| Sex::from_code(version.2) == Some(sex)), "sex");
    doubt(!agrees(|of| of.birth), "birth");
    doubt(!agrees(|of| of.address), "address");
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

/// The five items as the hub returned them.
fn record(five: &BasicFiveInfo) -> Incoming {
    Incoming::normalise(&Written {
        name: five.name.expose(),
        kana: five.name_kana.expose(),
        birth: &five.date_of_birth.expose().to_string(),
        address: five.address.expose(),
        ..Written::default()
    })
}

fn resident_of<'v>(name: &'v str, kana: &'v str, (sex, birth): (i16, i32), (address, building): (&str, &str)) -> Resident<'v> {
    Resident {
        name: name.into(),
        kana: kana.into(),
        sex: Sex::from_code(sex).unwrap_or_default(),
        birth,
        // Without a blank between, as it was told to the hub, and with one.
        address: format!("{address}{building}").into(),
        former_addresses: vec![joined(address, building).into()],
        ..Resident::default()
    }
}

#[cfg(test)]
mod tests {
    use vocabulary::Date;

    use super::*;

    #[test]
    fn r_reg_7_an_address_is_no_doubt_however_building_and_flat_were_written_behind_it() {
        let text = |text: &str| text.to_owned();
        let resident = || resident_of("見本　花子", "ミホン　ハナコ", (2, 19_760_505), ("みほん市中央1-2-3", "203号室"));
        let agrees = |address: &str| {
            let five = BasicFiveInfo {
                name: text("見本花子").into(),
                name_kana: text("ミホンハナコ").into(),
                address: text(address).into(),
                date_of_birth: Date::constant(1976, 5, 5).into(),
                sex: Sex::Female.into(),
            };
            compare_with([resident()], &record(&five)).iter().any(|of| of.address == Agreement::Agree)
        };
        for address in ["みほん市中央1-2-3203号室", "みほん市中央1-2-3 203号室", "みほん市中央１丁目２番３号　２０３号室"]
        {
            assert!(agrees(address), "{address}");
        }
        assert!(!agrees("みほん市港町9-9-9 203号室"));
    }
}
