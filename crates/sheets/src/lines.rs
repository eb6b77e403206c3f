//! A file as lines of text, each decoded by itself: what cannot be read in one says nothing of the next.

use std::io::{self, BufRead as _, BufReader, Chain, Cursor, Read};

use crate::encoding::{self, Encoding};

/// How much decides about the encoding.
const LOOK: u64 = 64 * 1024;
/// Bytes of a line that are kept. No row of a register is as long; what has no ends of lines is not held in memory whole.
const LONGEST: usize = 1 << 20;

/// The lines of a file.
pub(crate) struct Lines<R> {
    input: BufReader<Chain<Cursor<Vec<u8>>, R>>,
    pub(crate) encoding: Encoding,
    /// CR where the file has no LF.
    end: u8,
    raw: Vec<u8>,
}

/// One line of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    /// Without its end.
    pub(crate) text: String,
    /// Where it stands, from 1.
    pub(crate) number: u64,
}

impl<R: Read> Lines<R> {
    pub(crate) fn open(mut input: R, told: Encoding) -> io::Result<Lines<R>> {
        let mut head = Vec::new();
        Read::by_ref(&mut input).take(LOOK).read_to_end(&mut head)?;
        let (encoding, mark) = encoding::detect(&head, told);
        let end = if head.contains(&b'\n') || !head.contains(&b'\r') { b'\n' } else { b'\r' };
        let mut head = Cursor::new(head);
        head.set_position(mark as u64);
        Ok(Lines { input: BufReader::with_capacity(1 << 18, head.chain(input)), encoding, end, raw: Vec::new() })
    }

    /// How the file begins, before a line was read.
    pub(crate) fn beginning(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }

    /// The file's bytes that were not read yet, up to `most` of them.
    pub(crate) fn rest(&mut self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Read::by_ref(&mut self.input).take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Reads the next line into `line` → whether there was one.
    pub(crate) fn next(&mut self, line: &mut Line) -> io::Result<bool> {
        if !self.read()? {
            return Ok(false);
        }
        line.number += 1;
        line.text.clear();
        line.text.push_str(&encoding::decode(&self.raw, self.encoding));
        let ends = |text: &str, end: char| text.ends_with(end);
        if ends(&line.text, char::from(self.end)) {
            line.text.pop();
        }
        if self.end == b'\n' && ends(&line.text, '\r') {
            line.text.pop();
        }
        Ok(true)
    }

    /// The bytes of the next line with its end. In every encoding of more than one byte a character holds no byte of an end of line, but in
    /// UTF-16, where the byte beside it must be zero; looked for at odd places too, so that a lost byte costs one line.
    fn read(&mut self) -> io::Result<bool> {
        self.raw.clear();
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(!self.raw.is_empty());
            }
            let found = memchr::memchr(self.end, buffer);
            let count = found.map_or(buffer.len(), |at| at + 1);
            let kept = count.min(LONGEST.saturating_sub(self.raw.len()));
            self.raw.extend_from_slice(buffer.get(..kept).unwrap_or_default());
            self.input.consume(count);
            let ended = found.is_some()
                && match self.encoding {
                    Encoding::Utf16Le => self.input.fill_buf()?.first() == Some(&0),
                    Encoding::Utf16Be => self.raw.len() > 1 && self.raw.get(self.raw.len() - 2) == Some(&0),
                    _ => true,
                };
            if ended {
                if self.encoding == Encoding::Utf16Le {
                    self.input.consume(1);
                    self.raw.push(0);
                }
                return Ok(true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], told: Encoding) -> Vec<String> {
        let (mut lines, mut line, mut all) = (Lines::open(bytes, told).unwrap(), Line::default(), Vec::new());
        while lines.next(&mut line).unwrap() {
            assert_eq!(line.number, all.len() as u64 + 1);
            all.push(line.text.clone());
        }
        all
    }

    #[test]
    fn lines_end_in_lf_cr_lf_or_cr_and_the_last_in_nothing() {
        for text in ["a\n\nb", "a\r\n\r\nb", "a\r\rb", "a\n\nb\n"] {
            assert_eq!(all(text.as_bytes(), Encoding::Auto), ["a", "", "b"], "{text:?}");
        }
    }

    #[test]
    fn r_reg_1_a_lost_byte_of_utf16_costs_its_line_alone() {
        let lines = ["住民番号,氏名\r\n", "1,一乙\r\n", "2,見本\r\n", "3,見本\r\n"];
        for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let mut file: Vec<u8> = Vec::new();
            for (at, line) in lines.iter().enumerate() {
                let line: Vec<u8> = line.encode_utf16().flat_map(bytes).collect();
                file.extend_from_slice(&line[usize::from(at == 2)..]);
            }
            let read = all(&file, Encoding::Auto);
            assert_eq!((read[1].as_str(), read[3].as_str()), ("1,一乙", "3,見本"));
            assert!(read[2].contains('\u{fffd}') || read[2] != "2,見本", "{read:?}");
        }
    }

    #[test]
    fn a_file_without_ends_of_lines_is_not_held_whole() {
        let line = all(&vec![b'a'; 3 << 20], Encoding::Auto);
        assert_eq!((line.len(), line[0].len()), (1, LONGEST));
    }
}
