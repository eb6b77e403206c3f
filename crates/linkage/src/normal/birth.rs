//! Birth dates as they were written, possible or not.

use std::cmp::Ordering;
use vocabulary::day;

/// A birth date as year, month and day that nobody checked: a slip such as 31 June keeps its digits, because they still tell people apart.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Birth(u32);

/// How far two written birth dates are from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BirthLikeness {
    Same,
    /// One slip of the pen away: one digit, two neighbouring digits exchanged, month and day exchanged, the wrong era, the next day or month.
    Slip,
    /// Two of year, month and day are the same; the third is any other.
    Part,
    Other,
    Absent,
}

/// Differences in years when the same year of era is read in a neighbouring era: 明治 1867, 大正 1911, 昭和 1925, 平成 1988, 令和 2018.
const ERA_OFFSETS: [u32; 7] = [14, 30, 44, 58, 63, 77, 93];

impl Birth {
    pub(crate) const ABSENT: Self = Self(0);

    /// From yyyymmdd; anything that cannot be such a number is absent.
    pub(crate) fn from_number(number: i32) -> Self {
        match u32::try_from(number) {
            Ok(number) if (10_000_000..100_000_000).contains(&number) => Self(number),
            _ => Self::ABSENT,
        }
    }

    pub(crate) fn from_parts(year: u32, month: u32, day: u32) -> Self {
        if (1850..2200).contains(&year) && month < 100 && day < 100 { Self(year * 10_000 + month * 100 + day) } else { Self::ABSENT }
    }

    pub(crate) fn is_absent(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn number(self) -> u32 {
        self.0
    }

    pub(crate) fn year(self) -> u32 {
        self.0 / 10_000
    }

    pub(crate) fn month(self) -> u32 {
        self.0 / 100 % 100
    }

    pub(crate) fn day(self) -> u32 {
        self.0 % 100
    }

    pub(crate) fn likeness(self, other: Self) -> BirthLikeness {
        if self.is_absent() || other.is_absent() {
            return BirthLikeness::Absent;
        }
        if self == other {
            return BirthLikeness::Same;
        }
        if self.is_slip_of(other) {
            return BirthLikeness::Slip;
        }
        let same = [self.year() == other.year(), self.month() == other.month(), self.day() == other.day()];
        if same.iter().filter(|same| **same).count() == 2 { BirthLikeness::Part } else { BirthLikeness::Other }
    }

    fn is_slip_of(self, other: Self) -> bool {
        let month_and_day_same = self.0 % 10_000 == other.0 % 10_000;
        if month_and_day_same {
            let apart = self.year().abs_diff(other.year());
            return apart <= 10
                || apart.is_multiple_of(10)
                || ERA_OFFSETS.contains(&apart)
                || one_stroke(self.0, other.0)
                || wareki_stroke(self, other);
        }
        if self.year() == other.year() {
            let exchanged = self.month() == other.day() && self.day() == other.month();
            let next_month = self.day() == other.day() && matches!(self.month().abs_diff(other.month()), 1 | 11);
            return exchanged || next_month || one_stroke(self.0, other.0) || self.is_next_to(other);
        }
        self.is_next_to(other)
    }

    /// The day before or after, across the end of a month.
    fn is_next_to(self, other: Self) -> bool {
        let date = |birth: Self| i32::try_from(birth.0).ok().and_then(day::from_number);
        match (date(self), date(other)) {
            (Some(left), Some(right)) => left.tomorrow().is_ok_and(|next| next == right) || right.tomorrow().is_ok_and(|next| next == left),
            _ => false,
        }
    }
}

/// Whether two numbers of eight digits differ in one digit, or in two neighbouring digits that changed places.
fn one_stroke(left: u32, right: u32) -> bool {
    let (mut left, mut right) = (left, right);
    while left % 10 == right % 10 && left != right {
        left /= 10;
        right /= 10;
    }
    if left / 10 == right / 10 {
        return true;
    }
    left / 100 == right / 100 && left % 10 == right / 10 % 10 && left / 10 % 10 == right % 10
}

/// Whether the years of era of two dates are each other's digits exchanged, in an era both may have been written in (S32 for S23).
fn wareki_stroke(left: Birth, right: Birth) -> bool {
    [1867, 1911, 1925, 1988, 2018].iter().any(|before| match (left.year().cmp(before), right.year().cmp(before)) {
        (Ordering::Greater, Ordering::Greater) => {
            let (left, right) = (left.year() - before, right.year() - before);
            left < 100 && right < 100 && left % 10 == right / 10 && left / 10 == right % 10
        }
        _ => false,
    })
}

/// Reads a date that the strict reader refused: digits of any width, an era as letter or word, separators of any kind.
pub(crate) fn salvage(text: &str) -> Birth {
    let mut era: Option<u32> = None;
    let mut groups: [u32; 3] = [0; 3];
    let mut digits: [usize; 3] = [0; 3];
    let mut group = 0usize;
    for character in text.chars() {
        if let Some(digit) = digit(character) {
            if let (Some(value), Some(count)) = (groups.get_mut(group), digits.get_mut(group))
                && *count < 8
            {
                *value = *value * 10 + digit;
                *count += 1;
            }
        } else if let Some(before) = era_of(character) {
            era = era.or(Some(before));
        } else if digits.get(group).is_some_and(|count| *count > 0) {
            group += 1;
        }
    }
    let [first, second, third] = groups;
    let era_year = |year: u32| era.map_or(year, |before| before + year);
    match digits {
        [8, 0, 0] => Birth::from_parts(first / 10_000, first / 100 % 100, first % 100),
        // Old machine formats: one digit for the era (1 Meiji … 5 Reiwa), then yymmdd.
        [7, 0, 0] if era.is_none() => [1867, 1911, 1925, 1988, 2018]
            .get((first / 1_000_000).wrapping_sub(1) as usize)
            .map_or(Birth::ABSENT, |before| Birth::from_parts(before + first / 10_000 % 100, first / 100 % 100, first % 100)),
        [6, 0, 0] if era.is_some() => Birth::from_parts(era_year(first / 10_000), first / 100 % 100, first % 100),
        [_, 1..=8, 1..=8] => Birth::from_parts(era_year(first), second, third),
        _ => Birth::ABSENT,
    }
}

fn digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => Some(u32::from(character) - u32::from('0')),
        '０'..='９' => Some(u32::from(character) - u32::from('０')),
        '元' => Some(1),
        _ => None,
    }
}

