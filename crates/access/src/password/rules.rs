//! What a municipality asks of passwords. Expiry is a measure its assessment may state although today's advice is against it, so each
//! rule is a setting of the municipality.

use serde::{Deserialize, Serialize};

use super::Password;

/// Rules for the passwords of one municipality.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordRules {
    /// Fewest characters.
    pub shortest: usize,
    /// How many of the four classes (lower case, upper case, digit, other) must occur; 0 leaves the choice to the person.
    pub classes: usize,
    /// Days until a password must be changed; `None` never.
    pub expires_after_days: Option<i64>,
    /// How many earlier passwords may not come back.
    pub remembered: usize,
}

/// Length over mixture, with the yearly change that the assessment states (C-III-3-R2c-PMH-2).
impl Default for PasswordRules {
    fn default() -> Self {
        PasswordRules { shortest: 12, classes: 0, expires_after_days: Some(365), remembered: 5 }
    }
}

/// Why a new password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Too short.
    #[error("the password needs at least {0} characters")]
    TooShort(usize),
    /// Longer than any person types.
    #[error("the password may have at most {LONGEST} characters")]
    TooLong,
    /// Too few classes of characters.
    #[error("the password needs {0} of: lower case, upper case, digits, others")]
    TooFewClasses(usize),
    /// Holds the id of the account.
    #[error("the password may not contain the id")]
    ContainsId,
    /// What everybody tries first.
    #[error("the password is too easy to guess")]
    Common,
    /// One of the last ones.
    #[error("the password was used before")]
    UsedBefore,
}

const LONGEST: usize = 128;

/// Beginnings of what guessers try first; a password that is one of these and little else is refused.
const COMMON: [&str; 24] = [
    "password",
    "passw0rd",
    "qwerty",
    "asdfgh",
    "zxcvbn",
    "letmein",
    "welcome",
    "iloveyou",
    "admin",
    "administrator",
    "changeme",
    "default",
    "secret",
    "sakura",
    "takahashi",
    "suzuki",
    "tanaka",
    "yamada",
    "doraemon",
    "pokemon",
    "kenshin",
    "kensin",
    "hokenshi",
    "himitsu",
];

impl PasswordRules {
    /// Whether `password` may become the password of account `id`; earlier passwords are compared elsewhere, where their hashes are.
    pub fn check(&self, id: &str, password: &Password) -> Result<(), Weakness> {
        let text = password.expose();
        let length = text.chars().count();
        let classes: [fn(&char) -> bool; 4] = [
            |c| c.is_lowercase(),
            |c| c.is_uppercase(),
            |c| c.is_ascii_digit(),
            |c| !c.is_lowercase() && !c.is_uppercase() && !c.is_ascii_digit(),
        ];
        if length < self.shortest {
            return Err(Weakness::TooShort(self.shortest));
        }
        if length > LONGEST {
            return Err(Weakness::TooLong);
        }
        if classes.iter().filter(|class| text.chars().any(|c| class(&c))).count() < self.classes.min(4) {
            return Err(Weakness::TooFewClasses(self.classes.min(4)));
        }
        let lower = text.to_lowercase();
        if id.len() >= 3 && lower.contains(&id.to_lowercase()) {
            return Err(Weakness::ContainsId);
        }
        if is_common(&lower) {
            return Err(Weakness::Common);
        }
        Ok(())
    }
}

/// Few different characters, a run along the alphabet or the digits, or a favourite word with little else.
fn is_common(lower: &str) -> bool {
    let letters: Vec<char> = lower.chars().collect();
    let mut different = letters.clone();
    different.sort_unstable();
    different.dedup();
    let steps = letters.windows(2).filter(|pair| matches!(pair, [a, b] if (u32::from(*b)).abs_diff(u32::from(*a)) <= 1)).count();
    let bare: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    different.len() < 5 || steps * 3 > letters.len() * 2 || COMMON.iter().any(|word| bare == *word || bare == word.repeat(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(rules: &PasswordRules, text: &str) -> Result<(), Weakness> {
        rules.check("s1234567", &Password::new(text))
    }

    #[test]
    fn length_counts_and_what_everybody_tries_does_not_pass() {
        let rules = PasswordRules::default();
        assert_eq!(verdict(&rules, "kaze-no-toorimichi"), Ok(()));
        assert_eq!(verdict(&rules, "みどりの山と川と海とそら"), Ok(()));
        assert_eq!(verdict(&rules, "short-one"), Err(Weakness::TooShort(12)));
        assert_eq!(verdict(&rules, &"long-".repeat(26)), Err(Weakness::TooLong));
        assert_eq!(verdict(&rules, "my-S1234567-word"), Err(Weakness::ContainsId));
        for common in ["aaaaaaaaaaaaaa", "123456789012", "abcdefghijklm", "Password2026!", "himitsu-himitsu", "121212121212"] {
            assert_eq!(verdict(&rules, common), Err(Weakness::Common), "{common}");
        }
    }

    #[test]
    fn h4_a_city_may_ask_for_three_of_four_classes() {
        let rules = PasswordRules { shortest: 8, classes: 3, ..PasswordRules::default() };
        assert_eq!(verdict(&rules, "kawanoseseragi"), Err(Weakness::TooFewClasses(3)));
        assert_eq!(verdict(&rules, "Kawano7seseragi"), Ok(()));
    }

    #[test]
    fn a_password_is_not_printed() {
        assert_eq!(format!("{:?}", Password::new("kaze-no-toorimichi")), "Password(***)");
    }
}
