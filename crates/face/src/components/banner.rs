//! Messages that stand out, and the small words that tell a state.

use askama::Template;

use crate::{Html, Language, Words, words};

/// What a message or a state means. Never told by colour alone: there is always a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Neutral,
    /// Worth knowing.
    Information,
    /// It went well.
    Success,
    /// Take care.
    Warning,
    /// It went wrong.
    Error,
}

impl Tone {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Tone::Neutral => "neutral",
            Tone::Information => "information",
            Tone::Success => "success",
            Tone::Warning => "warning",
            Tone::Error => "error",
        }
    }

    const fn word(self) -> Words {
        match self {
            Tone::Neutral | Tone::Information => words::INFORMATION,
            Tone::Success => words::SUCCESS,
            Tone::Warning => words::WARNING,
            Tone::Error => words::ERROR,
        }
    }

    const fn sign(self) -> &'static str {
        match self {
            Tone::Neutral | Tone::Information => "i",
            Tone::Success => "✓",
            Tone::Warning => "!",
            Tone::Error => "×",
        }
    }
}

/// A message across the page.
#[derive(Debug, Clone)]
pub struct Banner<'a> {
    /// The page's language.
    pub language: Language,
    /// What it means.
    pub tone: Tone,
    /// What happened, in a line.
    pub title: &'a str,
    /// What to do about it; may be empty.
    pub body: Html,
}

#[derive(Template)]
#[template(path = "components/banner.html")]
struct BannerView<'a> {
    banner: &'a Banner<'a>,
    role: &'static str,
}

/// A message across the page; read out at once when it is an error.
pub fn banner(banner: &Banner<'_>) -> Html {
    let role = if banner.tone == Tone::Error { "alert" } else { "status" };
    Html::rendered(&BannerView { banner, role })
}

/// A small word that tells a state.
pub fn chip(tone: Tone, text: &str) -> Html {
    let open = format!(r#"<span class="chip" data-tone="{}">"#, tone.as_str());
    Html::all([Html::raw(&open), Html::text(text), Html::raw("</span>")])
}
