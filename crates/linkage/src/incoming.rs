//! A record that came in, before and after folding.

use crate::index::{Items, key};
use crate::normal::{Birth, Name, NameRef, Phone, Place, postal_code, read_sex, salvage};
use std::fmt;
use vocabulary::{Sex, day, era};

/// A record as it was written: any field may be empty, in any spelling.
#[derive(Clone, Copy, Default)]
pub struct Written<'a> {
    /// 氏名 in kanji, kana or letters.
    pub name: &'a str,
    /// 氏名カナ, full or half width, or hiragana.
    pub kana: &'a str,
    /// 性別 as 1/2/男/女.
    pub sex: &'a str,
    /// 生年月日 in any format, western or era.
    pub birth: &'a str,
    /// 郵便番号.
    pub postal_code: &'a str,
    /// 住所 in any spelling.
    pub address: &'a str,
    /// 電話番号.
    pub phone: &'a str,
}

impl fmt::Debug for Written<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Written(…)")
    }
}

/// A record that came in, folded: what [`crate::Register::identify`] looks for.
#[derive(Clone)]
pub struct Incoming {
    pub(crate) name: Name,
    pub(crate) kana: Name,
    pub(crate) sex: Sex,
    pub(crate) birth: Birth,
    pub(crate) place: Place,
    pub(crate) postal_code: u32,
    pub(crate) phone: Phone,
}

impl fmt::Debug for Incoming {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Incoming(…)")
    }
}

impl Incoming {
    /// Folds every field. Total: whatever stands in a field, what cannot be read is missing.
    pub fn normalise(written: &Written<'_>) -> Self {
        let mut buffer = String::new();
        let mut name = Name::written(written.name, &mut buffer);
        let mut kana = Name::kana(written.kana, &mut buffer);
        if kana.is_empty() && name.is_kana() {
            kana = Name::kana(written.name, &mut buffer);
        } else if name.is_empty() && !kana.is_empty() && !kana.is_kana() {
            name = Name::written(written.kana, &mut buffer);
            kana = Name::default();
        }
        Self {
            name,
            kana,
            sex: read_sex(written.sex),
            birth: read_birth(written.birth),
            place: Place::parse(written.address, &mut buffer),
            postal_code: postal_code(written.postal_code),
            phone: Phone::parse(written.phone),
        }
    }

    pub(crate) fn items(&self) -> Items<'_> {
        Items { name: self.name.as_ref(), kana: self.kana.as_ref(), birth: self.birth, place: self.place.as_ref(), phone: self.phone }
    }

    /// Keys of the given name and the birth date for every way to cut a name that came without a blank; whether each is of the reading.
    pub(crate) fn given_keys(&self) -> impl Iterator<Item = (bool, u64)> + '_ {
        let (name, kana) = (self.name.as_ref(), self.kana.as_ref());
        let of_kana = endings(kana, 2, 6).map(|given| (true, key::with_birth(given, self.birth)));
        let of_name = endings(name, 1, 3).map(|given| (false, key::with_birth(given, self.birth)));
        of_kana.chain(of_name)
    }
}

/// The last characters of a name without a blank, from `shortest` to `longest` of them, never all.
fn endings(name: NameRef<'_>, shortest: usize, longest: usize) -> impl Iterator<Item = &str> {
    let whole = if name.is_split() { "" } else { name.whole };
    let starts = whole.char_indices().rev().map(|(start, _)| start).filter(|start| *start > 0);
    starts.skip(shortest - 1).take(longest + 1 - shortest).filter_map(|start| whole.get(start..))
}

fn read_birth(text: &str) -> Birth {
    match era::parse_date(text) {
        Ok(date) => Birth::from_number(day::to_number(date)),
        Err(_) => salvage(text),
    }
}
