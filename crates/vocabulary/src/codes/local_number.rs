//! Numbers whose shape is the city's own: 住民番号 (宛名番号) and 世帯番号.

use super::{CodeError, as_text, ascii, hidden_debug};

macro_rules! local_number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name {
            // The text first, so that the derived order is the order of the texts (unused bytes are 0).
            bytes: [u8; 15],
            length: u8,
        }

        impl $name {
            /// Reads 1 to 15 printable ASCII characters without blank, comma or quote; blanks around them are dropped.
            pub fn parse(text: &str) -> Result<Self, CodeError> {
                let text = text.trim();
                let length = text.len();
                if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b',' && byte != b'"') {
                    return Err(CodeError::Character { allowed: "printable ASCII without comma and quote" });
                }
                if length == 0 || length > 15 {
                    return Err(CodeError::Length { expected: "1 to 15", found: length });
                }
                let mut bytes = [0; 15];
                bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
                Ok(Self { bytes, length: u8::try_from(length).unwrap_or_default() })
            }

            /// The characters as they came.
            pub fn as_str(&self) -> &str {
                ascii(self.bytes.get(..usize::from(self.length)).unwrap_or_default())
            }
        }

        hidden_debug!($name);
        as_text!($name);
    };
}

local_number!(
    /// 住民番号 (宛名番号): the city's own number of a person, up to 15 characters.
    ResidentNumber
);
local_number!(
    /// 世帯番号: the city's own number of a household, up to 15 characters.
    HouseholdNumber
);
