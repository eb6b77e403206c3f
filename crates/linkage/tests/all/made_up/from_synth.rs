//! The second source: the city and the records of `synth`, which knows nothing of this crate.

use super::{Kind, Record};
use linkage::Resident;
use std::collections::HashMap;
use synth::{CityPlan, FIRST_CITY, Slip};
use vocabulary::{MunicipalityCode, day};

/// Residents in the order of the file, and as many records as asked.
pub(crate) fn city(residents: usize, records: usize, seed: u64) -> (Vec<Resident<'static>>, Vec<Record>) {
    let municipality = MunicipalityCode::parse(FIRST_CITY).unwrap();
    let plan = CityPlan { incoming: records as u32, ..CityPlan::new(municipality, residents as u32, seed) };
    let city = synth::City::generate(&plan).unwrap();
    let people: Vec<Resident<'static>> = city
        .people()
        .map(|person| {
            let home = person.home.expose();
            Resident {
                resident_number: person.resident_number().into(),
                name: person.name().into(),
                kana: person.kana().into(),
                sex: person.sex,
                birth: day::to_number(person.birth),
                postal_code: home.postal_code().into(),
                address: format!("{}　{}", home.address(), home.building()).into(),
                phone: person.phone.expose().clone().into(),
                ..Resident::default()
            }
        })
        .collect();
    let rows: HashMap<&str, u32> = people.iter().zip(0u32..).map(|(person, row)| (person.resident_number.as_ref(), row)).collect();
    let records = city.incoming().into_iter().map(|record| {
        let kind = match record.slips.iter().find(|slip| matches!(slip, Slip::Stranger | Slip::Namesake | Slip::Twin | Slip::Relative)) {
            Some(Slip::Stranger) => Kind::Stranger,
            Some(Slip::Namesake) => Kind::Namesake,
            Some(Slip::Twin) => Kind::Twin,
            Some(_) => Kind::Family,
            None => Kind::Resident,
        };
        let truth = record.resident_number.as_deref().map(|number| rows[number]);
        let slips = record.slips.iter().filter_map(hard).collect();
        Record {
            name: record.name.into_inner(),
            kana: record.kana.into_inner(),
            sex: record.sex,
            birth: record.birth.into_inner(),
            postal_code: record.postal_code,
            address: record.address.into_inner(),
            phone: record.phone.into_inner(),
            truth,
            kind: Some(kind),
            slips,
        }
    });
    let records = records.collect();
    (people, records)
}

/// The slips that make a record hard; the others are spellings.
fn hard(slip: &Slip) -> Option<&'static str> {
    Some(match slip {
        Slip::MissingName => "no name",
        Slip::MissingKana => "no kana",
        Slip::MaidenName => "maiden name",
        Slip::OldAddress => "old address",
        Slip::MissingAddress => "no address",
        Slip::MissingPhone => "no phone",
        Slip::MissingSex => "no sex",
        Slip::BirthDay | Slip::BirthMonth | Slip::BirthYear => "birth slip",
        Slip::VariantCharacters => "variant",
        _ => return None,
    })
}
