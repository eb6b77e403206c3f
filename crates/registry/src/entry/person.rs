//! Whose a result is: a number is asked for, and the person of that number is shown, before anything about them is entered.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, Record};
use eligibility::Standing;
use face::components::{Field, Form, Input, Method, form};
use face::{Html, Language, Link, Page, Width, page};
use ledger::Seen;
use office::Visit;
use store::Tx;
use vault::Vault;
use vocabulary::Date;
use wire::Problem;

use super::{ENTRY, choose, words};
use crate::RegistryError;
use crate::consultation::{Hit, of_number};
use crate::pages::Pages;
use crate::person::person_id;
use crate::results::{ENTER, days_of};

/// The item of the person's number.
pub(super) const NUMBER: &str = "resident_number";

/// What is kept from one person to the next, because it seldom differs.
const KEPT: [&str; 3] = ["fiscal_year", "examined_on", "institution"];

/// Whose a record is, and the 履歴番号 and day of each of their records of its type.
pub(super) struct Whose {
    pub(super) hit: Hit,
    pub(super) standing: Standing,
    pub(super) days: Vec<(i32, Date)>,
}

impl Whose {
    /// Finds the person of a number with their records of a type.
    pub(super) fn read(tx: &mut Tx, vault: &Vault, catalogue: &Catalogue, of: u16, number: &str) -> Result<Option<Self>, RegistryError> {
        let Some((hit, standing)) = of_number(tx, vault, number)? else { return Ok(None) };
        let days = days_of(tx, vault, catalogue, of, hit.id)?;
        Ok(Some(Whose { hit, standing, days }))
    }

    /// Their name and number, as an answer says whose record it is about.
    pub(super) fn named(&self, language: Language) -> String {
        words::WHOSE.with(language, &[("name", &self.hit.name), ("number", &self.hit.number)])
    }
}

/// The same for a page, recorded; nothing where nobody has the number.
pub(super) async fn find(pages: &Pages, visit: &Visit, of: u16, number: String) -> Result<Option<Whose>, RegistryError> {
    let (vault, catalogue) = (pages.registry.room.vault().clone(), pages.registry.catalogue());
    let look = move |tx: &mut Tx, entry: &mut ledger::Record<'_>| {
        entry.note(format!("record type {of}"));
        let whose = Whose::read(tx, &vault, &catalogue, of, &number)?;
        if whose.is_none() {
            entry.refused();
        }
        Ok::<_, RegistryError>(Seen::person(person_id(&number).into_owned(), whose))
    };
    pages.registry.room.see(&visit.caller, ENTER, look).await
}

/// The question for the number.
#[derive(Default)]
pub(super) struct Question<'q> {
    pub(super) number: &'q str,
    pub(super) error: Option<&'q str>,
    /// What was entered for the person before.
    pub(super) values: BTreeMap<String, String>,
    pub(super) notice: Html,
}

/// Asks for the number of the person, and keeps what seldom differs.
pub(super) fn asked(
    pages: &Pages,
    visit: &Visit,
    record: &Record,
    status: StatusCode,
    question: Question<'_>,
) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let number = Input::Digits { value: question.number, longest: 15 };
    let mut fields = vec![Field::required(NUMBER, word(words::RESIDENT), number).hint(word(words::RESIDENT_HINT)).error(question.error)];
    let kept = question.values.iter().filter(|(item, value)| KEPT.contains(&item.as_str()) && !value.is_empty());
    fields.extend(kept.map(|(item, value)| Field::optional(item, "", Input::Hidden { value })));
    let action = format!("{ENTRY}/{}", record.number);
    let body = form(&Form {
        language,
        method: Method::Post,
        action: &action,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::GO_ON),
        cancel: Some(Link::new(ENTRY, word(words::BACK))),
    });
    let above = [Link::new(ENTRY, word(words::TITLE))];
    Ok(pages.office.framed(visit, status, |frame| {
        page(&Page {
            title: choose::name(language, record),
            lead: Some(word(words::PERSON_LEAD)),
            breadcrumbs: &above,
            notice: question.notice,
            body,
            width: Width::Reading,
            has_errors: question.error.is_some(),
            ..frame
        })
    }))
}
