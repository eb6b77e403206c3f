//! The ways the numbers of an address are written.

/// A way to write an address. All say the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// みほん県みほん市青葉町三丁目12番5号, as the register has it.
    Register,
    /// みほん県みほん市青葉町3丁目12番5号.
    Western,
    /// 青葉町3-12-5.
    Hyphens,
    /// みほん市青葉町３－１２－５.
    FullWidth,
    /// みほん市青葉町三丁目十二番五号.
    KanjiNumerals,
    /// みほん市青葉町3丁目12-5.
    Mixed,
    /// 青葉町3の12の5.
    Particles,
}

impl Spelling {
    /// The six ways that are not the register's.
    pub const OTHERS: [Self; 6] = [Self::Western, Self::Hyphens, Self::FullWidth, Self::KanjiNumerals, Self::Mixed, Self::Particles];

    pub(crate) fn write_numbers(self, [section, block, number]: [u32; 3], text: &mut String) {
        if section == 0 {
            return self.write_lot(block, number, text);
        }
        match self {
            Self::Register => text.push_str(&format!("{}丁目{block}番{number}号", kanji(section))),
            Self::Western => text.push_str(&format!("{section}丁目{block}番{number}号")),
            Self::Hyphens => text.push_str(&format!("{section}-{block}-{number}")),
            Self::FullWidth => text.push_str(&full_width(&format!("{section}－{block}－{number}"))),
            Self::KanjiNumerals => text.push_str(&format!("{}丁目{}番{}号", kanji(section), kanji(block), kanji(number))),
            Self::Mixed => text.push_str(&format!("{section}丁目{block}-{number}")),
            Self::Particles => text.push_str(&format!("{section}の{block}の{number}")),
        }
    }

    /// 番地 and, unless it is 0, 枝番.
    fn write_lot(self, lot: u32, branch: u32, text: &mut String) {
        let branched = branch > 0;
        let written = match self {
            Self::Register | Self::Western if branched => format!("{lot}番地{branch}"),
            Self::Register | Self::Western => format!("{lot}番地"),
            Self::Hyphens if branched => format!("{lot}-{branch}"),
            Self::FullWidth if branched => full_width(&format!("{lot}－{branch}")),
            Self::FullWidth => full_width(&lot.to_string()),
            Self::KanjiNumerals if branched => format!("{}番地{}", kanji(lot), kanji(branch)),
            Self::KanjiNumerals => format!("{}番地", kanji(lot)),
            Self::Mixed if branched => format!("{lot}番地の{branch}"),
            Self::Particles if branched => format!("{lot}の{branch}"),
            Self::Hyphens | Self::Mixed | Self::Particles => lot.to_string(),
        };
        text.push_str(&written);
    }
}

/// 0 to 9,999 in kanji: 12 → 十二.
fn kanji(number: u32) -> String {
    let digit = |value: u32| usize::try_from(value).ok().and_then(|value| "〇一二三四五六七八九".chars().nth(value)).unwrap_or('〇');
    if number == 0 {
        return "〇".to_owned();
    }
    let mut text = String::new();
    for (unit, name) in [(1_000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let value = number / unit % 10;
        if value > 1 || (value == 1 && unit == 1) {
            text.push(digit(value));
        }
        if value > 0 {
            text.push_str(name);
        }
    }
    text
}

fn full_width(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use vocabulary::{MunicipalityCode, address};

    use super::*;
    use crate::{dice::Dice, place};

    #[test]
    fn all_spellings_of_a_home_normalise_to_one_place() {
        let municipality = MunicipalityCode::parse(crate::FIRST_CITY).unwrap();
        let mut dice = Dice::of(&[4]);
        for _ in 0..3_000 {
            let home = place::home(municipality, &mut dice);
            let fold = |spelling| {
                let folded = address::normalised(&home.spelled(spelling));
                address::strip_municipality(&folded, "みほん市").to_owned()
            };
            let register = fold(Spelling::Register);
            for other in Spelling::OTHERS {
                assert_eq!(fold(other), register, "{}", home.spelled(other));
            }
        }
    }

    #[test]
    fn kanji_numerals_are_written_as_they_are_read() {
        for (number, text) in [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (105, "百五"), (2_900, "二千九百"), (0, "〇")]
        {
            assert_eq!(kanji(number), text);
        }
    }
}
