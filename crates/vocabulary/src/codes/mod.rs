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
