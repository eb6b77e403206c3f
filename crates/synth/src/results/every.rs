//! The items that nearly all screening records have.

use vocabulary::Date;

use super::{sheet::Row, visit::Visit};
use crate::{people::Taxation, plan::days, write::iso};

/// Fills who, when, where and the clerical items.
pub(crate) fn common(row: &mut Row<'_>, visit: &mut Visit<'_>, record: u16) {
    let person = visit.person;
    row.set("resident_number", person.resident_number());
    row.set("history_number", visit.history.to_string());
    row.business_number();
    row.set("fiscal_year", visit.year.to_string());
    row.set("examined_on", iso(visit.on));
    row.set("institution", visit.facility.code.as_str());
    row.set("source_kind", "1");
    row.set("setting", if visit.group { "2" } else { "1" });
    if visit.group {
        row.set("venue", format!("V{:02}", 1 + visit.dice.below(12)));
        row.set("held_at", format!("{:02}:{}0", 9 + visit.dice.below(6), visit.dice.below(6)));
    }
    let registered = days(visit.on, visit.dice.between(14, 45)).min(visit.known_until);
    row.set("registered_on", iso(registered));
    row.set("branch_office", person.home.expose().branch_office());
    row.set("voucher_void", "0");
    row.set("payment_excluded", "0");
    row.set("claim_month", month(days(visit.on, 30).min(visit.known_until)));
    if visit.dice.per_mille(150) {
        row.set("reminder_kind", if visit.dice.per_mille(700) { "1" } else { "2" });
        row.set("reminded_on", iso(days(visit.on, -visit.dice.between(20, 60)).max(visit.year.first_day())));
    }
    row.set_if_there("copay_class", copay_class(visit));
    row.set_if_there("screening_number", visit.screening_number(record));
    row.set_if_there("serious_incident", "0");
    row.set_if_there("incident_death", "0");
    row.set_if_there("voucher_kind", "1");
}

/// 自己負担区分, as the fictional city's fees have it.
fn copay_class(visit: &Visit<'_>) -> &'static str {
    let person = visit.person;
    if person.welfare {
        "3"
    } else if person.household_taxation == Taxation::Untaxed {
        "2"
    } else if person.disaster_victim {
        "4"
    } else if visit.age >= 70 {
        "5"
    } else {
        "1"
    }
}

/// 2026-04.
pub(crate) fn month(date: Date) -> String {
    let mut text = iso(date);
    text.truncate(7);
    text
}
