//! Kana as it is compared, and the ways it is written elsewhere.

use super::{characters, width};

/// Full width, katakana, small as large (ャ→ヤ, ッ→ツ), ヴ→ブ ヂ→ジ ヅ→ズ ヰ→イ ヱ→エ ヲ→オ; long marks, hyphens, dots and blanks dropped;
/// letters as capitals.
pub fn fold_kana(input: &str, out: &mut String) {
    out.clear();
    width::each(input, |c| {
        let c = match c {
            'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            _ => c,
        };
        match c {
            'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
                out.push(char::from_u32(u32::from(c) + 1).unwrap_or(c))
            }
            'ヂ' => out.push('ジ'),
            'ヅ' => out.push('ズ'),
            'ヴ' => out.push('ブ'),
            'ヰ' => out.push('イ'),
            'ヱ' => out.push('エ'),
            'ヲ' => out.push('オ'),
            'ヵ' => out.push('カ'),
            'ヶ' => out.push('ケ'),
            'ヷ' => out.push('バ'),
            'ヸ' => out.push('ビ'),
            'ヹ' => out.push('ベ'),
            'ヺ' => out.push('ボ'),
            'ヽ' | 'ゝ' => out.extend(out.chars().next_back()),
            'ヾ' | 'ゞ' => out.extend(out.chars().next_back().map(voiced)),
            'ー' | ' ' | '\t' | '・' | '.' | ',' | '、' | '。' | '\'' | '’' | '-' | '~' | '〜' | '_' | '·' => {}
            _ if characters::is_dash(c) => {}
            _ if characters::is_selector(c) || characters::is_invisible(c) || width::is_voicing(c) => {}
            _ => out.push(c.to_ascii_uppercase()),
        }
    });
}

/// A repeated kana with its voicing, as it is compared.
fn voiced(c: char) -> char {
    match width::voice(c) {
        Some('ヂ') => 'ジ',
        Some('ヅ') => 'ズ',
        Some('ヴ') => 'ブ',
        voiced => voiced.unwrap_or(c),
    }
}

/// Katakana as hiragana, for forms that ask for it; everything else as it is.
pub fn hiragana(input: &str, out: &mut String) {
    out.clear();
    width::each(input, |c| {
        out.push(match c {
            'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
            _ => c,
        });
    });
}

/// Half-width katakana with separate voicing marks, as old files and claims carry it.
pub fn half_width(input: &str, out: &mut String) {
    out.clear();
    width::each(input, |c| {
        let c = match c {
            'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            _ => c,
        };
        if let Some(half) = width::to_half(c) {
            out.push(half);
            return;
        }
        let unmarked = |steps: u32| char::from_u32(u32::from(c) - steps);
        if let Some(base) = unmarked(1).filter(|&base| width::voice(base) == Some(c)).and_then(width::to_half) {
            out.extend([base, 'ﾞ']);
        } else if let Some(base) = unmarked(2).filter(|&base| width::half_voice(base) == Some(c)).and_then(width::to_half) {
            out.extend([base, 'ﾟ']);
        } else if c == 'ヴ' {
            out.push_str("ｳﾞ");
        } else {
            out.push(c);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::folded_kana;

    #[test]
    fn all_ways_to_write_a_reading_fold_to_one() {
        for (written, folded) in [
            ("ｼﾞｭﾝｲﾁﾛｳ", "ジユンイチロウ"),
            ("じゅんいちろう", "ジユンイチロウ"),
            ("ジュン イチロウ", "ジユンイチロウ"),
            ("ジュン　イチロウ", "ジユンイチロウ"),
            ("ヂュンイチロウ", "ジユンイチロウ"),
            ("ハットリ", "ハツトリ"),
            ("シヅカ", "シズカ"),
            ("みつゞ", "ミツズ"),
            ("オーノ", "オノ"),
            ("ｵｰﾉ", "オノ"),
            ("スミス・ジョン", "スミスジヨン"),
            ("ヴィクトル", "ブイクトル"),
            ("カヲル", "カオル"),
            ("Smith", "SMITH"),
            ("いすゞ", "イスズ"),
        ] {
            assert_eq!(folded_kana(written), folded, "{written}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for written in ["ｼﾞｭﾝｲﾁﾛｳ", "ヴァレンチーナ", "みつゞ", "マリー＝アン", "ｶﾞｷﾞｸﾞ", "ｳ ﾞ", "㋕ﾞ", "カー゛ハ・゜"]
        {
            let once = folded_kana(written);
            assert_eq!(folded_kana(&once), once);
        }
    }

    #[test]
    fn hiragana_and_half_width_are_written_for_forms() {
        let mut out = String::new();
        hiragana("ミホン ダイスケ", &mut out);
        assert_eq!(out, "みほん だいすけ");
        half_width("みほん ダイスケ ヴパー", &mut out);
        assert_eq!(out, "ﾐﾎﾝ ﾀﾞｲｽｹ ｳﾞﾊﾟｰ");
    }
}
