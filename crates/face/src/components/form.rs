//! Forms. Errors stand beside their fields and, with links to them, at the top.

use askama::Template;

use super::{Field, field::field};
use crate::{Html, Language, Link, words};

/// How a form is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// In the URL: for questions, never with anything about a person.
    Get,
    /// In the body.
    Post,
    /// In the body, with files.
    PostFiles,
}

/// A form with one button.
#[derive(Clone)]
pub struct Form<'a> {
    /// The page's language.
    pub language: Language,
    /// How it is sent.
    pub method: Method,
    /// Where to.
    pub action: &'a str,
    /// The session's word for forms; every posted form of a session has one.
    pub csrf: Option<&'a str>,
    /// Its fields.
    pub fields: &'a [Field<'a>],
    /// The words of its button.
    pub submit: &'a str,
    /// A way out beside the button.
    pub cancel: Option<Link<'a>>,
}

/// Without the word and the values.
impl std::fmt::Debug for Form<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} {:?})", self.action, self.fields)
    }
}

#[derive(Template)]
#[template(path = "components/form.html")]
struct FormView<'a> {
    form: &'a Form<'a>,
    errors: Vec<(String, &'a str, &'a str)>,
}

impl FormView<'_> {
    fn method(&self) -> &'static str {
        if self.form.method == Method::Get { "get" } else { "post" }
    }

    fn fields(&self) -> Html {
        self.form.fields.iter().map(|one| field(self.form.language, one)).collect()
    }

    fn counted(&self) -> String {
        words::CHECK_INPUT_COUNT.with(self.form.language, &[("count", &self.errors.len())])
    }
}

/// A form, with a summary of its errors where it has any.
pub fn form(form: &Form<'_>) -> Html {
    let errors = form.fields.iter().filter_map(|field| Some((field.target(), field.label, field.error?))).collect();
    Html::rendered(&FormView { form, errors })
}

#[derive(Template)]
#[template(path = "components/search.html")]
struct SearchView<'a> {
    language: Language,
    action: &'a str,
    name: &'a str,
    label: &'a str,
    value: &'a str,
}

/// A field and a button in one line, for questions that may stand in a URL.
pub fn search(language: Language, action: &str, name: &str, label: &str, value: &str) -> Html {
    Html::rendered(&SearchView { language, action, name, label, value })
}
