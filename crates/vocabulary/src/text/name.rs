//! Names as they are compared.

use super::{characters, variant, width};

/// One width, no blanks, dots or hyphens, no variation selectors, 々 written out, variant characters folded, letters as capitals.
///
/// What folds to the same text is *written* alike; it says nothing about being the same person.
pub fn fold_name(input: &str, out: &mut String) {
    out.clear();
    width::each(input, |c| match c {
        '\u{4E00}'..='\u{9FFF}' => out.push(variant::fold(c)),
        'ぁ'..='ん' | 'ァ'..='ヴ' => out.push(c),
        '々' | '〻' => out.extend(out.chars().next_back()),
        'ヵ' => out.push('カ'),
        'ヶ' => out.push('ケ'),
        ' ' | '\t' | '・' | '·' | '.' | ',' | '、' | '。' | '\'' | '’' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
        _ if characters::is_selector(c) || characters::is_invisible(c) => {}
        '\0'..='\u{7F}' => out.push(c.to_ascii_uppercase()),
        _ => out.push(variant::fold(c)),
    });
}
