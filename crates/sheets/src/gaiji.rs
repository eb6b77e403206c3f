//! 外字: characters of the city's own, which stand in its files as private-use characters.

use std::collections::HashMap;

/// What the city's private-use characters stand for: `gaiji.csv` of its folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gaiji(HashMap<char, String>);

impl Gaiji {
    /// From private-use characters to the characters (with variation selectors) that they stand for.
    pub fn new(pairs: impl IntoIterator<Item = (char, String)>) -> Gaiji {
        Gaiji(pairs.into_iter().collect())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What a private-use character stands for.
    pub fn get(&self, character: char) -> Option<&str> {
        self.0.get(&character).map(String::as_str)
    }

    /// A text with every private-use character replaced, or the first that is not known.
    pub(crate) fn replace(&self, text: &str) -> Result<String, char> {
        let mut replaced = String::with_capacity(text.len());
        for character in text.chars() {
            match is_private_use(character) {
                true => replaced.push_str(self.get(character).ok_or(character)?),
                false => replaced.push(character),
            }
        }
        Ok(replaced)
    }
}

/// Whether a character means nothing beyond the system that made it.
pub fn is_private_use(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// Whether a text holds one. Their UTF-8 begins with EE, with EF 80 to EF A3, with F3 B0 or above, or with F4.
pub(crate) fn has_private_use(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr(0xee, bytes).is_some()
        || memchr::memchr3_iter(0xef, 0xf3, 0xf4, bytes).any(|at| match (bytes.get(at), bytes.get(at + 1)) {
            (Some(0xef), Some(next)) => *next < 0xa4,
            (Some(0xf3), Some(next)) => *next >= 0xb0,
            _ => true,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_use_characters_are_found_by_their_bytes() {
        for point in
            (0xd_u32..0x11_0000).step_by(7).chain([0xdfff, 0xe000, 0xf8ff, 0xf900, 0xef_fff, 0xf_0000, 0xf_fffd, 0x10_0000, 0x10_fffd])
        {
            let Some(character) = char::from_u32(point) else { continue };
            // The last two of a plane are no characters at all; to take them for private use costs one look more.
            if point & 0xfffe != 0xfffe {
                assert_eq!(has_private_use(&character.to_string()), is_private_use(character), "U+{point:04X}");
            }
        }
        assert!(!has_private_use("葛\u{e0100}城ｶﾅ（全角）") && has_private_use("見\u{e000}本"));
    }

    #[test]
    fn a_character_of_the_city_s_own_becomes_what_it_stands_for() {
        let gaiji = Gaiji::new([('\u{e000}', "辻\u{e0101}".to_owned())]);
        assert_eq!(gaiji.replace("\u{e000}本"), Ok("辻\u{e0101}本".to_owned()));
        assert_eq!(gaiji.replace("\u{e000}\u{e001}"), Err('\u{e001}'));
    }
}
