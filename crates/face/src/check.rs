//! What is wrong with a page: for the tests of every system's samples.

mod markup;
mod rules;

use markup::{Piece, pieces};

/// What keeps this page from being read by everybody, or lets something run in it; empty for a good page. Each line says what and where.
pub fn problems(html: &str) -> Vec<String> {
    match pieces(html) {
        Ok(pieces) => rules::ALL.iter().flat_map(|rule| rule(&pieces)).collect(),
        Err(problem) => vec![problem],
    }
}

/// The words of a page as a reader hears them, without markup; for tests that look for a value.
pub fn words(html: &str) -> String {
    let pieces = pieces(html).unwrap_or_default();
    let texts = pieces.iter().filter_map(|piece| match piece {
        Piece::Text(text) if !text.trim().is_empty() => Some(text.trim()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}
