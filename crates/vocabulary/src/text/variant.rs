//! Variant characters (異体字), from a table of our own.

use std::sync::LazyLock;

/// One line a family: the character that stands for it, then its variants.
const LINES: &str = include_str!("../../data/variants.txt");

const FIRST: u32 = 0x3400;
const LAST: u32 = 0xFAFF;

struct Table {
    /// For U+3400–U+FAFF, the character it folds to, 0 for itself.
    plane0: Vec<u16>,
    /// For all others, sorted.
    beyond: Vec<(char, char)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { plane0: vec![0; usize::try_from(LAST - FIRST + 1).unwrap_or_default()], beyond: Vec::new() };
    for family in families() {
        let mut members = family.chars().filter(|c| !c.is_whitespace());
        let Some(head) = members.next() else { continue };
        for variant in members {
            match (place(variant).and_then(|place| table.plane0.get_mut(place)), u16::try_from(u32::from(head))) {
                (Some(entry), Ok(head)) => *entry = head,
                _ => table.beyond.push((variant, head)),
            }
        }
    }
    table.beyond.sort_unstable();
    table
});

fn place(c: char) -> Option<usize> {
    (FIRST..=LAST).contains(&u32::from(c)).then(|| usize::try_from(u32::from(c) - FIRST).ok()).flatten()
}

fn families() -> impl Iterator<Item = &'static str> {
    LINES.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// The character that stands for its family; itself when it has none.
#[inline]
pub fn fold(c: char) -> char {
    let table = &*TABLE;
    match place(c).and_then(|place| table.plane0.get(place)) {
        Some(0) => c,
        Some(&head) => char::from_u32(u32::from(head)).unwrap_or(c),
        None if u32::from(c) < FIRST => c,
        None => table
            .beyond
            .binary_search_by_key(&c, |&(variant, _)| variant)
            .ok()
            .and_then(|at| table.beyond.get(at))
            .map_or(c, |&(_, head)| head),
    }
}

/// The whole family of a character, the head first; empty when it has none. For search and for making test data.
pub fn siblings(c: char) -> Vec<char> {
    families()
        .find(|family| !c.is_whitespace() && family.chars().any(|member| member == c))
        .map(|family| family.chars().filter(|member| !member.is_whitespace()).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_character_is_in_two_families_and_none_is_folded_by_width_already() {
        let mut seen = HashSet::new();
        for family in families() {
            let members: Vec<char> = family.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(members.len() > 1, "{family}");
            for &member in &members {
                assert!(seen.insert(member), "{member} is in two families");
                assert_eq!(crate::text::folded_width(&member.to_string()), member.to_string(), "{member}");
                assert_eq!(fold(member), members[0], "{member}");
            }
        }
        assert!(seen.len() > 1_000);
    }

    #[test]
    fn characters_without_a_family_stay() {
        for c in ['田', 'あ', 'A', '𩸽', '\u{E0100}', '\u{10FFFF}', '\u{3400}', '\u{FAFF}'] {
            assert_eq!(fold(c), c);
        }
        assert_eq!(siblings('邊'), ['辺', '邊', '邉']);
        assert!(siblings('田').is_empty() && siblings(' ').is_empty());
    }
}
