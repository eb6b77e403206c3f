//! 受診券番号: ours. Two digits of the fiscal year, eight of a serial, one check digit by Luhn's rule.

use std::fmt;

use vocabulary::{FiscalYear, check};

/// Most vouchers of one fiscal year.
const MOST: i64 = 99_999_999;

/// A voucher's number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VoucherNumber(String);

impl VoucherNumber {
    /// The number of a serial in a fiscal year; `None` when the year's numbers are used up.
    pub fn from_serial(year: FiscalYear, serial: i64) -> Option<VoucherNumber> {
        if !(1..=MOST).contains(&serial) {
            return None;
        }
        let body = format!("{:02}{serial:08}", year.0.rem_euclid(100));
        let digit = check::luhn(body.as_bytes())?;
        Some(VoucherNumber(format!("{body}{digit}")))
    }

    /// Before and after all numbers of a fiscal year.
    pub(super) fn bounds(year: FiscalYear) -> (String, String) {
        let year = year.0.rem_euclid(100);
        (format!("{year:02}000000000"), format!("{year:02}999999999"))
    }

    /// The serial of a stored number.
    pub(super) fn serial_of(number: &str) -> Option<i64> {
        number.get(2..10)?.parse().ok()
    }

    /// Reads a number typed at a desk; `None` when the check digit says that it is mistyped.
    pub fn parse(text: &str) -> Option<VoucherNumber> {
        let digits = text.len() == 11 && text.bytes().all(|byte| byte.is_ascii_digit());
        (digits && check::ends_with_check(text.as_bytes(), check::luhn)).then(|| VoucherNumber(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VoucherNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_reg_5_a_mistyped_digit_is_seen() {
        let number = VoucherNumber::from_serial(FiscalYear(2026), 1234).unwrap();
        assert_eq!(VoucherNumber::parse(number.as_str()), Some(number.clone()));
        for place in 0..11 {
            let mut digits: Vec<u8> = number.as_str().bytes().collect();
            digits[place] = b'0' + (digits[place] - b'0' + 1) % 10;
            assert_eq!(VoucherNumber::parse(&String::from_utf8(digits).unwrap()), None, "place {place}");
        }
    }

    #[test]
    fn a_year_has_a_last_number() {
        assert!(VoucherNumber::from_serial(FiscalYear(2026), MOST).is_some());
        assert!(VoucherNumber::from_serial(FiscalYear(2026), MOST + 1).is_none());
        assert!(VoucherNumber::from_serial(FiscalYear(2026), 0).is_none());
    }
}
