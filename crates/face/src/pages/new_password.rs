//! Setting a new password: after a one-time one, after expiry, or because one wants to.

use crate::{
    Html, Language, Page, Site, User, Width,
    components::{Field, Form, Input, Method, form},
    page, words,
};

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct NewPasswordPage<'a> {
    /// Its language.
    pub language: Language,
    /// Whose page.
    pub site: &'a Site<'a>,
    /// Its own path and query.
    pub path: &'a str,
    /// Where the form is posted to.
    pub action: &'a str,
    /// Who is logged in.
    pub user: User<'a>,
    /// The account whose password it is.
    pub account: &'a str,
    /// Whether the current password is asked for: not after a one-time one.
    pub asks_current: bool,
    /// Fewest characters of a password.
    pub shortest: usize,
    /// What is wrong with the current password.
    pub current_error: Option<&'a str>,
    /// What is wrong with the new one.
    pub new_error: Option<&'a str>,
    /// What is wrong with its repetition.
    pub again_error: Option<&'a str>,
    /// What was sent before and is kept until the password is changed, sealed.
    pub kept: Option<&'a str>,
}

/// Fields `account` (for the browser alone), `current` (where asked for), `new`, `again`, and `kept` where there is one.
pub fn new_password_page(of: &NewPasswordPage<'_>) -> String {
    let language = of.language;
    let hint = words::PASSWORD_HINT.with(language, &[("shortest", &of.shortest)]);
    let current = Field::required("current", words::CURRENT_PASSWORD.of(language), Input::Password { autocomplete: "current-password" });
    let new = |name, word: crate::Words| Field::required(name, word.of(language), Input::Password { autocomplete: "new-password" });
    let mut fields = vec![
        new("new", words::NEW_PASSWORD).hint(&hint).error(of.new_error),
        new("again", words::NEW_PASSWORD_AGAIN).error(of.again_error),
    ];
    if of.asks_current {
        fields.insert(0, current.error(of.current_error));
    }
    fields.insert(0, Field::account(language, of.account));
    fields.extend(of.kept.map(|value| Field::optional("kept", "", Input::Hidden { value })));
    let form = form(&Form {
        language,
        method: Method::Post,
        action: of.action,
        csrf: Some(of.user.csrf),
        fields: &fields,
        submit: words::SAVE_PASSWORD.of(language),
        cancel: None,
    });
    page(&Page {
        lead: Some(words::PASSWORD_CHANGE_LEAD.of(language)),
        notice: Html::empty(),
        body: form,
        user: Some(of.user),
        width: Width::Narrow,
        has_errors: fields.iter().any(|field| field.error.is_some()),
        ..Page::new(language, of.site, of.path, words::PASSWORD_CHANGE.of(language))
    })
}
