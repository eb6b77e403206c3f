//! Japanese eras (元号) and the ways a date is written in files and on forms.

use jiff::civil::date;

use crate::{Date, text::numeral};

/// 元号.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, 1868-09-08 – 1912-07-29.
    Meiji,
    /// 大正, 1912-07-30 – 1926-12-24.
    Taisho,
    /// 昭和, 1926-12-25 – 1989-01-07.
    Showa,
    /// 平成, 1989-01-08 – 2019-04-30.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    const ALL: [Self; 5] = [Self::Reiwa, Self::Heisei, Self::Showa, Self::Taisho, Self::Meiji];

    /// The first day.
    pub const fn first_day(self) -> Date {
        match self {
            Self::Meiji => date(1868, 9, 8),
            Self::Taisho => date(1912, 7, 30),
            Self::Showa => date(1926, 12, 25),
            Self::Heisei => date(1989, 1, 8),
            Self::Reiwa => date(2019, 5, 1),
        }
    }

    /// The name in kanji.
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter on forms: M, T, S, H, R.
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The era of a day and the year in it (1 for 元年); `None` before Meiji.
    pub fn of(day: Date) -> Option<(Self, i16)> {
        let era = Self::ALL.into_iter().find(|era| era.first_day() <= day)?;
        Some((era, day.year() - era.first_day().year() + 1))
    }
}

/// Why a text is not a date. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not one of the ways a date is written.
    #[error("is not written as a date (2026-04-01, 20260401, R8.4.1, 令和8年4月1日)")]
    Shape,
    /// The calendar has no such day.
    #[error("is not a day of the calendar")]
    NoSuchDay,
    /// The era had ended, or not begun, on that day: 平成40年, 昭和64年1月8日.
    #[error("lies outside the era it names")]
    OutsideEra,
}

/// Reads 2026-04-01, 2026/4/1, 20260401, R8.4.1, R080401, 令和8年4月1日, 元年, with full-width or kanji digits and blanks around.
///
/// A day outside the era it names is refused rather than counted on: it is more often a slip than a habit, and a wrong birth date does
/// harm in identification.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    let text = text.trim_matches([' ', '\u{3000}', '\t']);
    if let Some(date) = plain(text.as_bytes()) {
        return date;
    }
    let mut buffer = ['\0'; 24];
    let mut length = 0;
    for c in text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}')) {
        *buffer.get_mut(length).ok_or(DateError::Shape)? = narrow(c);
        length += 1;
    }
    let chars = buffer.get(..length).unwrap_or_default();
    let (era, rest) = split_era(chars);
    let (year, month, day) = parts(rest, era.is_some())?;
    let Some(era) = era else {
        return if year >= 1000 { civil(year, month, day) } else { Err(DateError::Shape) };
    };
    let date = civil(year.checked_add(era.first_day().year() - 1).ok_or(DateError::NoSuchDay)?, month, day)?;
    match Era::of(date) {
        Some((found, _)) if found == era => Ok(date),
        _ => Err(DateError::OutsideEra),
    }
}

/// 令和8年4月1日; 元年 for the first year; the Gregorian year before Meiji.
pub fn to_wareki(day: Date) -> String {
    match Era::of(day) {
        Some((era, 1)) => format!("{}元年{}月{}日", era.ja(), day.month(), day.day()),
        Some((era, year)) => format!("{}{year}年{}月{}日", era.ja(), day.month(), day.day()),
        None => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
    }
}

/// R8.4.1, as short forms have it.
pub fn to_short_wareki(day: Date) -> String {
    match Era::of(day) {
        Some((era, year)) => format!("{}{year}.{}.{}", era.letter(), day.month(), day.day()),
        None => format!("{}.{}.{}", day.year(), day.month(), day.day()),
    }
}

/// The two ways that machines write, without a detour: yyyy-mm-dd and yyyymmdd.
fn plain(bytes: &[u8]) -> Option<Result<Date, DateError>> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0')))
    };
    let (year, month, day) = match *bytes {
        [a, b, c, d, b'-' | b'/', e, f, b'-' | b'/', g, h] | [a, b, c, d, e, f, g, h] => ([a, b, c, d], [e, f], [g, h]),
        _ => return None,
    };
    let (year, month, day) = (number(&year)?, number(&month)?, number(&day)?);
    Some(civil(year, month, day))
}

fn civil(year: i16, month: i16, day: i16) -> Result<Date, DateError> {
    let part = |number: i16| i8::try_from(number).map_err(|_| DateError::NoSuchDay);
    Date::new(year, part(month)?, part(day)?).map_err(|_| DateError::NoSuchDay)
}

/// Full-width digits, letters and marks as ASCII; the ways to write a separator as one.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).map_or(c, narrow),
        '/' | '-' | '‐' | '−' | '―' | 'ー' | '・' | '。' => '.',
        _ => c.to_ascii_uppercase(),
    }
}

fn split_era(chars: &[char]) -> (Option<Era>, &[char]) {
    match chars {
        ['明', '治', rest @ ..] | ['明' | 'M' | '㍾', rest @ ..] => (Some(Era::Meiji), rest),
        ['大', '正', rest @ ..] | ['大' | 'T' | '㍽', rest @ ..] => (Some(Era::Taisho), rest),
        ['昭', '和', rest @ ..] | ['昭' | 'S' | '㍼', rest @ ..] => (Some(Era::Showa), rest),
        ['平', '成', rest @ ..] | ['平' | 'H' | '㍻', rest @ ..] => (Some(Era::Heisei), rest),
        ['令', '和', rest @ ..] | ['令' | 'R' | '㋿', rest @ ..] => (Some(Era::Reiwa), rest),
        ['西', '暦', rest @ ..] => (None, rest),
        _ => (None, chars),
    }
}

/// Year, month and day: three numbers with marks between, or six digits after an era.
fn parts(chars: &[char], era: bool) -> Result<(i16, i16, i16), DateError> {
    let chars = match chars {
        [rest @ .., '日'] | [rest @ .., '生'] => rest,
        _ => chars,
    };
    if era && chars.len() == 6 && chars.iter().all(char::is_ascii_digit) {
        let mut pairs = chars.chunks_exact(2).map(|pair| read(pair));
        let mut next = || pairs.next().flatten().ok_or(DateError::Shape);
        return Ok((next()?, next()?, next()?));
    }
    let mut numbers = chars.split(|c| matches!(c, '.' | '年' | '月')).map(read);
    let mut next = || numbers.next().flatten().ok_or(DateError::Shape);
    let parts = (next()?, next()?, next()?);
    if numbers.next().is_some() || (era && parts.0 == 0) { Err(DateError::Shape) } else { Ok(parts) }
}

fn read(chars: &[char]) -> Option<i16> {
    if chars == ['元'] {
        return Some(1);
    }
    if chars.is_empty() || chars.len() > 4 {
        return None;
    }
    numeral::read(chars).and_then(|number| i16::try_from(number).ok())
}
