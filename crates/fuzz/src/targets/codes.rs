//! Dates and codes as people and files write them.

use number::IndividualNumber;
use registry::vouchers::VoucherNumber;
use vocabulary::{
    CorporateNumber, HouseholdNumber, Id128, InstitutionCode, MunicipalityCode, Purpose, ResidentNumber, ResidentRecordCode, Sex,
    UnifiedNumber, day, era,
};

use super::text;

pub(super) fn dates(input: &[u8]) {
    for line in text(input).lines() {
        let Ok(date) = era::parse_date(line) else { continue };
        assert_eq!(era::parse_date(&date.to_string()), Ok(date), "the machines' way");
        assert_eq!(day::from_number(day::to_number(date)), Some(date), "the rooms' way");
        if era::Era::of(date).is_some() {
            assert_eq!(era::parse_date(&era::to_wareki(date)), Ok(date), "the forms' way");
            assert_eq!(era::parse_date(&era::to_short_wareki(date)), Ok(date), "the short way");
        }
    }
}

/// A code that was read prints what was read, and is read again from text and from JSON.
macro_rules! prints_back {
    ($text:expr, $($code:ty),+) => {$(
        if let Ok(code) = <$code>::parse($text) {
            assert_eq!(code.as_str(), $text.trim(), stringify!($code));
            assert!(<$code>::parse(code.as_str()) == Ok(code), stringify!($code));
            let json = serde_json::to_vec(&code).unwrap_or_default();
            assert!(serde_json::from_slice::<$code>(&json).is_ok_and(|read| read == code), stringify!($code));
        }
    )+};
}

pub(super) fn codes(input: &[u8]) {
    for line in text(input).lines() {
        prints_back!(
            line,
            MunicipalityCode,
            InstitutionCode,
            CorporateNumber,
            UnifiedNumber,
            ResidentRecordCode,
            ResidentNumber,
            HouseholdNumber
        );
        if let Ok(number) = UnifiedNumber::parse(line) {
            assert!(UnifiedNumber::from_serial(number.serial()) == Ok(number), "serial and check digit");
        }
        if let Some(voucher) = VoucherNumber::parse(line) {
            assert_eq!(voucher.as_str(), line);
        }
        if let Ok(id) = line.parse::<Id128>() {
            assert_eq!(id.to_string(), line.to_ascii_lowercase());
        }
        if let Ok(purpose) = line.parse::<Purpose>() {
            assert_eq!(purpose.as_str(), line);
        }
        if let Some(sex) = Sex::parse(line) {
            assert_eq!(Sex::from_code(sex.code()), Some(sex));
        }
    }
}

/// Neither the number nor its refusal shows a digit.
pub(super) fn individual_number(input: &[u8]) {
    for line in text(input).lines() {
        match IndividualNumber::parse(line) {
            Ok(number) => {
                assert!(*number.open(Purpose::Operation) == *line, "the digits as they came");
                assert!(number::looks_published(line));
                assert!(!format!("{number:?}").contains(|c: char| c.is_ascii_digit()));
            }
            // fewer digits than four may stand in the words of a refusal by chance
            Err(refusal) => {
                let digits = line.bytes().filter(u8::is_ascii_digit).count();
                assert!(digits < 4 || !refusal.to_string().contains(line), "a refusal that tells");
            }
        }
    }
}
