//! What stands in place of a page that nobody looked at for a while.

use crate::{
    Html, Language, Page, Site, User, Width,
    components::{Banner, Field, Form, Input, Method, Tone, banner, description_list, form},
    page, words,
};

/// What the screen lock shows.
#[derive(Debug, Clone, Copy)]
pub struct ScreenLockPage<'a> {
    /// Its language.
    pub language: Language,
    /// Whose page.
    pub site: &'a Site<'a>,
    /// Its own path and query.
    pub path: &'a str,
    /// Where the form is posted to.
    pub action: &'a str,
    /// The account whose session is locked.
    pub account: &'a str,
    /// The way out: logging out.
    pub user: User<'a>,
    /// Whether the password before was wrong.
    pub refused: bool,
    /// Where to go on to.
    pub next: &'a str,
    /// What was sent before and is kept until the password is given, sealed.
    pub kept: Option<&'a str>,
}

/// Fields `account` (for the browser alone), `password`, `next`, and `kept` where there is one.
pub fn screen_lock_page(of: &ScreenLockPage<'_>) -> String {
    let language = of.language;
    let title = words::LOG_IN_REFUSED.of(language);
    let refused = of.refused.then(|| banner(&Banner { language, tone: Tone::Error, title, body: Html::empty() }));
    let title = words::KEPT_FORM.of(language);
    let kept = of.kept.map(|_| banner(&Banner { language, tone: Tone::Information, title, body: Html::empty() }));
    let mut fields = vec![
        Field::account(language, of.account),
        Field::required("password", words::PASSWORD.of(language), Input::Password { autocomplete: "current-password" }),
        Field::optional("next", "", Input::Hidden { value: of.next }),
    ];
    fields.extend(of.kept.map(|value| Field::optional("kept", "", Input::Hidden { value })));
    let form = form(&Form {
        language,
        method: Method::Post,
        action: of.action,
        csrf: Some(of.user.csrf),
        fields: &fields,
        submit: words::UNLOCK.of(language),
        cancel: None,
    });
    page(&Page {
        lead: Some(words::SCREEN_LOCK_LEAD.of(language)),
        notice: kept.into_iter().chain(refused).collect(),
        body: Html::all([description_list([(words::ACCOUNT_ID.of(language), of.account.into())]), form]),
        user: Some(of.user),
        width: Width::Narrow,
        has_errors: of.refused,
        ..Page::new(language, of.site, of.path, words::SCREEN_LOCK.of(language))
    })
}
