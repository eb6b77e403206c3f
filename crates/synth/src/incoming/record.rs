//! Draws the records of a block from its people and puts all of them in an order that says nothing.

use vocabulary::{Personal, age_on};

use super::{Slip, strangers, style};
use crate::{
    Person,
    dice::Dice,
    matter,
    people::Builder,
    write::{cell, end_row},
};

/// The columns of `incoming.csv`.
pub const INCOMING_COLUMNS: [&str; 8] = ["受付番号", "氏名", "氏名カナ", "性別", "生年月日", "郵便番号", "住所", "電話番号"];
/// The columns of `truth.csv`.
pub const TRUTH_COLUMNS: [&str; 2] = ["受付番号", "住民番号"];

/// A record that came in, and who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingRecord {
    /// 受付番号.
    pub acceptance_number: String,
    /// 氏名.
    pub name: Personal<String>,
    /// 氏名カナ.
    pub kana: Personal<String>,
    /// 性別.
    pub sex: String,
    /// 生年月日.
    pub birth: Personal<String>,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: Personal<String>,
    /// 電話番号.
    pub phone: Personal<String>,
    /// 住民番号 of the person it is; `None` when they are not in the register.
    pub resident_number: Option<String>,
    /// In what it differs from the register.
    pub slips: Vec<Slip>,
}

impl IncomingRecord {
    pub(crate) fn row(&self, out: &mut String) {
        for text in [
            self.acceptance_number.as_str(),
            self.name.expose(),
            self.kana.expose(),
            &self.sex,
            self.birth.expose(),
            &self.postal_code,
            self.address.expose(),
            self.phone.expose(),
        ] {
            cell(text, out);
        }
        end_row(out);
    }

    pub(crate) fn truth_row(&self, out: &mut String) {
        cell(&self.acceptance_number, out);
        cell(self.resident_number.as_deref().unwrap_or_default(), out);
        end_row(out);
    }
}

/// A record with the number that decides its place.
pub(crate) type Unsorted = (u64, IncomingRecord);

/// `count` records about people of a block: 88 in a hundred about a grown-up who lives there.
pub(crate) fn of_block(builder: &Builder<'_>, block: u32, people: &[Person], count: u32) -> Vec<Unsorted> {
    let living: Vec<&Person> =
        people.iter().filter(|person| person.lives_here(builder.snapshot) && age_on(person.birth, builder.snapshot) >= 18).collect();
    (0..count)
        .map(|ordinal| {
            let mut dice = builder.dice(matter::INCOMING, &[block.into(), ordinal.into()]);
            let place = dice.next();
            let person = dice.pick(&living).copied();
            let record = match person {
                Some(person) if dice.per_mille(880) => style::of_resident(builder, person, &mut dice),
                _ => strangers::record(builder, person, &mut dice),
            };
            (place, record)
        })
        .collect()
}

/// All records in the order of their places, numbered.
pub(crate) fn sorted(mut records: Vec<Unsorted>, year: i16) -> Vec<IncomingRecord> {
    records.sort_by_key(|&(place, _)| place);
    let numbered = records.into_iter().zip(1_u32..);
    numbered.map(|((_, record), number)| IncomingRecord { acceptance_number: format!("{year}{number:07}"), ..record }).collect()
}

/// An address without a word too much: the building behind it in half the cases.
pub(crate) fn with_building(address: String, building: &str, dice: &mut Dice) -> String {
    if building.is_empty() || dice.per_mille(500) { address } else { format!("{address} {building}") }
}
