//! Family names: some 190 common ones by their share, and some 2,000 rarer ones made of two parts.

use std::sync::LazyLock;

use super::{lines, with_selectors};
use crate::dice::{Dice, Weighted};

/// A family name as one family writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FamilyName {
    pub(crate) written: String,
    pub(crate) kana: String,
}

struct Entry {
    spellings: Vec<String>,
    kana: String,
}

static COMMON: LazyLock<Weighted<Entry>> = LazyLock::new(|| {
    Weighted::new(lines(include_str!("../../data/families.txt")).filter_map(|line| {
        let mut fields = line.split_whitespace();
        let spellings = fields.next()?.split('|').map(with_selectors).collect();
        Some((Entry { spellings, kana: fields.next()?.to_owned() }, fields.next()?.parse().ok()?))
    }))
});

struct Parts {
    first: Vec<(&'static str, &'static str)>,
    second: Vec<(&'static str, &'static str)>,
}

static RARE: LazyLock<Parts> = LazyLock::new(|| {
    let mut parts = Parts { first: Vec::new(), second: Vec::new() };
    let mut second = false;
    for line in lines(include_str!("../../data/family_parts.txt")) {
        match line.split_once(' ') {
            Some(part) if second => parts.second.push(part),
            Some(part) => parts.first.push(part),
            None => second = line == "second",
        }
    }
    parts
});

/// A family name; two in five are one of the rarer kind, and a name with several spellings is written in the common one three times of four.
pub(crate) fn family(dice: &mut Dice) -> FamilyName {
    if dice.per_mille(400)
        && let (Some(first), Some(second)) = (dice.pick(&RARE.first), dice.pick(&RARE.second))
        && first.0 != second.0
    {
        return FamilyName { written: format!("{}{}", first.0, second.0), kana: format!("{}{}", first.1, second.1) };
    }
    let Some(entry) = COMMON.pick(dice) else { return FamilyName { written: "見本".to_owned(), kana: "ミホン".to_owned() } };
    let common = dice.per_mille(750);
    let spelling = if common { entry.spellings.first() } else { dice.pick(&entry.spellings) };
    FamilyName { written: spelling.cloned().unwrap_or_default(), kana: entry.kana.clone() }
}

/// A family name that is written with a variation selector, for those who must be there however small the city.
pub(crate) fn family_with_selector(dice: &mut Dice) -> FamilyName {
    let name = dice.pick(&[("葛*城", "カツラギ"), ("辻*", "ツジ"), ("祇*園", "ギオン"), ("榊*原", "サカキバラ")]).copied();
    let (written, kana) = name.unwrap_or(("葛*城", "カツラギ"));
    FamilyName { written: with_selectors(written), kana: kana.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_many_and_some_are_hard_to_write() {
        let mut dice = Dice::of(&[5]);
        let names: Vec<FamilyName> = (0..20_000).map(|_| family(&mut dice)).collect();
        let distinct: std::collections::HashSet<&str> = names.iter().map(|name| name.written.as_str()).collect();
        assert!(distinct.len() > 1_500, "{}", distinct.len());
        assert!(names.iter().all(|name| !name.written.is_empty() && name.kana.chars().all(|c| ('ァ'..='ー').contains(&c))));
        for hard in ["髙", "﨑", "邉", "𠮷", "\u{E0100}"] {
            assert!(names.iter().any(|name| name.written.contains(hard)), "{hard}");
        }
    }
}
