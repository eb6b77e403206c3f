//! 統合宛名番号.

use super::{CodeError, as_text, ascii, digits, hidden_debug};
use crate::check;

/// 統合宛名番号: fourteen digits and a check digit (ISO/IEC 7064 MOD 11,10). The shape is ours; the law leaves it to the city.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnifiedNumber([u8; 15]);

impl UnifiedNumber {
    /// How many there can be.
    pub const LIMIT: u64 = 100_000_000_000_000;

    /// Reads fifteen digits and checks the last.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let bytes = digits::<15>(text, "15")?;
        if check::ends_with_check(&bytes, check::mod11_10) { Ok(Self(bytes)) } else { Err(CodeError::CheckDigit) }
    }

    /// The number of a serial below [`UnifiedNumber::LIMIT`].
    pub fn from_serial(serial: u64) -> Result<Self, CodeError> {
        if serial >= Self::LIMIT {
            return Err(CodeError::Length { expected: "at most 14", found: 15 });
        }
        let mut bytes = [b'0'; 15];
        let mut rest = serial;
        for byte in bytes.iter_mut().rev().skip(1) {
            *byte = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        let check = bytes.split_last().and_then(|(_, body)| check::mod11_10(body)).ok_or(CodeError::CheckDigit)?;
        if let Some(last) = bytes.last_mut() {
            *last = b'0' + check;
        }
        Ok(Self(bytes))
    }

    /// The serial the number was made from.
    pub fn serial(&self) -> u64 {
        self.0.iter().take(14).fold(0, |serial, byte| serial * 10 + u64::from(byte - b'0'))
    }

    /// The fifteen digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

hidden_debug!(UnifiedNumber);
as_text!(UnifiedNumber);
