//! 医療機関コード.

use super::{CodeError, as_text, ascii, digits};
use crate::check;

/// 医療機関コード: prefecture (2), kind (1: 1 medical, 2 uninsured check-up facility, 3 dental, 4 pharmacy, 6 visiting nurses), seven
/// digits of which the last is Luhn's check digit over all ten. An uninsured facility without a code may stand as 9 and the last nine
/// digits of its telephone number (JP Core), which has no check digit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstitutionCode([u8; 10]);

impl InstitutionCode {
    /// Reads ten digits and checks the last, except where the code is the telephone substitute of an uninsured facility (99… of a
    /// fictional prefecture is taken as a code when its check digit fits).
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let bytes = digits::<10>(text, "10")?;
        let code = Self(bytes);
        if check::ends_with_check(&bytes, check::luhn) || code.is_telephone() { Ok(code) } else { Err(CodeError::CheckDigit) }
    }

    /// Builds the code of a facility from its first nine digits.
    pub fn from_body(body: &str) -> Result<Self, CodeError> {
        let body = digits::<9>(body, "9")?;
        let check = check::luhn(&body).ok_or(CodeError::CheckDigit)?;
        let mut bytes = [b'0' + check; 10];
        bytes.iter_mut().zip(body).for_each(|(to, from)| *to = from);
        Ok(Self(bytes))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        ascii(&self.0)
    }

    /// The telephone substitute: a 9 in front, and then not one of the fictional prefectures.
    pub fn is_telephone(&self) -> bool {
        self.0.first() == Some(&b'9') && self.0.get(1) != Some(&b'9')
    }

    /// A dental facility (点数表区分 3).
    pub fn is_dental(&self) -> bool {
        !self.is_telephone() && self.0.get(2) == Some(&b'3')
    }
}

impl core::fmt::Debug for InstitutionCode {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "InstitutionCode({})", self.as_str())
    }
}

as_text!(InstitutionCode);
