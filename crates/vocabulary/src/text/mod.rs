//! Names and kana as they are compared: width, kana, variant characters. The functions write into the caller's buffer (what was in it is
//! replaced), look every character up in a table and allocate nothing themselves: they run over a whole city.
//!
//! No national rule for comparison exists; these are ours: NFKC where it changes the width, hiragana as katakana, small kana as large,
//! ヴ ヂ ヅ ヲ as ブ ジ ズ オ, long marks and blanks dropped, characters folded to the first of their line in `data/variants.txt`.

mod characters;
mod digits;
mod kana;
mod name;
pub(crate) mod numeral;
mod variant;
pub(crate) mod width;

pub use characters::{count, graphemes, is_dash, is_unseen, read_reason, strip_ivs};
pub(crate) use characters::{is_invisible, is_selector};
pub use digits::fold_digits;
pub use kana::{fold_kana, half_width, hiragana};
pub use name::fold_name;
pub use variant::{fold as fold_variant, siblings};
pub use width::fold_width;

/// [`fold_name`] into a new text.
pub fn folded_name(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    fold_name(input, &mut out);
    out
}

/// [`fold_kana`] into a new text.
pub fn folded_kana(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    fold_kana(input, &mut out);
    out
}

/// [`fold_width`] into a new text.
pub fn folded_width(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    fold_width(input, &mut out);
    out
}
