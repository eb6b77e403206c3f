//! One width: ASCII for letters and digits, full width for kana.

use unicode_normalization::UnicodeNormalization;

/// Full width for U+FF61–U+FF9F in their order.
const HALF_KANA: [char; 63] = [
    '。', '「', '」', '、', '・', 'ヲ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ャ', 'ュ', 'ョ', 'ッ', 'ー', 'ア', 'イ', 'ウ', 'エ', 'オ', 'カ',
    'キ', 'ク', 'ケ', 'コ', 'サ', 'シ', 'ス', 'セ', 'ソ', 'タ', 'チ', 'ツ', 'テ', 'ト', 'ナ', 'ニ', 'ヌ', 'ネ', 'ノ', 'ハ', 'ヒ', 'フ',
    'ヘ', 'ホ', 'マ', 'ミ', 'ム', 'メ', 'モ', 'ヤ', 'ユ', 'ヨ', 'ラ', 'リ', 'ル', 'レ', 'ロ', 'ワ', 'ン', '゛', '゜',
];

/// NFKC where it changes the width: letters and digits become ASCII, half-width kana full width with their voicing marks joined, the
/// ideographic blank a blank; compatibility ideographs and radicals become the plain ones.
pub fn fold_width(input: &str, out: &mut String) {
    out.clear();
    each(input, |c| out.push(c));
}

/// Calls `take` with every character of the folded text.
#[inline]
pub(crate) fn each(input: &str, mut take: impl FnMut(char)) {
    let mut chars = input.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\0'..='\u{7F}' => {
                take(c);
                continue;
            }
            '\u{4E00}'..='\u{9FFF}' => {
                take(c);
                continue;
            }
            '\u{3041}'..='\u{30FF}' => c,
            '\u{3000}' | '\u{A0}' => {
                take(' ');
                continue;
            }
            '\u{FF01}'..='\u{FF5E}' => {
                take(char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c));
                continue;
            }
            '\u{FF61}'..='\u{FF9F}' => {
                let place = u32::from(c) - 0xFF61;
                usize::try_from(place).ok().and_then(|place| HALF_KANA.get(place)).copied().unwrap_or(c)
            }
            '\u{2100}'..='\u{218F}'
            | '\u{2460}'..='\u{24FF}'
            | '\u{2F00}'..='\u{2FD5}'
            | '\u{3200}'..='\u{33FF}'
            | '\u{F900}'..='\u{FB06}'
            | '\u{FFE0}'..='\u{FFE6}'
            | '\u{2F800}'..='\u{2FA1F}' => {
                let mut plain = core::iter::once(c).nfkc();
                let mut last = plain.next().unwrap_or(c);
                for next in plain {
                    take(std::mem::replace(&mut last, next));
                }
                last
            }
            _ => {
                take(c);
                continue;
            }
        };
        let voiced = match chars.peek() {
            Some('\u{FF9E}' | '\u{3099}' | '゛') => voice(c),
            Some('\u{FF9F}' | '\u{309A}' | '゜') => half_voice(c),
            _ => None,
        };
        if voiced.is_some() {
            chars.next();
        }
        take(voiced.unwrap_or(c));
    }
}

/// A voicing mark that joined no kana. It says nothing where texts are compared, and would join one at a second folding.
pub(crate) fn is_voicing(c: char) -> bool {
    matches!(c, '゛' | '゜' | '\u{3099}' | '\u{309A}')
}

/// カ + ゛ → ガ, for both syllabaries.
pub(crate) fn voice(c: char) -> Option<char> {
    match c {
        'ウ' => Some('ヴ'),
        'う' => Some('ゔ'),
        'カ' | 'キ' | 'ク' | 'ケ' | 'コ' | 'サ' | 'シ' | 'ス' | 'セ' | 'ソ' | 'タ' | 'チ' | 'ツ' | 'テ' | 'ト' | 'ハ' | 'ヒ' | 'フ'
        | 'ヘ' | 'ホ' | 'か' | 'き' | 'く' | 'け' | 'こ' | 'さ' | 'し' | 'す' | 'せ' | 'そ' | 'た' | 'ち' | 'つ' | 'て' | 'と' | 'は'
        | 'ひ' | 'ふ' | 'へ' | 'ほ' => char::from_u32(u32::from(c) + 1),
        _ => None,
    }
}

/// ハ + ゜ → パ, for both syllabaries.
pub(crate) fn half_voice(c: char) -> Option<char> {
    match c {
        'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ' | 'は' | 'ひ' | 'ふ' | 'へ' | 'ほ' => char::from_u32(u32::from(c) + 2),
        _ => None,
    }
}

/// The half-width form of a full-width kana or mark that has one.
pub(crate) fn to_half(c: char) -> Option<char> {
    if !matches!(c, '\u{3001}'..='\u{30FF}') {
        return None;
    }
    let place = HALF_KANA.iter().position(|&full| full == c)?;
    char::from_u32(0xFF61 + u32::try_from(place).ok()?)
}

#[cfg(test)]
mod tests {
    use crate::text::folded_width;

    #[test]
    fn half_width_kana_becomes_full_with_its_voicing_joined() {
        assert_eq!(folded_width("ﾐﾎﾝ ﾀﾞｲｽｹ"), "ミホン ダイスケ");
        assert_eq!(folded_width("ﾊﾟﾋﾟﾌﾞｳﾞｧｰ｡｢｣､･"), "パピブヴァー。「」、・");
        assert_eq!(folded_width("か\u{3099}は\u{309A}カ゛"), "がぱガ");
        assert_eq!(folded_width("ｱﾞﾞ"), "ア゛゛");
        assert_eq!(folded_width("㋕ﾞ"), "ガ");
    }

    #[test]
    fn letters_digits_and_blanks_become_ascii() {
        assert_eq!(folded_width("ＡＢｃ１２３　－（）"), "ABc123 -()");
        assert_eq!(folded_width("①㈱Ⅳ㍻"), "1(株)IV平成");
    }

    #[test]
    fn compatibility_ideographs_become_the_plain_ones() {
        assert_eq!(folded_width("\u{FA19}\u{FA1B}\u{2FBC}"), "神福高");
    }

    #[test]
    fn every_character_with_a_half_width_form_comes_back() {
        let mut half = String::new();
        for c in ('ァ'..='ヶ').filter(|c| !matches!(c, 'ヮ' | 'ヰ' | 'ヱ' | 'ヵ' | 'ヶ')) {
            crate::text::half_width(&c.to_string(), &mut half);
            assert_ne!(half, c.to_string());
            assert_eq!(folded_width(&half), c.to_string());
        }
    }
}
