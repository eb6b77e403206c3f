//! `residents.csv` and the weekly files.

use vocabulary::{Date, Purpose, day};

use super::{cell, end_row};
use crate::people::{Class, Person, Removal, Taxation};

/// The columns, in this order.
pub const RESIDENT_COLUMNS: [&str; 24] = [
    "住民番号",
    "個人番号",
    "世帯番号",
    "氏名",
    "氏名カナ",
    "性別",
    "生年月日",
    "郵便番号",
    "住所",
    "方書",
    "行政区コード",
    "支所コード",
    "電話番号",
    "住民区分",
    "異動事由",
    "異動日",
    "住民となった日",
    "住民でなくなった日",
    "消除事由",
    "支援措置",
    "個人課税区分",
    "世帯課税区分",
    "生活保護",
    "被災者",
];

pub(crate) fn header(columns: &[&str]) -> String {
    let mut row = String::new();
    columns.iter().for_each(|column| cell(column, &mut row));
    end_row(&mut row);
    row
}

pub(crate) fn row(person: &Person, out: &mut String) {
    let home = person.home.expose();
    cell(&person.resident_number(), out);
    match &person.number {
        // A synthetic number in a synthetic file: the one thing this crate is for.
        Some(number) => cell(&number.open(Purpose::ResidentImport), out),
        None => cell("", out),
    }
    cell(&person.household_number(), out);
    cell(&person.name(), out);
    cell(&person.kana(), out);
    cell(digit(person.sex.code()), out);
    date(Some(person.birth), out);
    cell(&home.postal_code(), out);
    cell(&home.address(), out);
    cell(&home.building(), out);
    if person.class == Class::Outside {
        out.push_str(",,");
    } else {
        cell(&home.district(), out);
        cell(&home.branch_office(), out);
    }
    cell(person.phone.expose(), out);
    cell(
        match person.class {
            Class::Japanese => "1",
            Class::Foreign => "2",
            Class::Outside => "3",
        },
        out,
    );
    cell(person.event.map_or("", |event| event.reason.ja()), out);
    date(person.event.map(|event| event.on), out);
    date(person.became, out);
    date(person.ceased.map(|(on, _)| on), out);
    cell(
        match person.ceased {
            None => "",
            Some((_, Removal::MovedOut)) => "1",
            Some((_, Removal::Died)) => "2",
            Some((_, Removal::Other)) => "9",
        },
        out,
    );
    cell(if person.protected { "1" } else { "" }, out);
    cell(taxation(person.taxation), out);
    cell(taxation(person.household_taxation), out);
    cell(flag(person.welfare), out);
    cell(flag(person.disaster_victim), out);
    end_row(out);
}

const fn digit(code: i16) -> &'static str {
    match code {
        1 => "1",
        2 => "2",
        _ => "0",
    }
}

const fn flag(value: bool) -> &'static str {
    if value { "1" } else { "0" }
}

const fn taxation(class: Taxation) -> &'static str {
    match class {
        Taxation::Untaxed => "0",
        Taxation::Taxed => "1",
        Taxation::Unknown => "9",
    }
}

/// 2026-04-01, or an empty cell.
fn date(date: Option<Date>, out: &mut String) {
    match date {
        Some(date) => cell(&iso(date), out),
        None => cell("", out),
    }
}

/// 2026-04-01 without the detour of a formatter.
pub(crate) fn iso(date: Date) -> String {
    let number = u32::try_from(day::to_number(date)).unwrap_or_default();
    let mut text = String::with_capacity(10);
    for (place, divisor) in [10_000_000, 1_000_000, 100_000, 10_000, 1_000, 100, 10, 1].into_iter().enumerate() {
        if place == 4 || place == 6 {
            text.push('-');
        }
        text.extend(char::from_digit(number / divisor % 10, 10));
    }
    text
}
