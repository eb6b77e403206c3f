//! The letters that came back, with the form to record another.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use catalogue::{Catalogue, CodeTable};
use diesel::prelude::*;
use face::components::{Bulk, BulkAct, Choice, Emphasis, Field, Form, Input, Method, Tone, chip, form as filled_form, link, section};
use face::{Html, Language, Page, page};
use ledger::{Record, Seen};
use office::list::{Cell, EXPORT_ROWS, ListAsked, ListColumn, ListForm, ListPage, ListRow, Order, PAGE_ROWS, Part};
use office::{Sent, Visit};
use store::Tx;
use vault::Vault;
use vocabulary::Purpose;
use wire::Problem;

use super::table::returned_mail;
use super::{EXPORT, LIST, REASONS, RECORD, RETURNED, words};
use crate::RegistryError;
use crate::consultation::{PROTECTION, SEE, item, page_of, protection};
use crate::pages::Pages;
use crate::person::person_id;
use crate::residents::contact::SealedContact;
use crate::residents::table::resident;

/// The part that shows those that an officer has cleared.
const CLEARED: &str = "cleared";

const COLUMNS: &[ListColumn] = &[
    ListColumn::text("day", words::DAY),
    ListColumn::fixed("number", words::NUMBER),
    ListColumn::fixed("name", words::NAME),
    PROTECTION,
    ListColumn::fixed("reason", words::REASON),
    ListColumn::fixed("by", words::BY),
    ListColumn::fixed("state", words::STATE),
];

#[derive(Queryable)]
struct Row {
    id: i64,
    on: i32,
    reason: String,
    by: String,
    cleared_by: Option<String>,
    resident: i64,
    number: String,
    name: String,
}

/// A letter, and whether its person is protected.
type Found = (Row, bool);

/// What stands in the form of another letter, and what is wrong with it.
#[derive(Default)]
pub(super) struct New {
    pub(super) number: String,
    pub(super) day: [String; 3],
    pub(super) reason: String,
    pub(super) number_error: Option<&'static str>,
    pub(super) day_error: Option<&'static str>,
    pub(super) reason_error: Option<&'static str>,
}

impl New {
    pub(super) fn is_wrong(&self) -> bool {
        [self.number_error, self.day_error, self.reason_error].iter().any(Option::is_some)
    }
}

/// A page of them.
pub(super) async fn list(State(pages): State<Pages>, visit: Visit) -> Result<Response, Problem> {
    shown(&pages, &visit, Html::empty(), New::default(), StatusCode::OK).await
}

/// The same and those after them, as a file.
pub(super) async fn export(State(pages): State<Pages>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let form = form(visit.guest.language);
    let asked = form.asked(&visit);
    let vault = pages.registry.room.vault().clone();
    let read = move |tx: &mut Tx, record: &mut Record<'_>| read(tx, &vault, record, &asked, EXPORT_ROWS);
    let found = pages.registry.room.see(&visit.caller, EXPORT, read).await?;
    Ok(form.file(visit.guest.language, rows(&pages, &visit, &found)).await)
}

/// The page after something was done, or was not.
pub(super) async fn shown(pages: &Pages, visit: &Visit, notice: Html, new: New, status: StatusCode) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let form = form(language);
    let asked = form.asked(visit);
    let (seen, vault) = (asked.clone(), pages.registry.room.vault().clone());
    let read = move |tx: &mut Tx, record: &mut Record<'_>| read(tx, &vault, record, &seen, PAGE_ROWS + 1);
    let found = pages.registry.room.see(&visit.caller, LIST, read).await?;
    let may = pages.office.allows(&visit.caller, &RECORD);
    let list = ListPage::from_more(rows(pages, visit, &found));
    let acts = [BulkAct { action: "/returned/clear", text: words::CLEAR.of(language), emphasis: Emphasis::Primary }];
    let can = may && list.rows.iter().any(|row| row.can_be_chosen);
    let bulk = can.then(|| Bulk { csrf: visit.session.csrf(), acts: &acts, reason: None });
    let listed = section(words::LIST.of(language), [pages.office.list(visit, &form, &asked, list, bulk)]);
    let path = form.here(&asked);
    let another = if may { another(pages, visit, &new) } else { Html::empty() };
    Ok(pages.office.framed(visit, status, |frame| {
        page(&Page {
            title: words::TITLE.of(language),
            lead: Some(words::LEAD.of(language)),
            path: &path,
            notice,
            body: Html::all([listed, another]),
            has_errors: new.is_wrong(),
            ..frame
        })
    }))
}

fn form(language: Language) -> ListForm {
    let parts = vec![Part::of(language, "", words::OPEN), Part::of(language, CLEARED, words::CLEARED)];
    ListForm { path: RETURNED, caption: words::LIST, parts, columns: COLUMNS, order: Order { column: "day", is_down: true } }
}

