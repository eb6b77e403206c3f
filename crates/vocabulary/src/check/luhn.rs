//! Luhn's rule, the last digit of 医療機関コード.

use super::value;

/// The check digit that makes the whole number pass Luhn's rule.
pub fn luhn(body: &[u8]) -> Option<u8> {
    let sum = body.iter().rev().enumerate().try_fold(0, |sum, (place, &byte)| {
        let digit = value(byte)?;
        let weighted = if place % 2 == 0 { digit * 2 } else { digit };
        Some(sum + weighted / 10 + weighted % 10)
    })?;
    u8::try_from((10 - sum % 10) % 10).ok()
}
