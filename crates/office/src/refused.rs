//! Why an office refuses.

use axum::response::{IntoResponse, Response};
use face::Language;
use protocol::ProblemDocument;
use wire::{Cause, Problem};

use crate::words;

/// Why a page is not shown, or a form has no effect.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Accounts and sessions.
    #[error(transparent)]
    Account(#[from] access::AccountError),
    /// What can happen everywhere.
    #[error(transparent)]
    Cause(#[from] Cause),
}

wire::refusals! {
    OfficeError {}
    through { Account(access::AccountError) }
}

impl IntoResponse for OfficeError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

/// Whether pages have words for what a refusal is called among programs.
pub fn is_told(code: &str) -> bool {
    words::answer(code).is_some()
}

/// Why something was refused, for a reader: their half of a text in both languages, or the words of its code.
pub(crate) fn told(language: Language, problem: &ProblemDocument) -> String {
    let detail = problem.detail.as_deref().unwrap_or(&problem.title);
    match (language, halves(detail)) {
        (Language::Japanese, Some((japanese, _))) => japanese.to_owned(),
        (Language::English, Some((_, english))) => english.to_owned(),
        (Language::English, None) => detail.to_owned(),
        (Language::Japanese, None) => words::answer(problem.code()).unwrap_or(words::R_INTERNAL).of(language).to_owned(),
    }
}

/// A text in Japanese and in English, with ` / ` between them.
fn halves(text: &str) -> Option<(&str, &str)> {
    let splits = text.match_indices(" / ").filter_map(|(at, mark)| Some((text.get(..at)?, text.get(at + mark.len()..)?)));
    let is_japanese = |half: &str| half.contains(|letter: char| ('\u{3040}'..='\u{30ff}').contains(&letter));
    splits.into_iter().find(|(left, right)| is_japanese(left) && right.starts_with(|letter: char| letter.is_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_language_of_the_reader() {
        let both =
            ProblemDocument::new(http::StatusCode::UNPROCESSABLE_ENTITY, "asked", "事業がありません / there is no programme 健診 / x");
        assert_eq!(told(Language::Japanese, &both), "事業がありません");
        assert_eq!(told(Language::English, &both), "there is no programme 健診 / x");
        let one = ProblemDocument::new(http::StatusCode::NOT_FOUND, "not-found", "the extraction is not known here");
        assert!(told(Language::Japanese, &one).contains("見つかりません"));
        let unknown = ProblemDocument::new(http::StatusCode::IM_A_TEAPOT, "teapot", "no coffee");
        assert!(!told(Language::Japanese, &unknown).contains("coffee"));
    }
}
