//! Addresses as they are compared: 三丁目１２番地の５, 3丁目12番5号, ３－１２－５, 三の十二の五 … are one place and become one text, 3-12-5.
//!
//! No national rule exists for free text; the official town registry (町字) joins with the feature that needs it.

mod block;
mod place;

pub use place::{strip_municipality, strip_prefecture};

use crate::text::{fold_variant, is_invisible, is_selector, width};

/// The whole address in one spelling: prefecture and 大字 dropped, town, block numbers with hyphens, a blank, then what follows the
/// numbers (building, room).
pub fn normalise(input: &str, out: &mut String) {
    spell(input, true, out);
}

/// As [`normalise`], without what follows the block numbers: the part that buildings, rooms and their spellings do not change.
pub fn normalise_block(input: &str, out: &mut String) {
    spell(input, false, out);
}

/// [`normalise`] into a new text.
pub fn normalised(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    normalise(input, &mut out);
    out
}

fn spell(input: &str, building: bool, out: &mut String) {
    out.clear();
    let mut chars = Vec::with_capacity(input.len() / 2 + 8);
    width::each(input, |c| match c {
        '\t' => chars.push(' '),
        _ if is_selector(c) || is_invisible(c) => {}
        '\0'..='\u{7F}' => chars.push(c.to_ascii_uppercase()),
        'ッ' => chars.push('ツ'),
        _ => chars.push(fold_variant(c)),
    });
    let chars = place::without_prefecture(chars.trim_ascii_blanks());
    let rest = block::write(chars, out);
    if building && !rest.is_empty() {
        block::write_building(rest, out);
    }
}

/// Blanks at both ends of a folded text.
trait TrimBlanks {
    fn trim_ascii_blanks(&self) -> &[char];
}

impl TrimBlanks for [char] {
    fn trim_ascii_blanks(&self) -> &[char] {
        let mut rest = self;
        while let [' ', inner @ ..] | [inner @ .., ' '] = rest {
            rest = inner;
        }
        rest
    }
}
