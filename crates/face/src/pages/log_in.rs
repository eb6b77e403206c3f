//! The log-in page of staff.

use crate::{
    Html, Language, Page, Site, Width,
    components::{Banner, Field, Form, Input, Method, Tone, banner, form, paragraph},
    page, words,
};

/// What the log-in page shows.
#[derive(Clone)]
pub struct LogInPage<'a> {
    /// Its language.
    pub language: Language,
    /// Whose page.
    pub site: &'a Site<'a>,
    /// Its own path and query.
    pub path: &'a str,
    /// Where the form is posted to.
    pub action: &'a str,
    /// A word that ties the form to the browser it was sent to.
    pub csrf: Option<&'a str>,
    /// The id that was entered before.
    pub id: &'a str,
    /// Whether the log-in before was refused; the page says the same for every reason.
    pub refused: bool,
    /// Where to go on to after the log-in.
    pub next: Option<&'a str>,
    /// What was sent before and is kept until the log-in, sealed.
    pub kept: Option<&'a str>,
    /// Something to say above, such as that one was logged out.
    pub notice: Option<&'a str>,
}

/// Without what was entered.
impl std::fmt::Debug for LogInPage<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogInPage({})", self.path)
    }
}

/// Fields `id`, `password`, and `next` and `kept` where there is one.
pub fn log_in_page(of: &LogInPage<'_>) -> String {
    let language = of.language;
    let message = |tone, title| banner(&Banner { language, tone, title, body: Html::empty() });
    let notice = of.notice.map(|notice| message(Tone::Information, notice));
    let refused = of.refused.then(|| message(Tone::Error, words::LOG_IN_REFUSED.of(language)));
    let mut fields = vec![
        Field::required("id", words::ACCOUNT_ID.of(language), Input::Text { value: of.id, autocomplete: "username" }),
        Field::required("password", words::PASSWORD.of(language), Input::Password { autocomplete: "current-password" }),
    ];
    fields.extend(of.next.map(|value| Field::optional("next", "", Input::Hidden { value })));
    fields.extend(of.kept.map(|value| Field::optional("kept", "", Input::Hidden { value })));
    let form = form(&Form {
        language,
        method: Method::Post,
        action: of.action,
        csrf: of.csrf,
        fields: &fields,
        submit: words::LOG_IN.of(language),
        cancel: None,
    });
    let title = words::LOG_IN.of(language);
    page(&Page {
        lead: Some(words::LOG_IN_LEAD.of(language)),
        notice: Html::all(notice.into_iter().chain(refused)),
        body: Html::all([form, paragraph(words::LOG_IN_HELP.of(language))]),
        width: Width::Narrow,
        has_errors: of.refused,
        ..Page::new(language, of.site, of.path, title)
    })
}
