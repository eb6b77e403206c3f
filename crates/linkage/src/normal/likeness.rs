//! How alike two folded words are: the same, one slip away, or other words.

/// What the comparison of one word says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Likeness {
    Same,
    Near,
    Other,
    /// One side says nothing.
    Absent,
}

/// Compares two folded kana words. Near: one character added, lost or replaced, two neighbours exchanged, or the same once voicing marks
/// and long vowels are ignored (コウノ / カワノ are other, オオノ / オウノ / オノ, ヤマザキ / ヤマサキ are near).
pub(crate) fn kana_likeness(left: &str, right: &str) -> Likeness {
    if left.is_empty() || right.is_empty() {
        return Likeness::Absent;
    }
    if left == right {
        return Likeness::Same;
    }
    if one_edit(left, right, 3) || skeleton(left).eq(skeleton(right)) { Likeness::Near } else { Likeness::Other }
}

/// Compares two folded words in kanji or letters. Near: one character of at least two replaced, added or lost.
pub(crate) fn word_likeness(left: &str, right: &str) -> Likeness {
    if left.is_empty() || right.is_empty() {
        return Likeness::Absent;
    }
    if left == right {
        return Likeness::Same;
    }
    if one_edit(left, right, 2) { Likeness::Near } else { Likeness::Other }
}

/// One insertion, deletion, replacement or exchange of neighbours, where the longer word has at least `least` characters.
fn one_edit(left: &str, right: &str, least: usize) -> bool {
    let (left_rest, right_rest, same) = residue(left, right);
    let (left_count, right_count) = (left_rest.chars().count(), right_rest.chars().count());
    if same + left_count.max(right_count) < least {
        return false;
    }
    match (left_count, right_count) {
        (1, 1 | 0) | (0, 1) => true,
        (2, 2) => left_rest.chars().eq(right_rest.chars().rev()),
        _ => false,
    }
}

/// What is left of two words without their common beginning and end, and how many characters those had.
fn residue<'l, 'r>(left: &'l str, right: &'r str) -> (&'l str, &'r str, usize) {
    let mut same = 0usize;
    let (mut left_chars, mut right_chars) = (left.chars(), right.chars());
    loop {
        let (left_before, right_before) = (left_chars.clone(), right_chars.clone());
        match (left_chars.next(), right_chars.next()) {
            (Some(a), Some(b)) if a == b => same += 1,
            _ => {
                (left_chars, right_chars) = (left_before, right_before);
                break;
            }
        }
    }
    loop {
        let (left_before, right_before) = (left_chars.clone(), right_chars.clone());
        match (left_chars.next_back(), right_chars.next_back()) {
            (Some(a), Some(b)) if a == b => same += 1,
            _ => return (left_before.as_str(), right_before.as_str(), same),
        }
    }
}

/// The kana without voicing marks and without the vowels that only lengthen.
fn skeleton(kana: &str) -> impl Iterator<Item = char> + '_ {
    let mut before = '\0';
    kana.chars().filter_map(move |character| {
        let plain = unvoiced(character);
        let lengthens =
            matches!(plain, 'ウ' | 'オ') && (is_o_row(before) || before == 'ウ' || is_u_row(before)) || plain == 'イ' && is_e_row(before);
        before = plain;
        (!lengthens).then_some(plain)
    })
}

fn unvoiced(character: char) -> char {
    match character {
        'ガ' => 'カ',
        'ギ' => 'キ',
        'グ' => 'ク',
        'ゲ' => 'ケ',
        'ゴ' => 'コ',
        'ザ' => 'サ',
        'ジ' | 'ヂ' => 'シ',
        'ズ' | 'ヅ' => 'ス',
        'ゼ' => 'セ',
        'ゾ' => 'ソ',
        'ダ' => 'タ',
        'デ' => 'テ',
        'ド' => 'ト',
        'バ' | 'パ' => 'ハ',
        'ビ' | 'ピ' => 'ヒ',
        'ブ' | 'プ' => 'フ',
        'ベ' | 'ペ' => 'ヘ',
        'ボ' | 'ポ' => 'ホ',
        'ヴ' => 'ウ',
        other => other,
    }
}

fn is_o_row(character: char) -> bool {
    matches!(character, 'オ' | 'コ' | 'ソ' | 'ト' | 'ノ' | 'ホ' | 'モ' | 'ヨ' | 'ロ')
}

fn is_u_row(character: char) -> bool {
    matches!(character, 'ク' | 'ス' | 'ツ' | 'ヌ' | 'フ' | 'ム' | 'ユ' | 'ル')
}

fn is_e_row(character: char) -> bool {
    matches!(character, 'ケ' | 'セ' | 'テ' | 'ネ' | 'ヘ' | 'メ' | 'レ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_in_kana_are_near_and_other_names_are_not() {
        for (left, right) in [
            ("ヤマザキ", "ヤマサキ"),
            ("オオノ", "オノ"),
            ("ユウコ", "ユコ"),
            ("タカシ", "タカジ"),
            ("ヒロユキ", "ヒロウキ"),
            ("サトシ", "サシト"),
        ] {
            assert_eq!(kana_likeness(left, right), Likeness::Near, "{left} {right}");
        }
        for (left, right) in [("カズオ", "ヒロシ"), ("ミキ", "マキ"), ("イチロウ", "ジロウ"), ("コウノ", "カワノ")] {
            assert_eq!(kana_likeness(left, right), Likeness::Other, "{left} {right}");
        }
        assert_eq!(kana_likeness("", "ヒロシ"), Likeness::Absent);
        assert_eq!(kana_likeness("ヒロシ", "ヒロシ"), Likeness::Same);
    }

    #[test]
    fn one_character_of_a_single_one_is_another_word() {
        assert_eq!(word_likeness("浩", "博"), Likeness::Other);
        assert_eq!(word_likeness("太郎", "太朗"), Likeness::Near);
        assert_eq!(word_likeness("太郎", "次朗"), Likeness::Other);
    }
}
