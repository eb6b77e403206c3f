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
        _ if characters::is_selector(c) || characters::is_invisible(c) || width::is_voicing(c) => {}
        '\0'..='\u{7F}' => out.push(c.to_ascii_uppercase()),
        _ => out.push(variant::fold(c)),
    });
}

#[cfg(test)]
mod tests {
    use crate::text::folded_name;

    #[test]
    fn names_that_are_written_alike_fold_to_one() {
        for (written, folded) in [
            ("髙橋 花子", "高橋花子"),
            ("高𣘺　花子", "高橋花子"),
            ("渡邊 龍", "渡辺竜"),
            ("渡邉竜", "渡辺竜"),
            ("齋藤", "斎藤"),
            ("齊藤", "斎藤"),
            ("斉藤", "斎藤"),
            ("山﨑", "山崎"),
            ("葛\u{E0100}城", "葛城"),
            ("𠮷田", "吉田"),
            ("佐々木", "佐佐木"),
            ("濵田", "浜田"),
            ("廣澤 惠眞", "広沢恵真"),
            ("國分", "国分"),
            ("櫻井", "桜井"),
            ("Smith John", "SMITHJOHN"),
            ("ＳＭＩＴＨ・ＪＯＨＮ", "SMITHJOHN"),
            ("三ヶ島", "三ケ島"),
            ("\u{FA19}谷", "神谷"),
        ] {
            assert_eq!(folded_name(written), folded, "{written}");
        }
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for written in ["ｳ ﾞ", "㋕ﾞ", "カ・゛", "佐々木 か゛く"] {
            let once = folded_name(written);
            assert_eq!(folded_name(&once), once);
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("畑山", "畠山"), ("太田", "大田"), ("坂本", "阪本"), ("河野", "川野"), ("伊藤", "伊東"), ("はな", "ハナ")]
        {
            assert_ne!(folded_name(one), folded_name(other));
        }
    }
}
