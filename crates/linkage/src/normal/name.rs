//! Names: folded, without the blank, but with the place where it stood.

use vocabulary::text;

/// Longest folded name in bytes that is kept; the register's limit is 100 characters, and nobody is told apart by the rest.
const LONGEST: usize = 240;

/// A folded name, family name first, and how many of its bytes are the family name (0: nobody said).
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Name {
    text: String,
    family: u8,
}

impl Name {
    /// Folds a name in kanji, kana or letters: width, variants and selectors by `vocabulary`, then kana as in [`Name::kana`].
    pub(crate) fn written(raw: &str, buffer: &mut String) -> Self {
        Self::fold(raw, buffer, text::fold_name)
    }

    /// Folds a reading: half width, hiragana, small letters, long marks and old letters become one spelling.
    pub(crate) fn kana(raw: &str, buffer: &mut String) -> Self {
        if raw.contains(['ー', 'ｰ']) {
            text::fold_width(raw, buffer);
            let spelt = spell_long_marks(buffer);
            return Self::fold(&spelt, buffer, text::fold_kana);
        }
        Self::fold(raw, buffer, text::fold_kana)
    }

    fn fold(raw: &str, buffer: &mut String, fold: impl Fn(&str, &mut String)) -> Self {
        let mut name = Self { text: String::with_capacity(raw.len().min(LONGEST)), family: 0 };
        let raw = raw.trim();
        let blank = |character: char| character.is_whitespace();
        let dot = |character: char| matches!(character, '・' | '･' | '，' | ',');
        let by_blank = raw.contains(blank);
        let mut place = 0;
        for part in raw.split(|character| if by_blank { blank(character) } else { dot(character) }) {
            fold(part, buffer);
            if buffer.is_empty() {
                continue;
            }
            if place == 1 {
                name.family = u8::try_from(name.text.len()).unwrap_or(0);
            }
            place += 1;
            for character in buffer.chars() {
                if name.text.len() + character.len_utf8() > LONGEST {
                    return name;
                }
                name.text.push(plain(character));
            }
        }
        name
    }

    pub(crate) fn as_ref(&self) -> NameRef<'_> {
        NameRef::new(&self.text, usize::from(self.family))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether every character is kana: a reading in the place of the name.
    pub(crate) fn is_kana(&self) -> bool {
        !self.is_empty() && is_kana(&self.text)
    }
}

/// A folded name borrowed from a [`Name`] or from the register's text.
#[derive(Clone, Copy)]
pub(crate) struct NameRef<'a> {
    pub(crate) whole: &'a str,
    /// Empty where nobody said where the family name ends.
    pub(crate) family: &'a str,
    /// Empty with `family`.
    pub(crate) given: &'a str,
}

impl<'a> NameRef<'a> {
    pub(crate) fn new(whole: &'a str, family: usize) -> Self {
        match whole.split_at_checked(family) {
            Some((first, second)) if !first.is_empty() && !second.is_empty() => Self { whole, family: first, given: second },
            _ => Self { whole, family: "", given: "" },
        }
    }

    pub(crate) fn is_split(&self) -> bool {
        !self.family.is_empty()
    }
}

pub(crate) fn is_kana(text: &str) -> bool {
    text.chars().all(|character| matches!(character, 'ァ'..='ヺ'))
}

/// Kana inside a name as kana of a reading are folded: さくら, サクラ and サクラ with small letters are one name.
fn plain(character: char) -> char {
    let character = match character {
        'ぁ'..='ゖ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        other => other,
    };
    match character {
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
            char::from_u32(u32::from(character) + 1).unwrap_or(character)
        }
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヰ' => 'イ',
        'ヱ' => 'エ',
        'ヲ' => 'オ',
        other => other,
    }
}

/// ユーコ is written for ユウコ: a long mark after a letter of the ウ or オ row is a ウ; after the others names do not spell it.
fn spell_long_marks(kana: &str) -> String {
    let mut before = '\0';
    kana.chars()
        .map(|character| {
            let spelt = if character == 'ー' && lengthened_by_u(before) { 'ウ' } else { character };
            before = spelt;
            spelt
        })
        .collect()
}

fn lengthened_by_u(character: char) -> bool {
    "オコゴソゾトドノホボポモヨョロおこごそぞとどのほぼぽもよょろクグスズツヌフブプムユュルくぐすずつぬふぶぷむゆゅる".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kana(raw: &str) -> Name {
        Name::kana(raw, &mut String::new())
    }

    fn written(raw: &str) -> Name {
        Name::written(raw, &mut String::new())
    }

    #[test]
    fn half_width_kana_hiragana_and_small_letters_are_one_reading() {
        let expected = kana("キョウゴク　ユウコ");
        for spelling in ["ｷｮｳｺﾞｸ ﾕｳｺ", "ｷﾖｳｺﾞｸ ﾕｳｺ", "きょうごく ゆうこ", "キョウゴク　ユーコ", " キョウゴク  ユウコ "]
        {
            assert!(kana(spelling) == expected, "{spelling}");
        }
        let reference = expected.as_ref();
        assert_eq!((reference.family, reference.given), ("キヨウゴク", "ユウコ"));
    }

    #[test]
    fn an_ideographic_variation_sequence_is_its_base_character() {
        assert!(written("葛\u{E0100}城　太郎") == written("葛城 太郎"));
        assert!(written("髙橋　恵") == written("高橋 惠"));
        assert!(written("佐々木 一") == written("佐佐木 一"));
        assert!(written("佐藤 さくら") == written("佐藤　サクラ"));
    }

    #[test]
    fn a_name_without_a_blank_is_whole_and_a_blank_alone_splits_nothing() {
        assert!(!written("山田太郎").as_ref().is_split());
        assert!(!written("山田　").as_ref().is_split());
        assert_eq!(written("山田太郎").as_ref().whole, written("山田 太郎").as_ref().whole);
        assert_eq!(kana("ジョン・スミス").as_ref().family, "ジヨン");
        assert!(written(&"あ".repeat(1000)).as_ref().whole.len() <= LONGEST);
    }
}
