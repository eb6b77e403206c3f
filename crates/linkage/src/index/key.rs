//! The keys under which candidates are looked up: a hash of folded items, one set of buckets for each kind.

use crate::normal::{Birth, NameRef, Phone, PlaceRef};

/// The kinds of key. Each survives a different slip; a person who agrees in none of them is not a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Reading and birth date: survives any address, any kanji.
    KanaBirth,
    /// Name and birth date: survives a missing reading.
    NameBirth,
    /// Reading of the given name and birth date: survives a changed family name.
    GivenKanaBirth,
    /// Given name and birth date: the same without a reading.
    GivenNameBirth,
    /// Telephone alone: a household.
    Phone,
    /// Birth date and town: survives any slip in the name.
    BirthTown,
    /// Reading and town: survives any slip in the birth date.
    KanaTown,
    /// Name and town: the same without a reading.
    NameTown,
    /// Reading of the given name, and the place down to the house: a changed family name and a slip in the birth date.
    GivenKanaHouse,
    /// Reading, month and day: survives the year and the era.
    KanaMonthDay,
    /// Reading, year and month: survives the day.
    KanaYearMonth,
    /// Reading, year and day: survives the month.
    KanaYearDay,
    /// Name, month and day.
    NameMonthDay,
    /// Name, year and month.
    NameYearMonth,
    /// Name, year and day.
    NameYearDay,
}

/// How many kinds there are.
pub(crate) const KINDS: usize = 15;

/// Every kind, in the order of their numbers.
pub(crate) const ALL: [Kind; KINDS] = [
    Kind::KanaBirth,
    Kind::NameBirth,
    Kind::GivenKanaBirth,
    Kind::GivenNameBirth,
    Kind::Phone,
    Kind::BirthTown,
    Kind::KanaTown,
    Kind::NameTown,
    Kind::GivenKanaHouse,
    Kind::KanaMonthDay,
    Kind::KanaYearMonth,
    Kind::KanaYearDay,
    Kind::NameMonthDay,
    Kind::NameYearMonth,
    Kind::NameYearDay,
];

/// The items that keys are made of, folded.
#[derive(Clone, Copy)]
pub(crate) struct Items<'a> {
    pub(crate) name: NameRef<'a>,
    pub(crate) kana: NameRef<'a>,
    pub(crate) birth: Birth,
    pub(crate) place: PlaceRef<'a>,
    pub(crate) phone: Phone,
}

impl Items<'_> {
    /// The key of a kind; 0 where an item of it is missing.
    pub(crate) fn key(&self, kind: Kind) -> u64 {
        let (kana, name) = (self.kana, self.name);
        match kind {
            Kind::KanaBirth => with_birth(kana.whole, self.birth),
            Kind::NameBirth => with_birth(name.whole, self.birth),
            Kind::GivenKanaBirth => with_birth(kana.given, self.birth),
            Kind::GivenNameBirth => with_birth(name.given, self.birth),
            Kind::Phone => {
                if self.phone.is_absent() {
                    0
                } else {
                    number(self.phone.number())
                }
            }
            Kind::BirthTown => {
                if self.birth.is_absent() || self.place.is_absent() {
                    0
                } else {
                    join(self.place.town_key(), u64::from(self.birth.number()))
                }
            }
            Kind::KanaTown => with_place(kana.whole, self.place, self.place.town_key()),
            Kind::NameTown => with_place(name.whole, self.place, self.place.town_key()),
            Kind::GivenKanaHouse => with_place(kana.given, self.place, self.place.house_key()),
            Kind::KanaMonthDay => with_part(kana.whole, self.birth, self.birth.number() % 10_000),
            Kind::KanaYearMonth => with_part(kana.whole, self.birth, self.birth.number() / 100),
            Kind::KanaYearDay => with_part(kana.whole, self.birth, self.birth.year() * 100 + self.birth.day()),
            Kind::NameMonthDay => with_part(name.whole, self.birth, self.birth.number() % 10_000),
            Kind::NameYearMonth => with_part(name.whole, self.birth, self.birth.number() / 100),
            Kind::NameYearDay => with_part(name.whole, self.birth, self.birth.year() * 100 + self.birth.day()),
        }
    }

    /// The keys of the same person had month and day changed places.
    pub(crate) fn exchanged(&self) -> Self {
        Self { birth: Birth::from_parts(self.birth.year(), self.birth.day(), self.birth.month()), ..*self }
    }
}

/// The key of a word and a birth date, as the index holds it; 0 where one is missing.
pub(crate) fn with_birth(word: &str, birth: Birth) -> u64 {
    with_part(word, birth, birth.number())
}

fn with_part(word: &str, birth: Birth, part: u32) -> u64 {
    if word.is_empty() || birth.is_absent() { 0 } else { join(hash(word), u64::from(part)) }
}

fn with_place(word: &str, place: PlaceRef<'_>, key: u64) -> u64 {
    if word.is_empty() || place.is_absent() { 0 } else { join(hash(word), key) }
}

/// A hash of a text: a folded multiplication over eight bytes at a time. Not for secrets, and never stored.
pub(crate) fn hash(text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let start = text.len() as u64;
    let state = words.iter().fold(start, |state, word| join(state, u64::from_le_bytes(*word)));
    let last = rest.iter().fold(0u64, |last, byte| last << 8 | u64::from(*byte));
    join(state, last)
}

/// A hash of a number; never 0.
pub(crate) fn number(value: u64) -> u64 {
    join(0x243F_6A88_85A3_08D3, value)
}

/// Mixes a value into a hash; never 0, which means absent.
pub(crate) fn join(state: u64, value: u64) -> u64 {
    let product = u128::from(state ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(u128::from(value ^ 0xD1B5_4A32_D192_ED03));
    ((product as u64) ^ ((product >> 64) as u64)).wrapping_mul(0xFF51_AFD7_ED55_8CCD).max(1)
}
