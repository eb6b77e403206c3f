//! 文面: what a city says in the letters that it prints.

use serde::{Deserialize, Serialize};

use crate::Notice;

/// A letter that is printed, and the words in braces that are filled into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Letter {
    /// Its name among the texts.
    pub id: &'static str,
    /// The words that may be filled in.
    pub placeholders: &'static [&'static str],
    /// The words without which nobody knows what it is about.
    pub required: &'static [&'static str],
}

impl Letter {
    /// Every letter. 受診券: the fiscal year as `2026` and, in its era, as `令和8`.
    pub const ALL: [Letter; 1] = [Letter {
        id: "voucher",
        placeholders: &["programme", "fiscal_year", "fiscal_year_wareki", "voucher_number", "name"],
        required: &["programme"],
    }];

    /// The letter of this name.
    pub fn of(id: &str) -> Option<Letter> {
        Letter::ALL.into_iter().find(|letter| letter.id == id)
    }
}

/// The wording of a letter; words in braces are filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterText {
    /// Which [`Letter`].
    pub id: String,
    /// What the letter is called.
    pub name: String,
    /// 件名.
    pub subject: String,
    /// 案内文.
    pub body: String,
    /// 利用目的.
    pub purpose: String,
    /// 問合せ先.
    pub contact: String,
}

impl LetterText {
    /// Its texts with the names of their keys.
    pub fn texts(&self) -> [(&'static str, &str); 4] {
        [("subject", &self.subject), ("body", &self.body), ("purpose", &self.purpose), ("contact", &self.contact)]
    }

    /// Its texts filled in: subject, body, purpose, contact. None where a word has no value.
    pub fn fill<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<[String; 4]> {
        let fill = |text: &str| Notice::fill(text, &value);
        Some([fill(&self.subject)?, fill(&self.body)?, fill(&self.purpose)?, fill(&self.contact)?])
    }
}
