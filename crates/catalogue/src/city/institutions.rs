//! `institutions.csv`: the institutions that screen for the city.

use std::collections::HashSet;

use sheets::Column;
use vocabulary::{Date, InstitutionCode};

use super::{Reading, optional, required};
use crate::check::{Sources, no_programme};
use crate::findings::mistake;

const COLUMNS: [Column; 9] = [
    required("医療機関コード"),
    required("名称"),
    optional("名称カナ"),
    optional("郵便番号"),
    optional("住所"),
    optional("電話番号"),
    optional("開始日"),
    optional("終了日"),
    optional("事業"),
];

/// An institution that screens for the city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// 医療機関コード (ten digits with a check digit), or the city's own number.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its name in katakana.
    pub kana: String,
    /// Its postal code.
    pub postal_code: String,
    /// Its address.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// First day of its contract; always, when absent.
    pub since: Option<Date>,
    /// Last day of its contract.
    pub until: Option<Date>,
    /// The programmes that it does; all, when empty.
    pub programmes: Vec<String>,
}

impl Institution {
    /// Whether it screens for a programme on a day.
    pub fn does(&self, programme: &str, on: Date) -> bool {
        let in_time = self.since.is_none_or(|since| since <= on) && self.until.is_none_or(|until| on <= until);
        in_time && (self.programmes.is_empty() || self.programmes.iter().any(|one| one == programme))
    }
}

pub(super) fn read(reading: &mut Reading<'_>, sources: &Sources) -> Vec<Institution> {
    let mut seen = HashSet::new();
    reading.rows(&COLUMNS, |cells| {
        let code = cells.once(0, &mut seen);
        let claims = code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit());
        cells.unless(!claims || InstitutionCode::parse(&code).is_ok(), 0, || {
            mistake!("検査数字が合いません", "the check digit does not fit")
        });
        let ascii = !code.is_empty() && code.len() <= 10 && code.bytes().all(|byte| byte.is_ascii_graphic());
        cells.unless(code.is_empty() || ascii, 0, || mistake!("半角10文字以内で書いてください", "is at most 10 half-width characters"));
        let (since, until) = (cells.date(6), cells.date(7));
        cells.unless(since.zip(until).is_none_or(|(since, until)| since <= until), 7, || {
            mistake!("開始日より前の日です", "lies before 開始日")
        });
        let programmes = cells.list(8);
        for id in &programmes {
            cells.unless(sources.programme(id).is_some(), 8, || no_programme(id));
        }
        let name = cells.filled(1);
        let [kana, postal_code, address, phone] = [2, 3, 4, 5].map(|column| cells.text(column));
        Some(Institution { code, name, kana, postal_code, address, phone, since, until, programmes })
    })
}
