//! What a reader counts as one character: a base with its variation selector (IVS) or combining mark.

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 200;

/// A variation selector: VS1–16, and VS17–256 which pick a glyph of an ideograph (IVS, 行政事務標準文字).
pub(crate) const fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}')
}

/// Invisible on its own: what Unicode calls default-ignorable or a control of direction, but for the selectors. A text that holds one can read like
/// another (UTR 36, UTS 55).
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E00FF}' | '\u{E01F0}'..='\u{E0FFF}')
}

/// Whether a character is not seen where it stands, or changes how those around it stand: the invisible ones and control characters, but for tabs
/// and ends of lines. The selectors that pick a glyph of a name are none.
pub fn is_unseen(c: char) -> bool {
    is_invisible(c) || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

/// A dash, minus or rule of Unicode that stands where others write a hyphen. The hyphen itself and the long mark of kana (ー) are none.
pub const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// Why somebody does something, as they said it and the record of use keeps it: up to 200 bytes, each of which can be seen. None where nothing is said.
pub fn read_reason(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|said| (1..=LONGEST_REASON).contains(&said.len()) && !said.contains(is_unseen))
}

const fn extends(c: char) -> bool {
    is_selector(c)
        || is_invisible(c)
        || matches!(c, '\u{0300}'..='\u{036F}' | '\u{3099}' | '\u{309A}' | '\u{20D0}'..='\u{20F0}' | '\u{FE20}'..='\u{FE2F}')
}

/// How many characters a reader counts; limits of the interfaces ("up to 100 characters") are meant so.
pub fn count(text: &str) -> usize {
    text.chars().enumerate().filter(|&(place, c)| place == 0 || !extends(c)).count()
}

/// The characters one by one, each with its selectors and marks.
pub fn graphemes(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let end = rest.char_indices().skip(1).find(|&(_, c)| !extends(c)).map_or(rest.len(), |(at, _)| at);
        let (first, after) = rest.split_at_checked(end)?;
        rest = after;
        (!first.is_empty()).then_some(first)
    })
}

/// The text without variation selectors: every glyph variant as its base character.
pub fn strip_ivs(input: &str, out: &mut String) {
    out.clear();
    out.extend(input.chars().filter(|&c| !is_selector(c)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_with_its_selector_counts_once() {
        let name = "葛\u{E0100}城 太郎";
        assert_eq!(count(name), 5);
        assert_eq!(name.chars().count(), 6);
        assert_eq!(graphemes(name).collect::<Vec<_>>(), ["葛\u{E0100}", "城", " ", "太", "郎"]);
        assert_eq!(count(""), 0);
        assert_eq!(count("か\u{3099}"), 1);
        assert_eq!(graphemes("\u{E0100}").count(), 1);
    }

    #[test]
    fn what_disguises_a_text_is_told_from_what_picks_a_glyph() {
        for unseen in ['\u{202E}', '\u{2066}', '\u{200B}', '\u{00AD}', '\u{3164}', '\u{E0041}', '\u{0007}', '\u{0085}'] {
            assert!(is_unseen(unseen), "U+{:04X}", u32::from(unseen));
        }
        assert!(!"葛\u{E0100}城　太郎\u{FE00} ｱ゛か\u{3099}\n\t①髙".chars().any(is_unseen));
    }

    #[test]
    fn a_reason_says_something_that_can_be_seen_and_no_more_than_fits() {
        assert_eq!(read_reason(" 取込元への連絡 "), Some("取込元への連絡"));
        for none in ["", "　 ", "a\u{202E}b", &"あ".repeat(67)] {
            assert_eq!(read_reason(none), None, "{none:?}");
        }
    }

    #[test]
    fn selectors_are_dropped_and_nothing_else() {
        let mut out = "before".to_owned();
        strip_ivs("辻\u{E0101}葛\u{E0100}𠮷\u{FE00}", &mut out);
        assert_eq!(out, "辻葛𠮷");
    }
}
