//! Detailed examinations (精検): record types 9 to 15.

use super::{every::month, sheet::Sheets, visit::Visit};
use crate::{plan::days, write::iso};

/// The record type of the detailed examination after a screening's, and how its results are shared out: (value, weight).
fn after(screening: u16) -> Option<(u16, &'static [(&'static str, u32)])> {
    Some(match screening {
        2 => (10, &[("1", 440), ("6", 420), ("5", 90), ("4", 25), ("3", 10), ("2", 15)]),
        3 => (11, &[("1", 560), ("5", 350), ("4", 60), ("3", 20), ("2", 10)]),
        4 => (12, &[("1", 320), ("8", 250), ("7", 100), ("6", 60), ("9", 200), ("5", 30), ("4", 20), ("3", 10), ("2", 10)]),
        5 => (13, &[("1", 480), ("6", 380), ("5", 80), ("4", 15), ("3", 30), ("2", 15)]),
        6 => (14, &[("1", 400), ("8", 300), ("6", 90), ("5", 60), ("10", 60), ("9", 60), ("7", 15), ("3", 10), ("2", 5)]),
        7 => (15, &[("3", 620), ("2", 250), ("1", 90), ("4", 40)]),
        8 => (9, &[("2", 800), ("1", 120), ("3", 60), ("4", 20)]),
        _ => return None,
    })
}

/// What is known of the detailed examination that a screening asked for: in ten cases eight came, one is known not to have come, of one
/// nothing is known.
pub(crate) fn detailed(sheets: &mut Sheets<'_>, visit: &mut Visit<'_>, screening: u16) {
    let Some((record, shares)) = after(screening) else { return };
    let on = days(visit.on, visit.dice.between(20, 90));
    let roll = visit.dice.below(10);
    let (came, known_absent) = (visit.forced || roll < 8, roll == 8);
    if on > visit.known_until || !(came || known_absent) {
        return;
    }
    let weights: Vec<u32> = shares.iter().map(|&(_, weight)| weight).collect();
    let judgement = shares.get(visit.dice.by_weight(&weights)).map_or("1", |&(value, _)| value);
    let screening_business = sheets.layouts.business_number(screening).to_owned();
    let registered = days(on, visit.dice.between(10, 40)).min(visit.known_until);
    sheets.row(record, visit.year.0, |row| {
        row.set("resident_number", visit.person.resident_number());
        row.set("history_number", visit.history.to_string());
        row.business_number();
        row.set("registered_on", iso(registered));
        row.set("issued_on", iso(days(visit.on, 14)));
        row.set("branch_office", visit.person.home.expose().branch_office());
        row.set("payment_excluded", "0");
        if record != 9 {
            row.set("screening_business_number", screening_business);
            row.set("screening_history_number", visit.history.to_string());
        }
        row.set_if_there("screening_number", visit.screening_number(screening));
        row.set_if_there("latest", "1");
        row.set_if_there("print_state", "1");
        row.set_if_there("printed_on", iso(days(visit.on, 14)));
        if !came {
            row.set("attendance", "2");
            row.set("reminder_kind", "1");
            row.set("reminded_on", iso(registered));
            return;
        }
        row.set("attendance", "1");
        row.set("examined_on", iso(on));
        row.set("institution", visit.facility.code.as_str());
        row.set("claim_month", month(registered));
        row.set("detailed_judgement", judgement);
        row.set_if_there("serious_incident", "0");
        row.set_if_there("incident_death", "0");
        row.set_if_there("examination_number", format!("{:08}", visit.dice.below(100_000_000)));
        match record {
            11 if matches!(judgement, "2" | "3") => {
                row.set("detailed_disease_1", "原発性肺がん");
                row.set("clinical_stage", if judgement == "3" { "1" } else { "2" });
                row.set("detailed_guidance", "3");
            }
            11 => row.set("detailed_guidance", if judgement == "1" { "1" } else { "2" }),
            12 => row.set("adenoma", if matches!(judgement, "6" | "7" | "8") { "2" } else { "1" }),
            13 => {
                row.set("judgement_right", judgement);
                row.set("judgement_left", "1");
            }
            14 => {
                row.set("contract_fee_class", "3");
                row.set("amount", "9800");
                row.set("cervix_instruction_1", if judgement == "1" { "1" } else { "2" });
            }
            15 => {
                row.set("contract_fee_class", "1");
                row.set("amount", "4200");
                row.set("payment_reviewed", "1");
                row.set("payment_reviewed_on", iso(registered));
            }
            _ => {}
        }
    });
}
