//! The search for a person: the form, and whom it found.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use eligibility::Standing;
use face::components::{Choice, Column, Field, Form, Input, Method, Table, Tone, chip, code, empty, form, link, section, table};
use face::{Html, Language, Page, page};
use office::{Fields, Sent, Visit, purpose_word};
use vocabulary::{Date, Purpose};
use wire::Problem;

use super::asked::{self, SearchTerms, Wrong};
use super::search::{Hit, search};
use super::{FIND, RESIDENTS, SEE, item, page_of, uses_of, words};
use crate::pages::Pages;

/// What stands in the form.
struct Filled<'a> {
    number: &'a str,
    kana: &'a str,
    born: [String; 3],
    purpose: Purpose,
    wrong: Wrong,
}

/// The empty form.
pub(super) async fn ask(State(pages): State<Pages>, visit: Visit) -> Response {
    let filled = Filled { number: "", kana: "", born: Default::default(), purpose: visit.caller.purpose(), wrong: Wrong::default() };
    shown(&pages, &visit, &filled, Html::empty())
}

/// The form as it was sent.
pub(super) async fn find(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let purpose = asked::purpose(&fields, &pages.office.offered(&visit.caller));
    let read = SearchTerms::read(language, &fields);
    let (asked, purpose) = match (read, purpose) {
        (Ok(asked), Some(purpose)) => (asked, purpose),
        (read, purpose) => {
            let wrong = Wrong { purpose: purpose.is_none().then(|| words::PURPOSE_WRONG.of(language)), ..read.err().unwrap_or_default() };
            let filled = filled(&fields, purpose.unwrap_or(visit.caller.purpose()), wrong);
            return Ok(shown(&pages, &visit, &filled, Html::empty()));
        }
    };
    let caller = visit.caller.for_purpose(purpose);
    let vault = pages.registry.room.vault().clone();
    let hits = pages.registry.room.see(&caller, FIND, move |tx, record| search(tx, &vault, &asked, record)).await?;
    let to: fn(i64, Purpose) -> String = if pages.office.allows(&caller, &SEE) { page_of } else { uses_of };
    let found = found(language, &hits, pages.registry.clock.today(), |hit| to(hit.id, purpose));
    Ok(shown(&pages, &visit, &filled(&fields, purpose, Wrong::default()), found))
}

fn filled(fields: &Fields, purpose: Purpose, wrong: Wrong) -> Filled<'_> {
    Filled { number: fields.get(asked::NUMBER), kana: fields.get(asked::KANA), born: asked::parts(fields), purpose, wrong }
}

fn shown(pages: &Pages, visit: &Visit, filled: &Filled<'_>, found: Html) -> Response {
    let language = visit.guest.language;
    let body = Html::all([found, search_form(pages, visit, filled)]);
    let status = if filled.wrong.is_any() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    pages.office.framed(visit, status, |frame| {
        page(&Page {
            title: words::TITLE.of(language),
            lead: Some(words::LEAD.of(language)),
            path: RESIDENTS,
            body,
            has_errors: filled.wrong.is_any(),
            ..frame
        })
    })
}

fn search_form(pages: &Pages, visit: &Visit, filled: &Filled<'_>) -> Html {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let offered: Vec<(&str, String)> =
        pages.office.offered(&visit.caller).iter().map(|one| (one.as_str(), purpose_word(language, one.as_str()))).collect();
    let choices: Vec<Choice<'_>> = offered.iter().map(|(value, text)| Choice { value, text }).collect();
    let [year, month, day] = &filled.born;
    let (wrong, value) = (&filled.wrong, [year.as_str(), month, day]);
    let fields = [
        Field::optional(asked::NUMBER, word(words::NUMBER), Input::Digits { value: filled.number, longest: 15 })
            .hint(word(words::NUMBER_HINT))
            .error(wrong.number),
        Field::optional(asked::KANA, word(words::KANA), Input::Text { value: filled.kana, autocomplete: "off" })
            .hint(word(words::KANA_HINT))
            .error(wrong.kana),
        Field::optional(asked::BORN, word(words::BORN), Input::Date { value }).hint(word(words::BORN_HINT)).error(wrong.born),
        Field::required(asked::PURPOSE, word(words::PURPOSE), Input::Select { choices: &choices, value: filled.purpose.as_str() })
            .hint(word(words::PURPOSE_HINT))
            .error(wrong.purpose),
    ];
    let form = form(&Form {
        language,
        method: Method::Post,
        action: RESIDENTS,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: face::words::SEARCH.of(language),
        cancel: None,
    });
    section(word(words::ASK), [form])
}

fn found(language: Language, hits: &[(Hit, Standing)], today: Date, to: impl Fn(&Hit) -> String) -> Html {
    let word = |words: face::Words| words.of(language);
    let title = words::FOUND.with(language, &[("count", &hits.len())]);
    if hits.is_empty() {
        return section(&title, [empty(word(words::NOBODY), Html::empty())]);
    }
    let columns = [
        Column::text(word(words::NUMBER)),
        Column::text(word(words::NAME)),
        Column::text(word(words::KANA)),
        Column::text(word(words::BORN)),
        Column::text(word(words::SEX)),
        Column::text(word(words::STATE)),
    ];
    let row = |(hit, standing): &(Hit, Standing)| {
        let mut state = vec![item::standing(language, standing, today)];
        if hit.is_protected {
            state.extend([" ".into(), chip(Tone::Warning, word(words::PROTECTED))]);
        }
        vec![
            code(&hit.number),
            link(&to(hit), &hit.name),
            hit.kana.as_str().into(),
            item::born(language, hit.birth).into(),
            item::sex(language, hit.sex).into(),
            Html::all(state),
        ]
    };
    let rows = hits.iter().map(row).collect();
    section(&title, [table(&Table { caption: word(words::FOUND_CAPTION), columns: &columns, rows, dense: false })])
}
