//! The accounts and their rights, with what can be done to each.

use access::{AccountLine, CallerKind, ROLES};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{
    Banner, Button, Choice, Column, Emphasis, Field, Form, Input, Method, Table, Tone, banner, buttons, chip, code, form, paragraph,
    post_button, section, table,
};
use face::{Html, Language, Page, page};
use ledger::{Outcome, Subject};
use wire::Problem;

use super::words;
use crate::{Office, OfficeError, Visit, path};

/// What stands in the form of a new account, and what is wrong with it.
#[derive(Default)]
pub(super) struct New {
    pub(super) id: String,
    pub(super) personnel: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) id_error: Option<&'static str>,
    pub(super) personnel_error: Option<&'static str>,
    pub(super) name_error: Option<&'static str>,
    pub(super) role_error: Option<&'static str>,
}

/// What happened just before.
#[derive(Default)]
pub(super) enum News {
    #[default]
    None,
    /// An account has a one-time password, which is shown this once.
    Password(String, access::Password),
    /// It was not done.
    Refused(&'static str),
}

/// Lists them.
pub(super) async fn list(State(office): State<Office>, visit: Visit) -> Result<Response, Problem> {
    shown(&office, &visit, News::None, New::default()).await
}

/// The page after something was done, or was not.
pub(super) async fn shown(office: &Office, visit: &Visit, news: News, new: New) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let room = &office.room;
    room.event(&visit.caller, office.system.actions.accounts, Outcome::Read, Subject::None, "list").await?;
    let accounts = office.accounts.list().await.map_err(OfficeError::from)?;
    let wrong = [new.id_error, new.personnel_error, new.name_error, new.role_error].iter().any(Option::is_some);
    let status = if wrong || matches!(news, News::Refused(_)) { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let body = Html::all([
        section(words::ALL.of(language), [all(language, visit, &accounts)]),
        section(words::NEW.of(language), [paragraph(words::NEW_LEAD.of(language)), new_account(language, visit, &new)]),
    ]);
    let notice = told(language, &news);
    Ok(office.framed(visit, status, |frame| {
        page(&Page {
            title: words::TITLE.of(language),
            lead: Some(words::LEAD.of(language)),
            path: path::ACCOUNTS,
            notice,
            body,
            has_errors: wrong,
            ..frame
        })
    }))
}

fn told(language: Language, news: &News) -> Html {
    let (tone, title, body) = match news {
        News::None => return Html::empty(),
        News::Refused(why) => (Tone::Error, (*why).to_owned(), Html::empty()),
        News::Password(id, password) => {
            let title = words::PASSWORD_OF.with(language, &[("id", id)]);
            let body = Html::all([code(password.expose()), paragraph(words::PASSWORD_ONCE.of(language))]);
            (Tone::Success, title, body)
        }
    };
    banner(&Banner { language, tone, title: &title, body })
}

fn all(language: Language, visit: &Visit, accounts: &[AccountLine]) -> Html {
    let word = |words: face::Words| words.of(language);
    let columns = [
        Column::text(word(words::ID)),
        Column::text(word(words::NAME)),
        Column::text(word(words::PERSONNEL)),
        Column::text(word(words::ROLE)),
        Column::text(word(words::STATE)),
        Column::text(word(words::DO)),
    ];
    let row = |line: &AccountLine| {
        let roles: Vec<&str> = line.roles.iter().map(|role| role_word(language, &role.role)).collect();
        let (tone, state) = if line.usable { (Tone::Success, words::USABLE) } else { (Tone::Neutral, words::NOT_USABLE) };
        let post = |verb: &str, text: face::Words, emphasis| {
            let action = format!("{}/{}/{verb}", path::ACCOUNTS, line.id);
            post_button(&Button { action: &action, csrf: visit.session.csrf(), values: &[], text: text.of(language), emphasis })
        };
        // Nobody does any of it to themselves; the other accounts of the same person are refused when it is tried.
        let actions = if line.id == visit.session.account() {
            Html::text(word(words::YOURSELF))
        } else if line.usable {
            buttons([post("password", words::REISSUE, Emphasis::Secondary), post("off", words::SWITCH_OFF, Emphasis::Danger)])
        } else {
            buttons([post("on", words::SWITCH_ON, Emphasis::Secondary)])
        };
        vec![
            code(&line.id),
            line.name.expose().as_str().into(),
            line.personnel.as_str().into(),
            roles.join(", ").into(),
            chip(tone, word(state)),
            actions,
        ]
    };
    table(&Table { caption: word(words::ALL), columns: &columns, rows: accounts.iter().map(row).collect(), dense: false })
}

fn new_account(language: Language, visit: &Visit, new: &New) -> Html {
    let word = |words: face::Words| words.of(language);
    let roles = ROLES.iter().filter(|role| role.kind == CallerKind::Staff);
    let choices: Vec<Choice<'_>> = roles.map(|role| Choice { value: role.name, text: role_word(language, role.name) }).collect();
    let text = |value| Input::Text { value, autocomplete: "off" };
    let fields = [
        Field::required("id", word(words::ID), text(&new.id)).hint(word(words::ID_HINT)).error(new.id_error),
        Field::required("name", word(words::NAME), text(&new.name)).error(new.name_error),
        Field::required("personnel", word(words::PERSONNEL), text(&new.personnel))
            .hint(word(words::PERSONNEL_HINT))
            .error(new.personnel_error),
        Field::required("role", word(words::ROLE), Input::Select { choices: &choices, value: &new.role })
            .hint(word(words::ROLE_HINT))
            .error(new.role_error),
    ];
    form(&Form {
        language,
        method: Method::Post,
        action: path::ACCOUNTS,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::CREATE),
        cancel: None,
    })
}

fn role_word(language: Language, name: &str) -> &str {
    match (access::Role::named(name), language) {
        (Some(role), Language::Japanese) => role.japanese,
        (Some(role), Language::English) => role.english,
        (None, _) => name,
    }
}
