//! 法人番号.

use super::{CodeError, as_text, ascii, digits};
use crate::check;

/// 法人番号: a check digit (1–9) and twelve digits; public by law.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CorporateNumber([u8; 13]);

impl CorporateNumber {
    /// Reads thirteen digits and checks the first.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let bytes = digits::<13>(text, "13")?;
        let fits = bytes.split_first().is_some_and(|(&first, body)| check::corporate_number(body) == Some(first.wrapping_sub(b'0')));
        if fits { Ok(Self(bytes)) } else { Err(CodeError::CheckDigit) }
    }

    /// The thirteen digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

impl core::fmt::Debug for CorporateNumber {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "CorporateNumber({})", self.as_str())
    }
}

as_text!(CorporateNumber);