/// The western year before the first year of the era that a letter or the first character of its name stands for.
fn era_of(character: char) -> Option<u32> {
    match character {
        'M' | 'm' | 'Ｍ' | 'ｍ' | '明' | '㍾' => Some(1867),
        'T' | 't' | 'Ｔ' | 'ｔ' | '大' | '㍽' => Some(1911),
        'S' | 's' | 'Ｓ' | 'ｓ' | '昭' | '㍼' => Some(1925),
        'H' | 'h' | 'Ｈ' | 'ｈ' | '平' | '㍻' => Some(1988),
        'R' | 'r' | 'Ｒ' | 'ｒ' | '令' | '㋿' => Some(2018),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(left: i32, right: i32) -> BirthLikeness {
        Birth::from_number(left).likeness(Birth::from_number(right))
    }

    #[test]
    fn every_kind_of_slip_is_near_and_a_stranger_is_not() {
        assert_eq!(likeness(19570413, 19570413), BirthLikeness::Same);
        for slip in [
            19570431, 19570414, 19570412, 19570443, 19510413, 19750413, 20200413, 19430413, 19571304, 19480413, 19570713, 19670413,
            19570313,
        ] {
            assert_eq!(likeness(19570413, slip), BirthLikeness::Slip, "{slip}");
        }
        assert_eq!(likeness(19570501, 19570430), BirthLikeness::Slip);
        assert_eq!(likeness(19580101, 19571231), BirthLikeness::Slip);
        assert_eq!(likeness(19570413, 19570428), BirthLikeness::Part);
        assert_eq!(likeness(19570413, 19610822), BirthLikeness::Other);
        assert_eq!(likeness(19570413, 19580513), BirthLikeness::Other);
        assert_eq!(likeness(0, 19610822), BirthLikeness::Absent);
    }

    #[test]
    fn a_date_that_does_not_exist_keeps_its_digits() {
        assert_eq!(salvage("昭和３２年２月３０日").number(), 19570230);
        assert_eq!(salvage("S32.13.4").number(), 19571304);
        assert_eq!(salvage("1957/2/30").number(), 19570230);
        assert_eq!(salvage("19570230").number(), 19570230);
        assert_eq!(salvage("3320413").number(), 19570413);
        assert_eq!(salvage("S320413").number(), 19570413);
        assert_eq!(salvage("平成元年2月30日").number(), 19890230);
        for nothing in ["", "不明", "昭和", "4月1日", "12", "99999999999999999999", "-", "S99999999.9.9"] {
            assert!(salvage(nothing).is_absent() || salvage(nothing).year() < 2200, "{nothing}");
        }
    }
}
