//! Texts one behind another in bytes that are sealed, each behind its length in bytes: 7 bits a byte, the lowest first; the high bit says that
//! more follow.

use std::ops::Range;

/// Appends a text.
pub(crate) fn push_text(bytes: &mut Vec<u8>, text: &str) {
    let mut left = text.len();
    while left > 0x7f {
        bytes.push((left & 0x7f) as u8 | 0x80);
        left >>= 7;
    }
    bytes.push(left as u8);
    bytes.extend_from_slice(text.as_bytes());
}

/// Where the text lies whose length stands at `at`, which goes on behind it; `None` when there is none.
pub(crate) fn next_text(bytes: &[u8], at: &mut usize) -> Option<Range<usize>> {
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        length |= usize::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
    }
    let text = *at..at.checked_add(length)?;
    std::str::from_utf8(bytes.get(text.clone())?).ok()?;
    *at = text.end;
    Some(text)
}
