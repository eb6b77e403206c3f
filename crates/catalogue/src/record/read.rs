//! Reading values: what is accepted, and the one form it is kept in.
//!
//! A value already in its form is borrowed, so that checking a million clean rows allocates nothing; values of older forms (wareki, dates
//! without hyphens, full-width digits) are accepted and brought into the form.

use std::borrow::Cow;

use vocabulary::{Date, FiscalYear, InstitutionCode, ResidentNumber, Yen, era, text};

use super::{Item, ItemKind, Problem, Value};

impl Item {
    /// The value in the form it is kept and exported in; an empty text stays empty unless the item is required.
    pub fn canonical<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        if text.is_empty() {
            return if self.required { Err(Problem::Missing) } else { Ok(Cow::Borrowed("")) };
        }
        match self.kind {
            ItemKind::Text => self.text(text),
            ItemKind::ResidentNumber => {
                let fits = ResidentNumber::parse(text).is_ok();
                if fits { Ok(Cow::Borrowed(text.trim())) } else { Err(Problem::ResidentNumber) }
            }
            kind => match self.half_width(kind, text) {
                Err(_) if !text.is_ascii() => {
                    let narrow = text::folded_width(text);
                    self.half_width(kind, narrow.trim()).map(|form| Cow::Owned(form.into_owned()))
                }
                read => read,
            },
        }
    }

    /// The value, typed; `None` when empty.
    pub fn value(&self, text: &str) -> Result<Option<Value>, Problem> {
        let form = self.canonical(text)?;
        if form.is_empty() {
            return Ok(None);
        }
        let number = |text: &str| text.parse::<i64>().map_err(|_| Problem::Integer);
        Ok(Some(match self.kind {
            ItemKind::Text | ItemKind::Ascii | ItemKind::ResidentNumber | ItemKind::Institution | ItemKind::PostalCode => {
                Value::Text(form.into_owned())
            }
            ItemKind::Code => Value::Code(form.into_owned()),
            ItemKind::Date => Value::Date(form.parse().map_err(|_| Problem::Date)?),
            ItemKind::Time => {
                let (hour, minute) = form.split_once(':').ok_or(Problem::Time)?;
                Value::Time(hour.parse().map_err(|_| Problem::Time)?, minute.parse().map_err(|_| Problem::Time)?)
            }
            ItemKind::FiscalYear => Value::FiscalYear(form.parse::<FiscalYear>().map_err(|_| Problem::FiscalYear)?),
            ItemKind::YearMonth => {
                let (year, month) = form.split_once('-').ok_or(Problem::YearMonth)?;
                Value::YearMonth(year.parse().map_err(|_| Problem::YearMonth)?, month.parse().map_err(|_| Problem::YearMonth)?)
            }
            ItemKind::HistoryNumber | ItemKind::Integer => Value::Integer(number(&form)?),
            ItemKind::Yen => Value::Yen(Yen(number(&form)?)),
            ItemKind::Decimal => {
                let fraction = form.split_once('.').map_or("", |(_, fraction)| fraction);
                let places = u8::try_from(fraction.len()).map_err(|_| self.decimal_problem())?;
                Value::Decimal(form.replace('.', "").parse().map_err(|_| self.decimal_problem())?, places)
            }
            ItemKind::Flag => Value::Flag(form == "1"),
        }))
    }

    fn half_width<'t>(&self, kind: ItemKind, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        match kind {
            ItemKind::Code => self.code(text),
            ItemKind::Date => date(text),
            ItemKind::Time => time(text),
            ItemKind::FiscalYear => fiscal_year(text),
            ItemKind::YearMonth => year_month(text),
            ItemKind::HistoryNumber => self.integer(text, 1),
            ItemKind::Integer | ItemKind::Yen => self.integer(text, 0),
            ItemKind::Decimal => self.decimal(text),
            ItemKind::Flag => {
                if matches!(text, "0" | "1") {
                    Ok(Cow::Borrowed(text))
                } else {
                    Err(Problem::Flag)
                }
            }
            ItemKind::Institution => self.institution(text),
            ItemKind::PostalCode => postal_code(text),
            ItemKind::Ascii | ItemKind::Text | ItemKind::ResidentNumber => self.ascii(text),
        }
    }

    /// Counts characters as people do: a variation selector (IVS) belongs to the character before it.
    fn text<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        let most = self.most();
        // No text has more characters than bytes, so short ones need no counting.
        if text.len() > usize::from(most) && text::count(text) > usize::from(most) {
            return Err(Problem::TooLong(most));
        }
        if text.chars().any(char::is_control) { Err(Problem::Control) } else { Ok(Cow::Borrowed(text)) }
    }

    fn ascii<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        if !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
            Err(Problem::Ascii)
        } else if text.len() > usize::from(self.most()) {
            Err(Problem::TooLong(self.most()))
        } else {
            Ok(Cow::Borrowed(text))
        }
    }

    fn code<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        let holds = self.table.as_ref().is_some_and(|table| table.holds(text));
        if holds {
            return Ok(Cow::Borrowed(text));
        }
        let values = self.table.iter().flat_map(|table| &table.codes).map(|code| code.value.as_str()).collect::<Vec<_>>().join(", ");
        Err(Problem::NotInTable { table: self.codes.clone().unwrap_or_default(), values })
    }

    fn integer<'t>(&self, text: &'t str, least: i64) -> Result<Cow<'t, str>, Problem> {
        if !is_digits(text) {
            return Err(Problem::Integer);
        }
        if text.len() > usize::from(self.most()) {
            return Err(Problem::TooLong(self.most()));
        }
        let number: i64 = text.parse().map_err(|_| Problem::Integer)?;
        match self.max {
            Some(most) if number > most => Err(Problem::TooLarge(most)),
            _ if number < least => Err(Problem::Integer),
            _ => Ok(Cow::Borrowed(text)),
        }
    }

    fn decimal<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let places = if text.contains('.') { fraction.len() } else { 0 };
        if !is_digits(whole) || !is_digits(fraction) || places > usize::from(self.decimals.unwrap_or(0)) {
            return Err(self.decimal_problem());
        }
        if text.len() > usize::from(self.most()) { Err(Problem::TooLong(self.most())) } else { Ok(Cow::Borrowed(text)) }
    }

    /// Ten digits claim to be a 医療機関コード and must have its check digit; anything shorter is the city's own number.
    fn institution<'t>(&self, text: &'t str) -> Result<Cow<'t, str>, Problem> {
        let claims = text.len() == 10 && is_digits(text);
        if claims && InstitutionCode::parse(text).is_err() { Err(Problem::CheckDigit) } else { self.ascii(text) }
    }

    fn decimal_problem(&self) -> Problem {
        Problem::Decimal(self.decimals.unwrap_or(0))
    }

    fn most(&self) -> u16 {
        self.length.unwrap_or(u16::MAX)
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 2026-04-01 is read here, byte by byte; every other way to write a date goes through `vocabulary::era`.
fn date(text: &str) -> Result<Cow<'_, str>, Problem> {
    if let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes()
        && let (Some(century), Some(year), Some(month), Some(day)) = (pair(y1, y2), pair(y3, y4), pair(m1, m2), pair(d1, d2))
        && let Ok(date) = Date::new(i16::from(century) * 100 + i16::from(year), month, day)
    {
        return if date.year() > 0 { Ok(Cow::Borrowed(text)) } else { Err(Problem::Date) };
    }
    era::parse_date(text).map(|date| Cow::Owned(date.to_string())).map_err(|_| Problem::Date)
}

