//! The encodings of files.

use std::borrow::Cow;

use encoding_rs::SHIFT_JIS;
use vocabulary::text;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// UTF-8 without a byte-order mark, lines end in LF.
    #[default]
    Utf8,
    /// Windows-31J (CP932), lines end in CRLF, as old systems write. What it does not have is written as they do: variation selectors
    /// dropped, a variant by its common form, anything else as 〓.
    Cp932,
}

impl Encoding {
    /// The bytes of a text whose lines end in LF.
    pub(crate) fn bytes<'a>(self, text: &'a str) -> Cow<'a, [u8]> {
        match self {
            Self::Utf8 => Cow::Borrowed(text.as_bytes()),
            Self::Cp932 => Cow::Owned(cp932(text)),
        }
    }
}

fn cp932(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut stripped = String::new();
    let mut one = [0; 4];
    for line in text.split_inclusive('\n') {
        text::strip_ivs(line.trim_end_matches('\n'), &mut stripped);
        let (encoded, _, unmappable) = SHIFT_JIS.encode(&stripped);
        if unmappable {
            for c in stripped.chars() {
                bytes.extend_from_slice(&character(c, &mut one));
            }
        } else {
            bytes.extend_from_slice(&encoded);
        }
        if line.ends_with('\n') {
            bytes.extend_from_slice(b"\r\n");
        }
    }
    bytes
}

fn character(c: char, one: &mut [u8; 4]) -> Vec<u8> {
    for candidate in [c, text::fold_variant(c), '〓'] {
        let (encoded, _, unmappable) = SHIFT_JIS.encode(candidate.encode_utf8(one));
        if !unmappable {
            return encoded.into_owned();
        }
    }
    b"?".to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cp932_keeps_what_it_has_and_replaces_the_rest() {
        let bytes = Encoding::Cp932.bytes("髙﨑,葛\u{E0100}城,𠮷田,𠀀\n次\n");
        let (text, _, broken) = SHIFT_JIS.decode(&bytes);
        assert_eq!((text.as_ref(), broken), ("髙﨑,葛城,吉田,〓\r\n次\r\n", false));
    }
}
