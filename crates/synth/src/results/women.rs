//! Breast, cervix and bone.

use vocabulary::Sex;

use super::{every::common, sheet::Sheets, visit::Visit};
use crate::{people::Taxation, plan::days, write::iso};

/// Record type 5: ultrasound from 30, mammography with palpation from 40, mammography alone from 65.
pub(crate) fn breast(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) -> bool {
    let positive = visit.found(60);
    let right = visit.dice.per_mille(500);
    let age = visit.age;
    let category = if visit.dice.per_mille(800) { "3" } else { "4" };
    let of_side = |side_is_right: bool| if positive && side_is_right == right { category } else { "1" };
    sheets.row(5, visit.year.0, |row| {
        common(row, visit, 5);
        row.set("judgement", if positive { "2" } else { "1" });
        if age < 40 {
            row.set("ultrasound_right", of_side(true));
            row.set("ultrasound_left", of_side(false));
        } else {
            row.set("mammography_right", of_side(true));
            row.set("mammography_left", of_side(false));
            row.set("review_mammography_right", of_side(true));
            row.set("review_mammography_left", of_side(false));
            row.set("mammography_unreadable_right", "0");
            row.set("mammography_unreadable_left", "0");
            row.set("breast_density", (1 + visit.dice.below(4)).to_string());
            row.set("reviewed_on", iso(days(visit.on, 7).min(visit.known_until)));
            if age < 65 {
                row.set("palpation_right", if positive && right { "3" } else { "1" });
                row.set("palpation_left", if positive && !right { "3" } else { "1" });
            }
        }
    });
    positive
}

/// Record type 6, with the snapshot of the person at extraction.
pub(crate) fn cervix(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) -> bool {
    let positive = visit.found(25);
    let person = visit.person;
    let reading = if positive { ["2", "3", "4", "5"].get(visit.dice.by_weight(&[50, 10, 30, 10])).copied().unwrap_or("2") } else { "1" };
    sheets.row(6, visit.year.0, |row| {
        common(row, visit, 6);
        row.set("judgement", if positive { "2" } else { "1" });
        row.set("detailed_state", if positive { "1" } else { "0" });
        row.set("cervix_judgement", reading);
        row.set("cervix_adequacy", "1");
        row.set("corpus_risk", "0");
        row.set("registration_kind", "1");
        row.set("print_state", "1");
        row.set("amount", "1000");
        let extracted = days(visit.year.first_day(), 20);
        let home = person.home.expose();
        row.set("target_on", iso(visit.year.last_day()));
        row.set("extracted_on", iso(extracted));
        row.set("extracted_postal_code", home.postal_code());
        row.set("extracted_address", home.address());
        row.set("extracted_building", home.building());
        row.set("extracted_district", home.district());
        row.set("extracted_name", person.name());
        row.set("extracted_kana", person.kana());
        row.set("extracted_person_taxation", taxation(person.taxation));
        row.set("extracted_household_taxation", taxation(person.household_taxation));
        row.set("extracted_welfare", if person.welfare { "1" } else { "0" });
        row.set("extracted_disaster_victim", if person.disaster_victim { "1" } else { "0" });
        row.set("extraction_key", format!("{}-6001", visit.year));
        row.set("extracted_protection", if person.protected { "1" } else { "0" });
        row.set("latest", "1");
        row.set("extracted", "1");
        row.set("voucher_issued", "1");
        row.set("voucher_issued_on", iso(days(extracted, 14)));
        row.set("print_number", (1 + visit.dice.below(90_000)).to_string());
    });
    positive
}

const fn taxation(class: Taxation) -> &'static str {
    match class {
        Taxation::Untaxed => "0",
        Taxation::Taxed => "1",
        Taxation::Unknown => "9",
    }
}

/// Record type 7: bone mass in per cent of the young adult mean; under 70 is osteoporosis, under 80 reduced.
pub(crate) fn bone(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>) -> bool {
    let mean = match visit.age {
        60.. => 790,
        50..60 => 880,
        _ => 940,
    };
    let rolled = u32::try_from(mean + visit.dice.between(-90, 90) + visit.dice.between(-90, 90)).unwrap_or_default();
    let tenths = if visit.forced { rolled.min(690) } else { rolled };
    let judgement = match tenths {
        ..700 => "3",
        700..800 => "2",
        _ => "1",
    };
    debug_assert!(visit.person.sex != Sex::Male);
    sheets.row(7, visit.year.0, |row| {
        common(row, visit, 7);
        row.set("judgement", judgement);
        row.set("bone_judgement", judgement);
        row.set("method", if visit.dice.per_mille(600) { "1" } else { "4" });
        row.set("bone_mass", format!("{}.{}", tenths / 10, tenths % 10));
        row.set("age_class", visit.age.to_string());
    });
    judgement == "3"
}
