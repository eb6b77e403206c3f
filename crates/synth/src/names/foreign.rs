//! Names of foreign residents: Latin capitals as in the passport, or ideographs, with a reading in kana.

use std::sync::LazyLock;

use vocabulary::Sex;

use super::lines;
use crate::dice::Dice;

/// A foreign resident's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForeignName {
    pub(crate) family: String,
    pub(crate) family_kana: String,
    pub(crate) given: String,
    pub(crate) given_kana: String,
}

#[derive(Default)]
struct Script {
    families: Vec<(&'static str, &'static str)>,
    men: Vec<(&'static str, &'static str)>,
    women: Vec<(&'static str, &'static str)>,
}

static SCRIPTS: LazyLock<Vec<Script>> = LazyLock::new(|| {
    let mut scripts: Vec<Script> = Vec::new();
    let mut given = false;
    for line in lines(include_str!("../../data/foreign_names.txt")) {
        if line.starts_with('=') {
            scripts.push(Script::default());
            given = false;
        } else if line == "+" {
            given = true;
        } else if let Some(script) = scripts.last_mut() {
            // The reading begins where the kana begins.
            let Some((written, rest)) =
                line.char_indices().find(|&(_, c)| ('ァ'..='ー').contains(&c)).and_then(|(at, _)| line.split_at_checked(at))
            else {
                continue;
            };
            let written = written.trim_end();
            match (given, rest.strip_suffix(" m"), rest.strip_suffix(" f")) {
                (false, _, _) => script.families.push((written, rest)),
                (true, Some(kana), _) => script.men.push((written, kana)),
                (true, _, Some(kana)) => script.women.push((written, kana)),
                _ => {}
            }
        }
    }
    scripts
});

/// A name for a sex.
pub(crate) fn foreign(sex: Sex, dice: &mut Dice) -> ForeignName {
    let script = dice.pick(&SCRIPTS);
    let family = script.and_then(|script| dice.pick(&script.families)).copied().unwrap_or_default();
    let given =
        script.and_then(|script| dice.pick(if sex == Sex::Female { &script.women } else { &script.men })).copied().unwrap_or_default();
    ForeignName { family: family.0.to_owned(), family_kana: family.1.to_owned(), given: given.0.to_owned(), given_kana: given.1.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_in_both_scripts_and_whole() {
        let mut dice = Dice::of(&[2]);
        let names: Vec<ForeignName> = (0..500).map(|_| foreign(Sex::Female, &mut dice)).collect();
        assert!(names.iter().any(|name| name.family.is_ascii()) && names.iter().any(|name| !name.family.is_ascii()));
        for name in &names {
            assert!(
                !name.family.is_empty() && !name.given.is_empty() && !name.family_kana.is_empty() && !name.given_kana.is_empty(),
                "{name:?}"
            );
            assert!(!name.given_kana.contains(|c: char| c.is_ascii_lowercase()));
        }
    }
}