fn pair(tens: u8, ones: u8) -> Option<i8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| ((tens - b'0') * 10 + (ones - b'0')).cast_signed())
}

fn time(text: &str) -> Result<Cow<'_, str>, Problem> {
    let (hour, minute) = match text.as_bytes() {
        &[h, b':', m1, m2] => (pair(b'0', h), pair(m1, m2)),
        &[h1, h2, b':', m1, m2] | &[h1, h2, m1, m2] => (pair(h1, h2), pair(m1, m2)),
        _ => (None, None),
    };
    match (hour, minute) {
        (Some(0..=23), Some(0..=59)) if text.len() == 5 => Ok(Cow::Borrowed(text)),
        (Some(hour @ 0..=23), Some(minute @ 0..=59)) => Ok(Cow::Owned(format!("{hour:02}:{minute:02}"))),
        _ => Err(Problem::Time),
    }
}

/// 2026; also 令和8年度 and R8年度.
fn fiscal_year(text: &str) -> Result<Cow<'_, str>, Problem> {
    if text.len() == 4 && is_digits(text) {
        let plausible = text.parse::<i16>().is_ok_and(|year| (1900..2200).contains(&year));
        return if plausible { Ok(Cow::Borrowed(text)) } else { Err(Problem::FiscalYear) };
    }
    let year = text.strip_suffix("年度").ok_or(Problem::FiscalYear)?;
    let first = era::parse_date(&format!("{year}年4月1日")).map_err(|_| Problem::FiscalYear)?;
    Ok(Cow::Owned(FiscalYear::of(first).to_string()))
}

