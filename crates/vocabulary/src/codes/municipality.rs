//! 全国地方公共団体コード.

use super::{CodeError, as_text, ascii, digits};
use crate::check;

/// 全国地方公共団体コード: five digits and a check digit, such as 131016.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalityCode([u8; 6]);

impl MunicipalityCode {
    /// Reads six digits and checks the last.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let bytes = digits::<6>(text, "6")?;
        if check::ends_with_check(&bytes, check::municipality_code) { Ok(Self(bytes)) } else { Err(CodeError::CheckDigit) }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// The code as a number, for keys (991015).
    pub fn number(&self) -> i32 {
        self.0.iter().fold(0, |number, byte| number * 10 + i32::from(byte - b'0'))
    }

    /// The two digits of the prefecture (01–47; the fictional cities of demonstrations lie in 99).
    pub fn prefecture(&self) -> &str {
        self.as_str().get(..2).unwrap_or_default()
    }
}

impl core::fmt::Debug for MunicipalityCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "MunicipalityCode({})", self.as_str())
    }
}

as_text!(MunicipalityCode);
