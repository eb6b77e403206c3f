//! 個人番号 (My Number): 12 digits, the last a check digit (平成26年総務省令第85号第5条).

use subtle::ConstantTimeEq;
use vocabulary::{Purpose, check};

/// Why a text is not an individual number. Never holds the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not twelve characters.
    #[error("must have 12 digits")]
    Length,
    /// Another character than 0–9.
    #[error("holds a character other than the digits 0-9")]
    Character,
    /// The check digit does not fit.
    #[error("check digit does not fit")]
    CheckDigit,
}

/// 個人番号. Wiped when dropped; opened only for a stated purpose.
///
/// It cannot be printed:
/// ```compile_fail,E0277
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// println!("{number}");
/// ```
/// cannot be serialised:
/// ```compile_fail,E0277
/// fn serialise(_: impl serde::Serialize) {}
/// serialise(number::IndividualNumber::parse("123456789018").unwrap());
/// ```
/// cannot be cloned in passing:
/// ```compile_fail,E0599
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// let copy = number.clone();
/// ```
/// cannot be copied by use:
/// ```compile_fail,E0382
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// let moved = number;
/// let _ = number.same_as(&moved);
/// ```
/// cannot be compared by accident:
/// ```compile_fail,E0369
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// let other = number::IndividualNumber::parse("123456789018").unwrap();
/// let _ = number == other;
/// ```
/// cannot be a key of a map:
/// ```compile_fail,E0277
/// let mut seen = std::collections::HashSet::new();
/// seen.insert(number::IndividualNumber::parse("123456789018").unwrap());
/// ```
/// and its digits cannot be had without a purpose:
/// ```compile_fail,E0061
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// let _ = number.open();
/// ```
/// What can be done:
/// ```
/// use vocabulary::Purpose;
/// let number = number::IndividualNumber::parse("123456789018").unwrap();
/// assert_eq!(&*number.open(Purpose::Numbering), "123456789018");
/// assert_eq!(format!("{number:?}"), "IndividualNumber(************)");
/// ```
#[derive(zeroize::ZeroizeOnDrop)]
pub struct IndividualNumber([u8; 12]);

impl IndividualNumber {
    /// Reads twelve half-width digits and checks the last.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        Self::from_digits(text.as_bytes())
    }

    /// As [`IndividualNumber::parse`], from bytes: an opened cell, a line of a sealed batch.
    pub fn from_digits(digits: &[u8]) -> Result<Self, NumberError> {
        let bytes: [u8; 12] = digits.try_into().map_err(|_| NumberError::Length)?;
        let number = Self(bytes);
        if !number.0.iter().all(u8::is_ascii_digit) {
            return Err(NumberError::Character);
        }
        if check::ends_with_check(&number.0, check::individual_number) { Ok(number) } else { Err(NumberError::CheckDigit) }
    }

    /// The number of an eleven-digit body, for synthetic people only; real numbers are issued, never made.
    pub fn from_body(body: &str) -> Result<Self, NumberError> {
        let body: &[u8; 11] = body.as_bytes().try_into().map_err(|_| NumberError::Length)?;
        let check = check::individual_number(body).ok_or(NumberError::Character)?;
        let mut bytes = [b'0' + check; 12];
        bytes.iter_mut().zip(body).for_each(|(to, &from)| *to = from);
        Ok(Self(bytes))
    }

    /// Whether both are the same number, in constant time.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// A second copy, asked for by name; each is wiped on its own.
    pub fn duplicate(&self) -> Self {
        Self(self.0)
    }

    /// The digits, for a stated purpose and as long as the answer is held.
    ///
    /// The purpose is kept with it so that a reader of the code (and of `Opened`) sees why; the record of use is written by the room
    /// that gave the number out.
    pub fn open(&self, purpose: Purpose) -> Opened<'_> {
        Opened { digits: &self.0, purpose }
    }
}

impl core::fmt::Debug for IndividualNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("IndividualNumber(************)")
    }
}

/// The digits of a number opened for a purpose. Derefs to `&str`.
pub struct Opened<'a> {
    digits: &'a [u8; 12],
    purpose: Purpose,
}

impl Opened<'_> {
    /// What it was opened for.
    pub fn purpose(&self) -> Purpose {
        self.purpose
    }
}

impl core::ops::Deref for Opened<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        core::str::from_utf8(self.digits).unwrap_or_default()
    }
}

impl core::fmt::Debug for Opened<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Opened(************ for {})", self.purpose)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_specimens_are_taken_and_slips_refused_without_saying_the_number() {
        for specimen in ["123456789018", "987654321093", "111111111118", "135792468015", "100000000005", "210987654320"] {
            assert!(IndividualNumber::parse(specimen).is_ok());
        }
        for (text, error) in [
            ("210987654321", NumberError::CheckDigit),
            ("12345678901", NumberError::Length),
            ("1234567890180", NumberError::Length),
            ("12345678901x", NumberError::Character),
            ("１２３４", NumberError::Character),
            ("", NumberError::Length),
        ] {
            let found = IndividualNumber::parse(text).unwrap_err();
            assert_eq!(found, error, "{text}");
            assert!(text.is_empty() || !found.to_string().contains(text));
        }
    }

    #[test]
    fn a_body_gets_its_check_digit() {
        let number = IndividualNumber::from_body("12345678901").unwrap();
        assert!(number.same_as(&IndividualNumber::parse("123456789018").unwrap()));
        assert!(!number.same_as(&IndividualNumber::parse("111111111118").unwrap()));
        assert!(number.same_as(&number.duplicate()));
        assert_eq!(IndividualNumber::from_body("1234567890").unwrap_err(), NumberError::Length);
    }

    #[test]
    fn debug_and_errors_hold_no_digit_and_opening_says_what_for() {
        let number = IndividualNumber::parse("123456789018").unwrap();
        let opened = number.open(Purpose::HubRegistration);
        assert_eq!((&*opened, opened.purpose()), ("123456789018", Purpose::HubRegistration));
        assert!(!format!("{number:?}{opened:?}").contains(|c: char| c.is_ascii_digit()));
    }

    #[test]
    fn a_dropped_number_is_wiped() {
        // What Drop calls; the memory after it cannot be looked at without unsafe code.
        fn wipes<T: zeroize::ZeroizeOnDrop>() {}
        wipes::<IndividualNumber>();
        assert!(core::mem::needs_drop::<IndividualNumber>());
    }
}