/// Those after the row that was asked for, in their order, `most` at most.
fn read(tx: &mut Tx, vault: &Vault, record: &mut Record<'_>, asked: &ListAsked, most: usize) -> Result<Seen<Vec<Found>>, RegistryError> {
    let joined = returned_mail::table.inner_join(resident::table.on(resident::id.eq(returned_mail::resident)));
    let columns = (
        returned_mail::id,
        returned_mail::returned_on,
        returned_mail::reason,
        returned_mail::recorded_by,
        returned_mail::cleared_by,
        resident::id,
        resident::number,
        resident::name,
    );
    let mut query = joined.select((columns, SealedContact::NOW)).into_boxed();
    query = match asked.part.as_str() {
        CLEARED => query.filter(returned_mail::cleared_at.is_not_null()),
        _ => query.filter(returned_mail::cleared_at.is_null()),
    };
    let after = asked.after.as_ref().and_then(|mark| Some((i32::try_from(mark.number()?).ok()?, mark.key.parse::<i64>().ok()?)));
    if let Some((on, id)) = after {
        let same = returned_mail::returned_on.eq(on);
        query = if asked.order.is_down {
            query.filter(returned_mail::returned_on.lt(on).or(same.and(returned_mail::id.lt(id))))
        } else {
            query.filter(returned_mail::returned_on.gt(on).or(same.and(returned_mail::id.gt(id))))
        };
    }
    query = if asked.order.is_down {
        query.order((returned_mail::returned_on.desc(), returned_mail::id.desc()))
    } else {
        query.order((returned_mail::returned_on, returned_mail::id))
    };
    let rows: Vec<(Row, SealedContact)> = query.limit(i64::try_from(most).unwrap_or(i64::MAX)).load(tx)?;
    record.note(format!("{} letters", rows.len()));
    let people: Vec<_> = rows.iter().map(|(row, _)| person_id(&row.number).into_owned()).collect();
    let rows = rows.into_iter().map(|(row, contact)| Ok((row, contact.is_protected(vault)?)));
    let rows = rows.collect::<Result<Vec<Found>, RegistryError>>()?;
    Ok(Seen::people(people, rows))
}

fn rows(pages: &Pages, visit: &Visit, found: &[Found]) -> Vec<ListRow> {
    let language = visit.guest.language;
    let may_see = pages.office.allows(&visit.caller, &SEE);
    let catalogue = pages.registry.catalogue();
    let row = |(row, is_protected): &Found| {
        let (tone, state) = match row.cleared_by {
            None => (Tone::Warning, words::OPEN),
            Some(_) => (Tone::Success, words::CLEARED),
        };
        let by = row.cleared_by.as_ref().map_or_else(|| row.by.clone(), |cleared| format!("{} / {cleared}", row.by));
        let name = Cell::text(&row.name);
        ListRow {
            key: row.id.to_string(),
            can_be_chosen: row.cleared_by.is_none(),
            name: row.number.clone(),
            cells: vec![
                Cell::text(&item::date(language, row.on)).ranked(i64::from(row.on)),
                Cell::code(&row.number),
                if may_see { name.shown(link(&page_of(row.resident, Purpose::Invitation), &row.name)) } else { name },
                protection(language, *is_protected),
                Cell::text(reason(language, &catalogue, &row.reason)),
                Cell::text(&by),
                Cell::text(state.of(language)).shown(chip(tone, state.of(language))),
            ],
        }
    };
    found.iter().map(row).collect()
}

/// The city's reasons.
pub(super) fn reasons(catalogue: &Catalogue) -> Option<&CodeTable> {
    catalogue.code_table(REASONS)
}

/// What a reason is called; its code where the city has it no more.
pub(crate) fn reason<'r>(language: Language, catalogue: &'r Catalogue, of: &'r str) -> &'r str {
    let code = reasons(catalogue).and_then(|table| table.code(of));
    code.map_or(of, |code| item::in_language(language, &code.name, &code.english))
}

/// The form of another letter.
fn another(pages: &Pages, visit: &Visit, new: &New) -> Html {
    let language = visit.guest.language;
    let word = |words: face::Words| words.of(language);
    let catalogue = pages.registry.catalogue();
    let codes = reasons(&catalogue).into_iter().flat_map(|table| &table.codes);
    let choices: Vec<Choice<'_>> =
        codes.map(|code| Choice { value: &code.value, text: item::in_language(language, &code.name, &code.english) }).collect();
    let [year, month, day] = &new.day;
    let fields = [
        Field::required("number", word(words::NUMBER), Input::Digits { value: &new.number, longest: 15 })
            .hint(word(words::NUMBER_HINT))
            .error(new.number_error),
        Field::required("day", word(words::DAY), Input::Date { value: [year, month, day] })
            .hint(word(words::DAY_HINT))
            .error(new.day_error),
        Field::required("reason", word(words::REASON), Input::Select { choices: &choices, value: &new.reason }).error(new.reason_error),
    ];
    let form = filled_form(&Form {
        language,
        method: Method::Post,
        action: RETURNED,
        csrf: Some(visit.session.csrf()),
        fields: &fields,
        submit: word(words::SAVE),
        cancel: None,
    });
    section(word(words::ANOTHER), [form])
}
