//! The encodings that files come in, and telling them apart.

use std::borrow::Cow;

use encoding_rs::{SHIFT_JIS, UTF_16BE, UTF_16LE};

/// How a file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Found out from the beginning of the file.
    #[default]
    Auto,
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// CP932 (Windows-31J).
    Cp932,
    /// UTF-16 or UCS-2, the low byte first.
    Utf16Le,
    /// UTF-16 or UCS-2, the high byte first.
    Utf16Be,
}

/// A name of no encoding that files come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("文字コードは auto、utf-8、cp932、utf-16le、utf-16be のいずれかです / the encoding is auto, utf-8, cp932, utf-16le or utf-16be")]
pub struct UnknownEncoding;

impl std::str::FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        match name {
            "auto" => Ok(Self::Auto),
            "utf-8" => Ok(Self::Utf8),
            "cp932" => Ok(Self::Cp932),
            "utf-16le" | "ucs-2le" => Ok(Self::Utf16Le),
            "utf-16be" | "ucs-2be" => Ok(Self::Utf16Be),
            _ => Err(UnknownEncoding),
        }
    }
}

/// Its name, as it is told.
impl std::fmt::Display for Encoding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Utf8 => "utf-8",
            Self::Cp932 => "cp932",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        })
    }
}

/// A byte-order mark and what it tells.
const MARKS: [(&[u8], Encoding); 3] =
    [(b"\xef\xbb\xbf", Encoding::Utf8), (b"\xff\xfe", Encoding::Utf16Le), (b"\xfe\xff", Encoding::Utf16Be)];

/// The encoding of a file that begins with `head`, and how many bytes of it are a byte-order mark. A stray byte decides nothing: the encoding
/// is the one in which more lines can be read.
pub(crate) fn detect(head: &[u8], told: Encoding) -> (Encoding, usize) {
    let mark = MARKS.iter().find(|(mark, encoding)| head.starts_with(mark) && (told == Encoding::Auto || told == *encoding));
    match (mark, told) {
        (Some((mark, encoding)), _) => (*encoding, mark.len()),
        (None, Encoding::Auto) => (by_zeros(head).unwrap_or_else(|| by_lines(head)), 0),
        (None, told) => (told, 0),
    }
}

/// UTF-16 without a mark: in its heading row every comma and end of line has a zero byte, on one side alone. What follows may have lost a byte.
fn by_zeros(head: &[u8]) -> Option<Encoding> {
    let end = head.iter().position(|byte| *byte == b'\n').map_or(head.len(), |at| (at + 2).min(head.len()));
    let zeros = |at: usize| head.iter().take(end).skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even.max(odd) < 2 || even.max(odd) <= 3 * even.min(odd) {
        return None;
    }
    Some(if odd > even { Encoding::Utf16Le } else { Encoding::Utf16Be })
}

fn by_lines(head: &[u8]) -> Encoding {
    let (mut utf8, mut cp932) = (0_usize, 0_usize);
    // The last line may be cut off in the middle of a character.
    let end = head.iter().rposition(|byte| *byte == b'\n').unwrap_or(head.len());
    for line in head.get(..end).unwrap_or_default().split(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
        if std::str::from_utf8(line).is_ok() {
            utf8 += 1;
        } else if !SHIFT_JIS.decode_without_bom_handling(line).1 {
            cp932 += 1;
        }
    }
    if cp932 > utf8 { Encoding::Cp932 } else { Encoding::Utf8 }
}

/// A line as text. What means nothing in the encoding becomes U+FFFD.
pub(crate) fn decode(line: &[u8], encoding: Encoding) -> Cow<'_, str> {
    match encoding {
        Encoding::Auto | Encoding::Utf8 => String::from_utf8_lossy(line),
        Encoding::Cp932 => SHIFT_JIS.decode_without_bom_handling(line).0,
        Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling(line).0,
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling(line).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn an_encoding_is_told_by_the_name_that_it_tells() {
        for encoding in [Encoding::Auto, Encoding::Utf8, Encoding::Cp932, Encoding::Utf16Le, Encoding::Utf16Be] {
            assert_eq!(encoding.to_string().parse(), Ok(encoding));
        }
        assert_eq!("ucs-2le".parse(), Ok(Encoding::Utf16Le));
        assert!("sjis".parse::<Encoding>().unwrap_err().to_string().contains("のいずれかです"));
    }

    #[test]
    fn r_reg_1_encodings_are_told_apart_with_and_without_a_mark() {
        let text = "住民番号,氏名\r\n1,髙橋①\r\n";
        let (cp932, _, _) = SHIFT_JIS.encode(text);
        assert_eq!(detect(&cp932, Encoding::Auto), (Encoding::Cp932, 0));
        assert_eq!(detect(text.as_bytes(), Encoding::Auto), (Encoding::Utf8, 0));
        assert_eq!(detect(format!("\u{feff}{text}").as_bytes(), Encoding::Auto), (Encoding::Utf8, 3));
        assert_eq!(detect(&utf16(text, u16::to_le_bytes), Encoding::Auto), (Encoding::Utf16Le, 0));
        assert_eq!(detect(&utf16(text, u16::to_be_bytes), Encoding::Auto), (Encoding::Utf16Be, 0));
        assert_eq!(detect(&utf16(&format!("\u{feff}{text}"), u16::to_le_bytes), Encoding::Auto), (Encoding::Utf16Le, 2));
        assert_eq!(detect(&utf16(&format!("\u{feff}{text}"), u16::to_be_bytes), Encoding::Auto), (Encoding::Utf16Be, 2));
        assert_eq!(detect(b"a,b\n1,2\n", Encoding::Auto), (Encoding::Utf8, 0));
    }

    #[test]
    fn r_reg_1_a_stray_byte_does_not_turn_a_file_into_another_encoding() {
        let mut head = "住民番号,氏名\n1,見本\n".as_bytes().to_vec();
        head.extend_from_slice(b"2,\x83\x65\n\xff,x\n");
        head.extend_from_slice("3,見本\n4,見本\n".as_bytes());
        assert_eq!(detect(&head, Encoding::Auto).0, Encoding::Utf8);
    }

    #[test]
    fn what_is_told_holds_against_what_the_file_looks_like() {
        assert_eq!(detect("見本\n".as_bytes(), Encoding::Cp932), (Encoding::Cp932, 0));
        assert_eq!(decode(b"a\x81\xffb,\x82", Encoding::Cp932), "a\u{fffd}b,\u{fffd}");
    }
}
