//! Check digits. Every function takes the body (the digits without the check digit) as ASCII digits and returns the check digit as a
//! number, or `None` when a character is not a digit or the length is not the one the rule is written for.

mod iso7064;
mod luhn;
mod mod11;
mod mod9;

pub use iso7064::mod11_10;
pub use luhn::luhn;
pub use mod9::corporate_number;
pub use mod11::{individual_number, municipality_code, resident_record_code};

/// The value of one ASCII digit.
pub(crate) fn value(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// Σ digit × weight from left to right; `None` unless both have the same length and all are digits.
pub(crate) fn weighted(body: &[u8], weights: &[u32]) -> Option<u32> {
    if body.len() != weights.len() {
        return None;
    }
    body.iter().zip(weights).try_fold(0, |sum, (&byte, weight)| Some(sum + value(byte)? * weight))
}

/// The last digit of `number` taken as a check digit over the rest by `rule`.
pub fn ends_with_check(number: &[u8], rule: fn(&[u8]) -> Option<u8>) -> bool {
    let Some((&last, body)) = number.split_last() else { return false };
    rule(body).is_some_and(|check| value(last) == Some(u32::from(check)))
}
