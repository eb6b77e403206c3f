//! 住民票コード.

use super::{CodeError, as_text, ascii, digits, hidden_debug};
use crate::check;

/// 住民票コード: ten digits and a check digit. Only the resident network and what talks to it may hold one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentRecordCode([u8; 11]);

impl ResidentRecordCode {
    /// Reads eleven digits and checks the last.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let bytes = digits::<11>(text, "11")?;
        if check::ends_with_check(&bytes, check::resident_record_code) { Ok(Self(bytes)) } else { Err(CodeError::CheckDigit) }
    }

    /// Builds a code from its first ten digits.
    pub fn from_body(body: &str) -> Result<Self, CodeError> {
        let body = digits::<10>(body, "10")?;
        let check = check::resident_record_code(&body).ok_or(CodeError::CheckDigit)?;
        let mut bytes = [b'0' + check; 11];
        bytes.iter_mut().zip(body).for_each(|(to, from)| *to = from);
        Ok(Self(bytes))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }
}

hidden_debug!(ResidentRecordCode);
as_text!(ResidentRecordCode);
