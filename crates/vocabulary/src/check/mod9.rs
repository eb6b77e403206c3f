//! 法人番号: the check digit stands first.

use super::value;

/// The first digit for the 12 digits that follow it: 9 − (Σ PₙQₙ mod 9), Q = 1 for odd places from the right, 2 for even ones.
pub fn corporate_number(body: &[u8]) -> Option<u8> {
    if body.len() != 12 {
        return None;
    }
    let sum =
        body.iter().rev().enumerate().try_fold(0, |sum, (place, &byte)| Some(sum + value(byte)? * if place % 2 == 0 { 1 } else { 2 }))?;
    u8::try_from(9 - sum % 9).ok()
}
