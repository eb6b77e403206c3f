//! Two things beside each other, for a person to judge whether they agree; and the word of a second person.

use askama::Template;

use super::{Banner, Button, Emphasis, Tone, banner, buttons, chip, paragraph, post_button};
use crate::{Html, Language, words};

/// A line of a review.
#[derive(Debug, Clone)]
pub struct ReviewLine<'a> {
    /// What is compared.
    pub label: &'a str,
    /// What one says.
    pub left: Html,
    /// What the other says.
    pub right: Html,
    /// Whether they agree.
    pub agrees: bool,
}

/// A review.
#[derive(Debug, Clone)]
pub struct Review<'a> {
    /// The page's language.
    pub language: Language,
    /// What is compared.
    pub caption: &'a str,
    /// What the one is.
    pub left: &'a str,
    /// What the other is.
    pub right: &'a str,
    /// Line by line.
    pub lines: &'a [ReviewLine<'a>],
}

#[derive(Template)]
#[template(path = "components/review.html")]
struct ReviewView<'a> {
    review: &'a Review<'a>,
}

impl ReviewView<'_> {
    fn word(&self, words: crate::Words) -> &'static str {
        words.of(self.review.language)
    }

    fn told(&self, line: &ReviewLine<'_>) -> Html {
        let (tone, word) = if line.agrees { (Tone::Success, words::AGREES) } else { (Tone::Warning, words::DIFFERS) };
        chip(tone, word.of(self.review.language))
    }
}

/// Two things side by side, each line with whether they agree.
pub fn review(review: &Review<'_>) -> Html {
    Html::rendered(&ReviewView { review })
}

/// What waits for a second person.
#[derive(Clone, Copy)]
pub struct Approval<'a> {
    /// The page's language.
    pub language: Language,
    /// Who asked for it.
    pub asked_by: &'a str,
    /// Why the one who looks cannot approve it: nobody approves their own.
    pub hindrance: Option<&'a str>,
    /// Where the approval is sent to.
    pub action: &'a str,
    /// The session's word for forms.
    pub csrf: &'a str,
}

/// Without the word.
impl std::fmt::Debug for Approval<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Approval({})", self.action)
    }
}

/// Says that a second person has to approve, and lets them.
pub fn approval(of: &Approval<'_>) -> Html {
    let language = of.language;
    let lead = words::APPROVAL_LEAD.with(language, &[("who", &of.asked_by)]);
    let act = if let Some(why) = of.hindrance {
        paragraph(why)
    } else {
        let text = words::APPROVE.of(language);
        buttons([post_button(&Button { action: of.action, csrf: of.csrf, values: &[], text, emphasis: Emphasis::Primary })])
    };
    let title = words::APPROVAL.of(language);
    banner(&Banner { language, tone: Tone::Warning, title, body: Html::all([paragraph(&lead), act]) })
}

/// What was just done, with the way back.
pub fn undo(language: Language, title: &str, button: &Button<'_>) -> Html {
    banner(&Banner { language, tone: Tone::Success, title, body: buttons([post_button(button)]) })
}
