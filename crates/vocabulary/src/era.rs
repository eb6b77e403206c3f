//! Japanese eras (元号) and the ways a date is written in files and on forms.

use jiff::civil::date;

use crate::{Date, FiscalYear, NoFiscalYear, text::numeral};

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

/// Reads 2026, 2026年度, 令和8, 令和8年度, R8, with full-width or kanji digits and blanks. A number without an era has four digits: whether 8 is
/// 令和8年度 nobody knows. The year in which an era changes bears both names.
pub fn parse_fiscal_year(text: &str) -> Result<FiscalYear, NoFiscalYear> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(narrow).collect();
    let (era, rest) = split_era(&chars);
    let rest = rest.strip_suffix(&['度']).unwrap_or(rest);
    let rest = rest.strip_suffix(&['年']).unwrap_or(rest);
    let year = match rest {
        ['元'] if era.is_some() => 1,
        digits => read(digits).ok_or(NoFiscalYear)?,
    };
    let Some(era) = era else { return if rest.len() == 4 && year >= 1000 { Ok(FiscalYear(year)) } else { Err(NoFiscalYear) } };
    let year = FiscalYear(era.first_day().year().checked_add(year - 1).filter(|_| year > 0).ok_or(NoFiscalYear)?);
    let of = |day: Date| Era::of(day).is_some_and(|(found, _)| found == era);
    if of(year.first_day()) || of(year.last_day()) { Ok(year) } else { Err(NoFiscalYear) }
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
        let mut pairs = chars.chunks_exact(2).map(read);
        let mut next = || pairs.next().flatten().ok_or(DateError::Shape);
        return Ok((next()?, next()?, next()?));
    }
    if !era && chars.len() == 8 && chars.iter().all(char::is_ascii_digit) {
        let (year, rest) = chars.split_at_checked(4).ok_or(DateError::Shape)?;
        let (month, day) = rest.split_at_checked(2).ok_or(DateError::Shape)?;
        let number = |digits| read(digits).ok_or(DateError::Shape);
        return Ok((number(year)?, number(month)?, number(day)?));
    }
    let chars = match chars {
        ['元', rest @ ..] if era => return parts_after_year(1, rest),
        _ => chars,
    };
    let mut numbers = chars.split(|c| matches!(c, '.' | '年' | '月')).map(read);
    let mut next = || numbers.next().flatten().ok_or(DateError::Shape);
    let parts = (next()?, next()?, next()?);
    if numbers.next().is_some() || (era && parts.0 == 0) { Err(DateError::Shape) } else { Ok(parts) }
}

/// Month and day after the first year of an era (元年, R元.5.1).
fn parts_after_year(year: i16, chars: &[char]) -> Result<(i16, i16, i16), DateError> {
    let [_, rest @ ..] = chars else { return Err(DateError::Shape) };
    let mut numbers = rest.split(|c| matches!(c, '.' | '月')).map(read);
    let mut next = || numbers.next().flatten().ok_or(DateError::Shape);
    let parts = (year, next()?, next()?);
    if numbers.next().is_some() { Err(DateError::Shape) } else { Ok(parts) }
}

