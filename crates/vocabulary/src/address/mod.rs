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

#[cfg(test)]
mod tests {
    use super::*;

    fn block(input: &str) -> String {
        let mut out = String::new();
        normalise_block(input, &mut out);
        out
    }

    #[test]
    fn ways_to_write_a_place_become_one() {
        for written in [
            "みほん市青葉町3丁目12番5号",
            "みほん市青葉町三丁目１２番５号",
            "みほん市青葉町三丁目十二番五号",
            "みほん市青葉町3-12-5",
            "みほん市青葉町３－１２－５",
            "みほん市青葉町３−１２−５",
            "みほん市青葉町三ー十二ー五",
            "みほん市青葉町3の12の5",
            "みほん市青葉町3丁目12-5",
            "みほん市青葉町3丁目12番地5",
            "みほん市青葉町3丁目12番地の5",
            "みほん県みほん市青葉町3丁目12番5号",
            "みほん市 青葉町 3丁目 12番5号",
            "みほん市大字青葉町3丁目12番5号",
            "みほん市青葉町03-012-05",
        ] {
            assert_eq!(normalised(written), "みほん市青葉町3-12-5", "{written}");
            assert_eq!(block(written), "みほん市青葉町3-12-5", "{written}");
        }
    }

    #[test]
    fn what_follows_the_numbers_is_set_apart() {
        for written in
            ["青葉町3丁目12番5号 みほんハイツ101号室", "青葉町3-12-5みほんハイツ１０１号", "青葉町３－１２－５　みほんハイツ 101"]
        {
            assert_eq!(normalised(written), "青葉町3-12-5 みほんハイツ101", "{written}");
            assert_eq!(block(written), "青葉町3-12-5");
        }
        assert_eq!(block("青葉町3-12-5 第2コーポ"), "青葉町3-12-5");
    }

    #[test]
    fn numbers_in_names_of_towns_stay_names() {
        for (written, folded) in [
            ("一番町3丁目4番", "1番町3-4"),
            ("１番町３－４", "1番町3-4"),
            ("三番丁5番地", "3番丁5"),
            ("八丁堀2-1", "八丁堀2-1"),
            ("五十嵐二の町8050", "五十嵐二の町8050"),
            ("千代田四丁目1番1号", "千代田4-1-1"),
            ("三本木百合丘12番地", "三本木百合丘12"),
            ("北三条西五丁目", "北3条西5"),
            ("北3条西5丁目7番地", "北3条西5-7"),
            ("二ノ宮1丁目", "二の宮1"),
            ("霞が関1-2", "霞ケ関1-2"),
            ("霞ヶ関一丁目２", "霞ケ関1-2"),
            ("山県市高木1000番地1", "山県市高木1000-1"),
            ("青葉町三丁目", "青葉町3"),
            ("四ッ谷1-2", "四ツ谷1-2"),
        ] {
            assert_eq!(normalised(written), folded, "{written}");
        }
    }

    #[test]
    fn variants_width_and_prefecture_make_no_difference() {
        assert_eq!(normalised("東京都渋谷區惠比壽１丁目"), normalised("渋谷区恵比寿1丁目"));
        assert_eq!(strip_prefecture("みほん県みほん市"), "みほん市");
        assert_eq!(strip_prefecture("京都府京都市"), "京都市");
        assert_eq!(strip_prefecture("県"), "県");
        assert_eq!(strip_municipality("みほん市青葉町3-1", "みほん市"), "青葉町3-1");
        assert_eq!(strip_municipality("青葉町3-1", "みほん市"), "青葉町3-1");
    }

    #[test]
    fn normalising_twice_is_normalising_once() {
        for written in [
            "みほん市青葉町三丁目１２番地の５ みほんハイツA棟２０１号室",
            "一番町三丁目",
            "北三条西五丁目",
            "大字青葉字上野12番地",
            "",
            "番地",
            "１－",
            "-",
        ] {
            let once = normalised(written);
            assert_eq!(normalised(&once), once, "{written}");
        }
    }

    #[test]
    fn no_text_breaks_it_and_the_block_is_what_the_whole_begins_with() {
        let entropy = crate::SeededEntropy::new(3);
        let letters: Vec<char> = "0三十百番地号丁目のー- 大字条町青ﾞﾊ１".chars().collect();
        let mut bytes = [0; 24];
        for _ in 0..20_000 {
            crate::Entropy::fill(&entropy, &mut bytes);
            let text: String = bytes.iter().map(|&byte| letters[usize::from(byte) % letters.len()]).collect();
            assert!(normalised(&text).starts_with(&block(&text)), "{text}");
        }
    }
}
