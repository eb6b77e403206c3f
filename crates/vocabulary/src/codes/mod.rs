//! Codes and numbers of fixed shape. All are small, `Copy` and hold ASCII; parsing is the only way to make one.

mod corporate_number;
mod institution;
mod local_number;
mod municipality;
mod resident_record_code;
mod unified_number;

pub use corporate_number::CorporateNumber;
pub use institution::InstitutionCode;
pub use local_number::{HouseholdNumber, ResidentNumber};
pub use municipality::MunicipalityCode;
pub use resident_record_code::ResidentRecordCode;
pub use unified_number::UnifiedNumber;

/// Why a text is not the code it was taken for. Never holds the text itself: it may be personal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Too long, too short or empty.
    #[error("must have {expected} characters, has {found}")]
    Length {
        /// How many were wanted, in words for an open range.
        expected: &'static str,
        /// How many there were.
        found: usize,
    },
    /// A character that the code does not have.
    #[error("holds a character other than {allowed}")]
    Character {
        /// What would be allowed.
        allowed: &'static str,
    },
    /// The check digit does not fit.
    #[error("check digit does not fit")]
    CheckDigit,
    /// A part of the code has no such value.
    #[error("has no such {part}")]
    Part {
        /// Which part.
        part: &'static str,
    },
}

/// Takes exactly `N` ASCII digits.
pub(crate) fn digits<const N: usize>(text: &str, expected: &'static str) -> Result<[u8; N], CodeError> {
    let bytes: [u8; N] = text.as_bytes().try_into().map_err(|_| CodeError::Length { expected, found: text.chars().count() })?;
    if bytes.iter().all(u8::is_ascii_digit) { Ok(bytes) } else { Err(CodeError::Character { allowed: "the digits 0-9" }) }
}

/// The text of bytes that were checked to be ASCII when they came in.
pub(crate) fn ascii(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}

/// `Display`, serde as text and `AsRef<str>` for a code with `parse` and `as_str`.
macro_rules! as_text {
    ($code:ty) => {
        impl core::fmt::Display for $code {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $code {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl core::str::FromStr for $code {
            type Err = $crate::CodeError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $code {
            type Error = $crate::CodeError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl From<$code> for String {
            fn from(code: $code) -> String {
                code.as_str().to_owned()
            }
        }

        impl serde::Serialize for $code {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $code {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use as_text;

/// `Debug` that names the type and hides the value, for numbers that stand for a person.
macro_rules! hidden_debug {
    ($code:ty) => {
        impl core::fmt::Debug for $code {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(concat!(stringify!($code), "(…)"))
            }
        }
    };
}
pub(crate) use hidden_debug;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_municipality_code_is_six_digits_with_its_check_digit() {
        let code = MunicipalityCode::parse("991015").unwrap();
        assert_eq!((code.as_str(), code.number(), code.prefecture(), code.to_string().as_str()), ("991015", 991_015, "99", "991015"));
        assert_eq!(MunicipalityCode::parse("991016"), Err(CodeError::CheckDigit));
        assert_eq!(MunicipalityCode::parse("99101"), Err(CodeError::Length { expected: "6", found: 5 }));
        assert!(matches!(MunicipalityCode::parse("99１"), Err(CodeError::Length { .. })));
        assert!(matches!(MunicipalityCode::parse("99101x"), Err(CodeError::Character { .. })));
    }

    #[test]
    fn an_institution_code_takes_luhn_or_the_telephone_of_an_uninsured_facility() {
        assert!(!InstitutionCode::parse("0110113719").unwrap().is_dental());
        assert_eq!(InstitutionCode::parse("0110113718"), Err(CodeError::CheckDigit));
        assert!(InstitutionCode::parse("9312345678").unwrap().is_telephone());
        let dental = InstitutionCode::from_body("993010001").unwrap();
        assert!(dental.is_dental());
        assert_eq!(InstitutionCode::parse(dental.as_str()), Ok(dental));
    }

    #[test]
    fn a_corporate_number_checks_its_first_digit() {
        assert!(CorporateNumber::parse("7000012050002").is_ok());
        assert_eq!(CorporateNumber::parse("6000012050002"), Err(CodeError::CheckDigit));
    }

    #[test]
    fn a_unified_number_is_its_serial_and_a_check_digit() {
        for serial in [0, 1, 42, 99_999_999_999_999] {
            let number = UnifiedNumber::from_serial(serial).unwrap();
            assert_eq!(number.serial(), serial);
            assert_eq!(UnifiedNumber::parse(number.as_str()), Ok(number));
        }
        assert!(UnifiedNumber::from_serial(UnifiedNumber::LIMIT).is_err());
        assert_eq!(UnifiedNumber::parse("000000000000000"), Err(CodeError::CheckDigit));
    }

    #[test]
    fn c_iii_2_r1_atn_1_of_ten_million_texts_those_alone_are_unified_numbers_whose_digit_checks() {
        const LETTERS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '%', ',', ' ', '１', '\0'];
        let (mut text, mut passed, mut state) = (String::new(), 0, 211_u64);
        for _ in 0..10_000_000 {
            // Knuth's generator: nothing here is to be kept from anybody.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (drawn, how) = (state >> 4, state >> 40);
            // Half of them have the length of a number, and a half no letter but digits.
            let length = if how & 1 == 0 { 15 } else { how >> 2 & 15 };
            let letters = if how & 2 == 0 { 10 } else { 16 };
            text.clear();
            text.extend((0..length).map(|at| LETTERS[usize::try_from((drawn >> (4 * at)) & 15).unwrap() % letters]));
            if let Ok(number) = UnifiedNumber::parse(&text) {
                assert_eq!(UnifiedNumber::from_serial(number.serial()), Ok(number));
                assert_eq!(number.as_str(), text);
                passed += 1;
            }
        }
        // Some one in ten of those that have fifteen digits.
        assert!((150_000..500_000).contains(&passed), "{passed}");
    }

    #[test]
    fn local_numbers_keep_their_text_their_order_and_their_limit() {
        let short = ResidentNumber::parse(" 0001 ").unwrap();
        assert_eq!(short.as_str(), "0001");
        assert!(short < ResidentNumber::parse("00010").unwrap());
        assert!(ResidentNumber::parse("A-00012345678901").is_err());
        assert!(ResidentNumber::parse("").is_err());
        assert!(ResidentNumber::parse("12,3").is_err());
        assert!(HouseholdNumber::parse("世帯1").is_err());
    }

    #[test]
    fn codes_travel_as_text_and_are_checked_on_the_way_in() {
        let code: MunicipalityCode = serde_json::from_str("\"991015\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"991015\"");
        let error = serde_json::from_str::<MunicipalityCode>("\"991016\"").unwrap_err().to_string();
        assert!(error.contains("check digit") && !error.contains("991016"), "{error}");
        assert!(serde_json::from_str::<ResidentNumber>("12").is_err());
    }

    #[test]
    fn numbers_that_stand_for_a_person_hide_in_debug() {
        assert_eq!(format!("{:?}", ResidentNumber::parse("12345").unwrap()), "ResidentNumber(…)");
        assert_eq!(format!("{:?}", UnifiedNumber::from_serial(1).unwrap()), "UnifiedNumber(…)");
        assert_eq!(format!("{:?}", ResidentRecordCode::from_body("2472705960").unwrap()), "ResidentRecordCode(…)");
    }
}
