//! What a person reads when something did not work: what happened, and what to do. Never what the program knows beyond that.

use crate::{
    Html, Language, Page, Site, User, Width, Words,
    components::{Emphasis, button_link, buttons, code, description_list},
    page, words,
};

/// What an error page shows.
#[derive(Debug, Clone, Copy)]
pub struct ErrorPage<'a> {
    /// Its language.
    pub language: Language,
    /// Whose page.
    pub site: &'a Site<'a>,
    /// The path and query that were asked for.
    pub path: &'a str,
    /// Who is logged in.
    pub user: Option<User<'a>>,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, where more can be said than the status says; already in the page's language.
    pub detail: Option<&'a str>,
    /// What happened, where it is not what the status says; in the page's language.
    pub title: Option<&'a str>,
    /// The request's id, to be told to an administrator.
    pub request: &'a str,
}

/// What happened and what to do, by status.
const fn told(status: u16) -> (Words, Words) {
    match status {
        401 => (words::UNAUTHENTICATED, words::UNAUTHENTICATED_DO),
        403 => (words::FORBIDDEN, words::FORBIDDEN_DO),
        404 | 405 | 410 => (words::NOT_FOUND, words::NOT_FOUND_DO),
        409 | 412 => (words::CONFLICT, words::CONFLICT_DO),
        413 => (words::TOO_LARGE, words::TOO_LARGE_DO),
        422 => (words::UNPROCESSABLE, words::UNPROCESSABLE_DO),
        429 => (words::TOO_MANY, words::TOO_MANY_DO),
        502..=504 | 507 => (words::UNAVAILABLE, words::UNAVAILABLE_DO),
        400..=499 => (words::BAD_REQUEST, words::BAD_REQUEST_DO),
        _ => (words::FAILED, words::FAILED_DO),
    }
}

/// The page for a status.
pub fn error_page(of: &ErrorPage<'_>) -> String {
    let language = of.language;
    let (title, what_to_do) = told(of.status);
    let title = of.title.unwrap_or(title.of(language));
    let known = description_list([(words::REQUEST_ID.of(language), code(of.request)), ("HTTP", code(&of.status.to_string()))]);
    let home = buttons([button_link(of.site.home, words::BACK_HOME.of(language), Emphasis::Secondary)]);
    page(&Page {
        lead: Some(of.detail.unwrap_or(what_to_do.of(language))),
        body: Html::all([known, home]),
        user: of.user,
        width: Width::Reading,
        has_errors: true,
        ..Page::new(language, of.site, of.path, title)
    })
}
