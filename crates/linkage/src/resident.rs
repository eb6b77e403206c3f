//! A resident as the register hands them over.

use std::borrow::Cow;
use std::fmt;
use vocabulary::Sex;

/// A resident with the items that identify; texts as the register holds them, no folding needed. An unknown text is empty.
#[derive(Clone, Default)]
pub struct Resident<'a> {
    /// 住民番号.
    pub resident_number: Cow<'a, str>,
    /// 氏名, the family name first, parts apart by a blank where known.
    pub name: Cow<'a, str>,
    /// 氏名カナ.
    pub kana: Cow<'a, str>,
    /// 性別.
    pub sex: Sex,
    /// 生年月日 as yyyymmdd; 0 when unknown.
    pub birth: i32,
    /// 郵便番号.
    pub postal_code: Cow<'a, str>,
    /// 住所, with 方書 behind it.
    pub address: Cow<'a, str>,
    /// 電話番号.
    pub phone: Cow<'a, str>,
    /// Names borne before (旧氏, 氏名変更), from the history: name and kana, either may be empty.
    pub former_names: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Addresses lived at before, from the history.
    pub former_addresses: Vec<Cow<'a, str>>,
}

impl fmt::Debug for Resident<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Resident(…)")
    }
}
