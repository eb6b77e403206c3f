//! Files of the city's systems: UTF-8 with or without a byte order mark, or CP932 (Windows-31J); read as UTF-8, a piece at a time.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, SHIFT_JIS};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Find out from the first 64 KiB: what is no UTF-8 is CP932.
    #[default]
    Auto,
    /// UTF-8, with or without BOM.
    Utf8,
    /// CP932 (Windows-31J).
    Cp932,
}

/// A name of no encoding that files come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("encoding is auto, utf-8 or cp932")]
pub struct UnknownEncoding;

impl std::str::FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        match name {
            "auto" => Ok(Self::Auto),
            "utf-8" => Ok(Self::Utf8),
            "cp932" => Ok(Self::Cp932),
            _ => Err(UnknownEncoding),
        }
    }
}

/// How much decides in [`Encoding::Auto`].
const LOOK: usize = 64 * 1024;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// Reads `input` as UTF-8. A byte sequence that means nothing in CP932 becomes U+FFFD, so that the row that holds it can be refused;
/// what is no UTF-8 in a UTF-8 file is left for the row's reader to refuse.
pub fn utf8<R: Read>(input: R, encoding: Encoding) -> io::Result<Text<R>> {
    let mut inner = io::BufReader::with_capacity(LOOK, input);
    let head = inner.fill_buf()?;
    let bom = head.starts_with(BOM);
    // In both encodings these bytes are never part of a character.
    let crlf = head.iter().position(|byte| *byte == b'\n').is_some_and(|at| at > 0 && head.get(at - 1) == Some(&b'\r'));
    let cp932 = match encoding {
        Encoding::Utf8 => false,
        Encoding::Cp932 => true,
        Encoding::Auto => !bom && !looks_utf8(head),
    };
    if bom {
        inner.consume(BOM.len());
    }
    Ok(Text { inner, decoder: cp932.then(|| SHIFT_JIS.new_decoder_without_bom_handling()), spare: Vec::new(), ended: false, crlf })
}

/// Valid as far as it goes: a sequence cut off by the end of the piece is no fault.
fn looks_utf8(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// A file as UTF-8.
pub struct Text<R> {
    inner: io::BufReader<R>,
    decoder: Option<Decoder>,
    /// Decoded, and not fitting into the reader's buffer.
    spare: Vec<u8>,
    ended: bool,
    crlf: bool,
}

impl<R> Text<R> {
    /// The line on which a record of this text begins, 1 for the heading row. Where lines end in CR LF, `csv` takes the LF for the beginning
    /// of the next record and counts one line too few.
    pub(crate) fn line(&self, position: Option<&csv::Position>) -> u64 {
        position.map_or(0, |position| position.line() + u64::from(self.crlf && position.record() > 0))
    }
}

impl<R> std::fmt::Debug for Text<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("cp932", &self.decoder.is_some()).finish_non_exhaustive()
    }
}

impl<R: Read> Read for Text<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.inner.read(buffer) };
        // A decoded character needs up to three bytes and a pending one comes on top: smaller buffers go through the spare.
        if !self.spare.is_empty() || buffer.len() < 16 {
            if self.spare.is_empty() {
                let mut piece = [0_u8; 256];
                let read = decode(decoder, &mut self.inner, &mut piece, &mut self.ended)?;
                self.spare.extend_from_slice(piece.get(..read).unwrap_or_default());
            }
            let count = self.spare.len().min(buffer.len());
            for (to, from) in buffer.iter_mut().zip(self.spare.drain(..count)) {
                *to = from;
            }
            return Ok(count);
        }
        decode(decoder, &mut self.inner, buffer, &mut self.ended)
    }
}

fn decode<R: Read>(decoder: &mut Decoder, inner: &mut io::BufReader<R>, buffer: &mut [u8], ended: &mut bool) -> io::Result<usize> {
    while !*ended {
        let source = inner.fill_buf()?;
        let last = source.is_empty();
        let (result, read, written, _) = decoder.decode_to_utf8(source, buffer, last);
        inner.consume(read);
        *ended = last && result == CoderResult::InputEmpty;
        if written > 0 {
            return Ok(written);
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: Encoding) -> String {
        let mut text = String::new();
        utf8(bytes, encoding).and_then(|mut reader| reader.read_to_string(&mut text)).unwrap();
        text
    }

    #[test]
    fn r_reg_1_utf8_cp932_and_a_byte_order_mark_are_told_apart() {
        let (cp932, _, _) = SHIFT_JIS.encode("住民番号,氏名\r\n1,髙橋①\r\n");
        assert_eq!(read(&cp932, Encoding::Auto), "住民番号,氏名\r\n1,髙橋①\r\n");
        assert_eq!(read("\u{feff}住民番号".as_bytes(), Encoding::Auto), "住民番号");
        assert_eq!(read("住民番号".as_bytes(), Encoding::Auto), "住民番号");
    }

    #[test]
    fn bytes_that_mean_nothing_in_cp932_show_as_the_replacement_character() {
        assert_eq!(read(b"a\x81\xffb,\x82", Encoding::Cp932), "a\u{fffd}b,\u{fffd}".to_owned());
    }

    #[test]
    fn a_reader_with_a_tiny_buffer_gets_every_byte() {
        let (cp932, _, _) = SHIFT_JIS.encode("漢字かなカナ");
        let mut reader = utf8(&*cp932, Encoding::Cp932).unwrap();
        let (mut all, mut one) = (Vec::new(), [0_u8; 1]);
        while reader.read(&mut one).unwrap() == 1 {
            all.push(one[0]);
        }
        assert_eq!(String::from_utf8(all).unwrap(), "漢字かなカナ");
    }
}
