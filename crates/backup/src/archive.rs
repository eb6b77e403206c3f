//! Parts one after another in a stream: the length of the name in two bytes and the name, then frames, each with its length in four bytes before it,
//! and a frame of none at the end. A name of no length ends the archive. Numbers have their high byte first.

use std::io::{self, ErrorKind, Read, Write};

use crate::Content;
use crate::digested::Digested;

const FRAME: usize = 65_536;

/// A part that is being written.
pub(crate) struct PartWriter<'a, W> {
    to: &'a mut W,
    seen: Digested,
}

impl<W: Write> Write for PartWriter<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (frame, _) = bytes.split_at(bytes.len().min(FRAME));
        if !frame.is_empty() {
            self.to.write_all(&u32::try_from(frame.len()).unwrap_or_default().to_be_bytes())?;
            self.to.write_all(frame)?;
            self.seen.take(frame);
        }
        Ok(frame.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Begins a part.
pub(crate) fn begin_part<'a, W: Write>(to: &'a mut W, name: &str) -> io::Result<PartWriter<'a, W>> {
    let length = u16::try_from(name.len()).ok().filter(|length| *length > 0).ok_or(ErrorKind::InvalidInput)?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(name.as_bytes())?;
    Ok(PartWriter { to, seen: Digested::default() })
}

impl<W: Write> PartWriter<'_, W> {
    /// Ends it.
    pub(crate) fn end(self) -> io::Result<Content> {
        self.to.write_all(&[0; 4])?;
        Ok(self.seen.content())
    }
}

/// Ends the archive.
pub(crate) fn end(to: &mut impl Write) -> io::Result<()> {
    to.write_all(&[0; 2])
}

/// A part that is being read.
pub(crate) struct PartReader<'a, R> {
    from: &'a mut R,
    /// Bytes of the frame that are not read yet.
    left: usize,
    is_over: bool,
    seen: Digested,
}

impl<R: Read> Read for PartReader<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 && !self.is_over && !into.is_empty() {
            let mut length = [0; 4];
            self.from.read_exact(&mut length)?;
            self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
            self.is_over = self.left == 0;
        }
        let most = into.len().min(self.left);
        let (into, _) = into.split_at_mut(most);
        let count = self.from.read(into)?;
        if count == 0 && most > 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.left -= count;
        let (read, _) = into.split_at(count);
        self.seen.take(read);
        Ok(count)
    }
}

impl<R: Read> PartReader<'_, R> {
    /// Reads what is left of it.
    pub(crate) fn end(mut self) -> io::Result<Content> {
        io::copy(&mut self, &mut io::sink())?;
        Ok(self.seen.content())
    }
}

/// The next part; none at the end, after which nothing may come.
pub(crate) fn next_part<'a, R: Read>(from: &'a mut R) -> io::Result<Option<(String, PartReader<'a, R>)>> {
    let mut length = [0; 2];
    from.read_exact(&mut length)?;
    let mut name = vec![0; usize::from(u16::from_be_bytes(length))];
    from.read_exact(&mut name)?;
    if name.is_empty() {
        return if from.read(&mut [0])? == 0 { Ok(None) } else { Err(ErrorKind::InvalidData.into()) };
    }
    let name = String::from_utf8(name).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    Ok(Some((name, PartReader { from, left: 0, is_over: false, seen: Digested::default() })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_were_written_with_their_digests() {
        let long: Vec<u8> = (0..200_000_u32).map(|at| (at % 253) as u8).collect();
        let parts: [(&str, &[u8]); 3] = [("empty", b""), ("long", &long), ("short", b"short")];
        let mut bytes = Vec::new();
        let mut written = Vec::new();
        for (name, content) in parts {
            let mut part = begin_part(&mut bytes, name).unwrap();
            part.write_all(content).unwrap();
            written.push(part.end().unwrap());
        }
        end(&mut bytes).unwrap();
        let mut from = bytes.as_slice();
        for ((name, content), written) in parts.iter().zip(&written) {
            let (read_name, mut part) = next_part(&mut from).unwrap().unwrap();
            let mut read = Vec::new();
            // Half of it is enough to know the whole.
            part.by_ref().take(content.len() as u64 / 2).read_to_end(&mut read).unwrap();
            assert_eq!((read_name.as_str(), &read[..]), (*name, &content[..content.len() / 2]));
            assert_eq!(&part.end().unwrap(), written);
        }
        assert!(next_part(&mut from).unwrap().is_none());
        bytes.push(1);
        let mut from = bytes.as_slice();
        while let Ok(Some((_, part))) = next_part(&mut from) {
            part.end().unwrap();
        }
        assert!(!bytes.is_empty() && next_part(&mut &bytes[bytes.len() - 3..]).is_err(), "nothing comes after the end");
    }
}
