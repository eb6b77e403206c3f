//! The accounts and their rights, with what can be done to each.

use access::{AccountLine, CallerKind, ROLES};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{
    Banner, Button, Choice, Emphasis, Field, Form, Input, Method, Tone, banner, button_link, buttons, chip, code, form as filled_form,
    paragraph, post_button, section,
};
use face::{Html, Language, Page, page};
use ledger::{Outcome, Subject};
use wire::Problem;

use super::words;
use crate::list::{Cell, ListAsked, ListColumn, ListForm, ListPage, ListRow, Order, Part};
use crate::{Office, OfficeError, Sent, Visit, path};

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

/// The field that says that the question was answered.
pub(super) const CONFIRMED: &str = "confirmed";

/// What happened just before.
#[derive(Default)]
pub(super) enum News {
    #[default]
    None,
    /// An account has a one-time password, which is shown this once.
    Password(String, access::Password),
    /// Whether this account is to be switched off.
    AsksToSwitchOff(String),
    /// It is off.
    SwitchedOff(String),
    /// It is on again.
    SwitchedOn(String),
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
    let (form, asked) = asked(visit);
    let all = office.list(visit, &form, &asked, ListPage::cut(&form, &asked, rows(visit, &asked, &accounts)), None);
    let path = form.here(&asked);
    let body = Html::all([
        section(words::ALL.of(language), [all]),
        section(words::NEW.of(language), [paragraph(words::NEW_LEAD.of(language)), new_account(language, visit, &new)]),
    ]);
    let notice = told(visit, &accounts, &news);
    Ok(office.framed(visit, status, |frame| {
        page(&Page {
            title: words::TITLE.of(language),
            lead: Some(words::LEAD.of(language)),
            path: &path,
            notice,
            body,
            has_errors: wrong,
            ..frame
        })
    }))
}

fn told(visit: &Visit, accounts: &[AccountLine], news: &News) -> Html {
    let language = visit.guest.language;
    let name_of = |id: &str| accounts.iter().find(|line| line.id == id).map_or_else(String::new, |line| line.name.expose().to_owned());
    let of = |title: face::Words, id: &str| title.with(language, &[("id", &id), ("name", &name_of(id))]);
    let press = |id: &str, verb: &str, text: face::Words, values: &[(&str, &str)], emphasis| {
        let action = format!("{}/{id}/{verb}", path::ACCOUNTS);
        post_button(&Button { action: &action, csrf: visit.session.csrf(), values, text: text.of(language), emphasis })
    };
    let (tone, title, body) = match news {
        News::AsksToSwitchOff(id) => {
            let yes = press(id, "off", words::SWITCH_OFF_NOW, &[(CONFIRMED, "1")], Emphasis::Danger);
            let no = button_link(path::ACCOUNTS, words::LEAVE_ON.of(language), Emphasis::Tertiary);
            let body = Html::all([paragraph(words::SWITCH_OFF_BODY.of(language)), buttons([yes, no])]);
            (Tone::Warning, of(words::SWITCH_OFF_ASKED, id), body)
        }
        News::SwitchedOff(id) => {
            let back = press(id, "on", words::SWITCH_ON, &[], Emphasis::Secondary);
            (Tone::Success, of(words::SWITCHED_OFF, id), buttons([back]))
        }
        News::SwitchedOn(id) => (Tone::Success, of(words::SWITCHED_ON, id), Html::empty()),
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

const PARTS: [(&str, face::Words, Option<bool>); 3] =
    [("", words::EVERYBODY, None), ("usable", words::USABLE, Some(true)), ("off", words::NOT_USABLE, Some(false))];

const COLUMNS: &[ListColumn] = &[
    ListColumn::text("id", words::ID),
    ListColumn::text("name", words::NAME),
    ListColumn::text("personnel", words::PERSONNEL),
    ListColumn::text("role", words::ROLE),
    ListColumn::text("state", words::STATE),
    ListColumn::fixed("do", words::DO),
];

fn asked(visit: &Visit) -> (ListForm, ListAsked) {
    let parts = PARTS.iter().map(|(name, words, _)| Part::of(visit.guest.language, name, *words)).collect();
    let order = Order { column: "id", is_down: false };
    let form = ListForm { path: path::ACCOUNTS, caption: words::ALL, parts, columns: COLUMNS, order };
    let asked = form.asked(visit);
    (form, asked)
}

/// The list as a file.
pub(super) async fn export(State(office): State<Office>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let (form, asked) = asked(&visit);
    let accounts = office.accounts.list().await.map_err(OfficeError::from)?;
    let rows = ListPage::all_after(&form, &asked, rows(&visit, &asked, &accounts));
    let note = format!("export: {} accounts", rows.len());
    office.room.event(&visit.caller, office.system.actions.accounts, Outcome::Read, Subject::None, &note).await?;
    Ok(form.file(visit.guest.language, rows).await)
}

fn rows(visit: &Visit, asked: &ListAsked, accounts: &[AccountLine]) -> Vec<ListRow> {
    let usable = PARTS.iter().find(|(name, ..)| *name == asked.part).and_then(|(.., usable)| *usable);
    accounts.iter().filter(|line| usable.is_none_or(|usable| line.usable == usable)).map(|line| row(visit, line)).collect()
}

fn row(visit: &Visit, line: &AccountLine) -> ListRow {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
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
    let cells = vec![
        Cell::code(&line.id),
        Cell::text(line.name.expose()),
        Cell::text(&line.personnel),
        Cell::text(&roles.join(", ")),
        Cell::text(word(state)).shown(chip(tone, word(state))),
        Cell::text("").shown(actions),
    ];
    ListRow { key: line.id.clone(), can_be_chosen: false, name: line.id.clone(), cells }
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
    filled_form(&Form {
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