/// 2026-04; also 202604 and 令和8年4月.
fn year_month(text: &str) -> Result<Cow<'_, str>, Problem> {
    let day = match text.as_bytes() {
        [_, _, _, _, b'-', _, _] => return date_exists(format!("{text}-01")).map(|()| Cow::Borrowed(text)),
        [_, _, _, _, _, _] if is_digits(text) => format!("{text}01"),
        _ => format!("{text}1日"),
    };
    let first = era::parse_date(&day).map_err(|_| Problem::YearMonth)?;
    Ok(Cow::Owned(format!("{:04}-{:02}", first.year(), first.month())))
}

fn date_exists(text: String) -> Result<(), Problem> {
    if matches!(date(&text), Ok(Cow::Borrowed(_))) { Ok(()) } else { Err(Problem::YearMonth) }
}

fn postal_code(text: &str) -> Result<Cow<'_, str>, Problem> {
    match text.split_once('-') {
        Some((three, four)) if three.len() == 3 && four.len() == 4 && is_digits(three) && is_digits(four) => Ok(Cow::Borrowed(text)),
        None if text.len() == 7 && is_digits(text) => {
            let (three, four) = text.split_at_checked(3).ok_or(Problem::PostalCode)?;
            Ok(Cow::Owned(format!("{three}-{four}")))
        }
        _ => Err(Problem::PostalCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    fn item(record: u16, id: &str) -> Item {
        Catalogue::built_in().unwrap().record(record).unwrap().item(id).unwrap().clone()
    }

    #[track_caller]
    fn kept(item: &Item, texts: &[(&str, &str)]) {
        for (text, form) in texts {
            assert_eq!(item.canonical(text).as_deref(), Ok(*form), "{text}");
            assert_eq!(item.canonical(form).as_deref(), Ok(*form), "the form of {text} is its own form");
        }
    }

    #[track_caller]
    fn refused(item: &Item, problem: &Problem, texts: &[&str]) {
        for text in texts {
            assert_eq!(item.canonical(text).as_ref(), Err(problem), "{text}");
        }
    }

    #[test]
    fn r_reg_6_dates_are_kept_in_one_form_however_they_are_written() {
        let day = item(2, "examined_on");
        kept(&day, &[("2026-04-01", "2026-04-01"), ("20260401", "2026-04-01"), ("R8.4.1", "2026-04-01"), ("令和8年4月1日", "2026-04-01")]);
        kept(&day, &[("２０２６－０４－０１", "2026-04-01"), ("", ""), ("2024-02-29", "2024-02-29")]);
        refused(&day, &Problem::Date, &["2026-02-29", "2026-13-01", "2026-4-31", "0000-01-01", "tomorrow", "20260230"]);
        assert_eq!(day.value("R8.4.1"), Ok(Some(Value::Date(Date::constant(2026, 4, 1)))));
    }

    #[test]
    fn r_reg_6_times_months_and_years_are_checked() {
        kept(&item(2, "held_at"), &[("09:30", "09:30"), ("9:30", "09:30"), ("0930", "09:30"), ("２３:５９", "23:59")]);
        refused(&item(2, "held_at"), &Problem::Time, &["24:00", "12:60", "noon", "9-30", "1:2", "::::"]);
        kept(&item(2, "claim_month"), &[("2026-04", "2026-04"), ("202604", "2026-04"), ("令和8年4月", "2026-04")]);
        refused(&item(2, "claim_month"), &Problem::YearMonth, &["2026-13", "2026", "202600", "2026-4x"]);
        kept(&item(2, "fiscal_year"), &[("2026", "2026"), ("令和8年度", "2026"), ("２０２６", "2026")]);
        refused(&item(2, "fiscal_year"), &Problem::FiscalYear, &["26", "1899", "2200", "20260", "R8"]);
        assert_eq!(item(2, "held_at").value("9:05"), Ok(Some(Value::Time(9, 5))));
        assert_eq!(item(2, "claim_month").value("202612"), Ok(Some(Value::YearMonth(2026, 12))));
        assert_eq!(item(2, "fiscal_year").value("2026"), Ok(Some(Value::FiscalYear(FiscalYear(2026)))));
    }

    #[test]
    fn r_reg_6_codes_flags_and_numbers_are_checked() {
        kept(&item(2, "judgement"), &[("1", "1"), ("２", "2"), ("9", "9")]);
        refused(
            &item(2, "judgement"),
            &Problem::NotInTable { table: "2340".to_owned(), values: "1, 2, 9".to_owned() },
            &["3", "0", "12", "要"],
        );
        refused(&item(2, "voucher_void"), &Problem::Flag, &["2", "true", "01"]);
        let index = item(3, "smoking_index");
        kept(&index, &[("600", "600"), ("0", "0"), ("9999", "9999")]);
        refused(&index, &Problem::Integer, &["-1", "6.0", "many"]);
        refused(&index, &Problem::TooLong(4), &["10000"]);
        refused(&item(8, "sound_teeth"), &Problem::TooLarge(32), &["33"]);
        refused(&item(2, "history_number"), &Problem::Integer, &["0"]);
        let mass = item(7, "bone_mass");
        kept(&mass, &[("85.3", "85.3"), ("85", "85"), ("100.0", "100.0")]);
        refused(&mass, &Problem::Decimal(1), &["85.33", ".5", "85.", "-1", "1e3", "1.2.3"]);
        assert_eq!(mass.value("85.3"), Ok(Some(Value::Decimal(853, 1))));
        assert_eq!(mass.value("85"), Ok(Some(Value::Decimal(85, 0))));
        assert_eq!(item(3, "amount").value("3300"), Ok(Some(Value::Yen(Yen(3300)))));
        assert_eq!(item(2, "voucher_void").value("1"), Ok(Some(Value::Flag(true))));
    }

    #[test]
    fn r_reg_6_texts_are_measured_in_characters_and_hold_no_control_characters() {
        let remarks = item(13, "diagnosis_right");
        assert!(remarks.canonical(&"乳".repeat(100)).is_ok());
        refused(&remarks, &Problem::TooLong(100), &[&"乳".repeat(101)]);
        assert!(remarks.canonical(&"\u{8fbb}\u{e0101}".repeat(100)).is_ok(), "a variation selector is part of its character");
        refused(&remarks, &Problem::Control, &["a\nb", "a\u{0}"]);
        refused(&item(2, "resident_number"), &Problem::Missing, &[""]);
        refused(&item(2, "resident_number"), &Problem::ResidentNumber, &["1234567890123456", "一"]);
        refused(&item(2, "venue"), &Problem::Ascii, &["会場"]);
    }

    #[test]
    fn ten_digits_of_an_institution_carry_their_check_digit_and_own_numbers_pass() {
        let institution = item(2, "institution");
        kept(&institution, &[("0110113719", "0110113719"), ("K-0012", "K-0012")]);
        refused(&institution, &Problem::CheckDigit, &["0110113718"]);
        kept(&item(6, "extracted_postal_code"), &[("980-0000", "980-0000"), ("9800000", "980-0000")]);
        refused(&item(6, "extracted_postal_code"), &Problem::PostalCode, &["98-00000", "980000", "980-000a"]);
    }
}