fn read(chars: &[char]) -> Option<i16> {
    if chars.is_empty() || chars.len() > 4 {
        return None;
    }
    numeral::read(chars).and_then(|number| i16::try_from(number).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_date_is_read() {
        for text in [
            "2026-04-01",
            "2026/04/01",
            "2026/4/1",
            "2026.4.1",
            "20260401",
            "２０２６０４０１",
            "R8.4.1",
            "r8.4.1",
            "R08.04.01",
            "R080401",
            "Ｒ８．４．１",
            "令和8年4月1日",
            "令和８年４月１日",
            "令和八年四月一日",
            "令8.4.1",
            "㋿8年4月1日",
            " 令和 8年 4月 1日 ",
            "2026年4月1日",
            "西暦2026年4月1日",
            "R8/4/1",
            "R8-4-1",
        ] {
            assert_eq!(parse_date(text), Ok(date(2026, 4, 1)), "{text}");
        }
        assert_eq!(parse_date("昭和三十一年十二月二十五日"), Ok(date(1956, 12, 25)));
        assert_eq!(parse_date("S31.12.25生"), Ok(date(1956, 12, 25)));
    }

    #[test]
    fn every_way_to_write_a_fiscal_year_is_read_and_a_number_that_may_mean_two_is_refused() {
        for text in [
            "2026",
            "２０２６",
            "2026年度",
            " 2026 年度",
            "令和8",
            "令和８年度",
            "令和八年度",
            "令8",
            "R8",
            "r08",
            "Ｒ８年",
            "西暦2026年度",
        ] {
            assert_eq!(parse_fiscal_year(text), Ok(FiscalYear(2026)), "{text}");
        }
        // both names of the year in which the era changed, and none of a year that the era does not touch
        for text in ["平成31年度", "令和元年度", "R1"] {
            assert_eq!(parse_fiscal_year(text), Ok(FiscalYear(2019)), "{text}");
        }
        for text in ["8", "08", "26", "0008", "平成32", "昭和64", "令和0", "令和", "", "年度", "20260", "R8.4.1", "2026-04-01", "R99999"]
        {
            assert_eq!(parse_fiscal_year(text), Err(NoFiscalYear), "{text}");
        }
    }

    #[test]
    fn d6_eras_begin_and_end_on_their_days() {
        for (text, day) in [
            ("明治45年7月29日", date(1912, 7, 29)),
            ("大正元年7月30日", date(1912, 7, 30)),
            ("大正15年12月24日", date(1926, 12, 24)),
            ("昭和元年12月25日", date(1926, 12, 25)),
            ("昭和64年1月7日", date(1989, 1, 7)),
            ("平成元年1月8日", date(1989, 1, 8)),
            ("平成31年4月30日", date(2019, 4, 30)),
            ("令和元年5月1日", date(2019, 5, 1)),
        ] {
            assert_eq!(parse_date(text), Ok(day), "{text}");
            assert_eq!(to_wareki(day), text);
            assert_eq!(parse_date(&to_short_wareki(day)), Ok(day));
        }
    }

    #[test]
    fn d6_a_day_outside_the_era_it_names_is_refused() {
        for text in [
            "平成40年1月1日",
            "H40.1.1",
            "平成31年5月1日",
            "昭和64年1月8日",
            "昭和65年1月1日",
            "令和元年4月30日",
            "大正15年12月25日",
            "明治元年1月1日",
        ] {
            assert_eq!(parse_date(text), Err(DateError::OutsideEra), "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_and_texts_that_are_no_dates_are_refused() {
        for text in ["2026-02-29", "20261301", "令和8年2月30日", "2026-00-10", "R8.4.0"] {
            assert_eq!(parse_date(text), Err(DateError::NoSuchDay), "{text}");
        }
        for text in [
            "",
            "不詳",
            "2026",
            "2026-04",
            "R8",
            "8.4.1",
            "令和年4月1日",
            "令和0年4月1日",
            "2026-04-01-02",
            "２０２６",
            "R8.元.1",
            "abcdefgh",
            "2026-04-0x",
        ] {
            assert_eq!(parse_date(text), Err(DateError::Shape), "{text}");
        }
        assert_eq!(parse_date(&"1".repeat(400)), Err(DateError::Shape));
    }

    #[test]
    fn no_text_breaks_it() {
        let entropy = crate::SeededEntropy::new(5);
        let letters: Vec<char> = "0129.-/年月日元令和昭R S平成十二　１Ｒ㍻生".chars().collect();
        let mut bytes = [0; 10];
        for _ in 0..50_000 {
            crate::Entropy::fill(&entropy, &mut bytes);
            let text: String = bytes.iter().map(|&byte| letters[usize::from(byte) % letters.len()]).collect();
            if let Ok(day) = parse_date(&text) {
                assert_eq!(parse_date(&to_wareki(day)), Ok(day), "{text}");
            }
        }
    }

    #[test]
    fn every_day_reads_back_from_every_form_it_is_written_in() {
        let mut day = date(1868, 9, 8);
        while day < date(2030, 1, 1) {
            assert_eq!(parse_date(&to_wareki(day)), Ok(day));
            assert_eq!(parse_date(&to_short_wareki(day)), Ok(day));
            assert_eq!(parse_date(&day.to_string()), Ok(day));
            day = day.checked_add(jiff::Span::new().days(17)).unwrap();
        }
    }
}
