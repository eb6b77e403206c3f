//! The records that were taken in or entered, to be looked through: page after page, and as a file for a spreadsheet. Whose they are stands in
//! the record of use, of the page as of the file; what they say is not shown here.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use diesel::prelude::*;
use face::components::{code, link};
use face::{Html, Language, Page, page};
use ledger::{Record, Seen};
use office::list::{Cell, EXPORT_ROWS, ListAsked, ListColumn, ListForm, ListPage, ListRow, Order, PAGE_ROWS, Part};
use office::{Sent, Visit};
use store::Tx;
use vault::Vault;
use vocabulary::Purpose;
use wire::Problem;

use super::table::{FORM, HUB, record_row};
use super::{ENTER, EXPORT_LIST, LIST, list_words as words};
use crate::RegistryError;
use crate::consultation::{PROTECTION, SEE, page_of, protection};
use crate::entry::correction_of;
use crate::pages::Pages;
use crate::person::person_id;
use crate::residents::contact::SealedContact;
use crate::residents::table::resident;

pub(super) const RECORDS: &str = "/records";

const COLUMNS: &[ListColumn] = &[
    ListColumn::number("id", words::ID),
    ListColumn::text("resident", words::RESIDENT),
    ListColumn::fixed("name", words::NAME),
    PROTECTION,
    ListColumn::fixed("record", words::RECORD),
    ListColumn { is_sortable: false, ..ListColumn::number("year", words::YEAR) },
    ListColumn { is_sortable: false, ..ListColumn::number("version", words::VERSION) },
    ListColumn::fixed("source", words::SOURCE),
];

/// A record, and whose it is.
#[derive(Queryable)]
struct Row {
    id: i64,
    record: i16,
    fiscal_year: i32,
    version: i32,
    source: String,
    resident: i64,
    number: String,
    name: String,
}

/// A record, and whether its person is protected.
type Found = (Row, bool);

/// A page of them.
pub(super) async fn list(State(pages): State<Pages>, visit: Visit) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let form = form(&pages, language);
    let asked = form.asked(&visit);
    let (seen, vault) = (asked.clone(), pages.registry.room.vault().clone());
    let read = move |tx: &mut Tx, record: &mut Record<'_>| read(tx, &vault, record, &seen, PAGE_ROWS + 1);
    let found = pages.registry.room.see(&visit.caller, LIST, read).await?;
    let page_of_list = ListPage::from_more(rows(&pages, &visit, &found));
    let (body, path) = (pages.office.list(&visit, &form, &asked, page_of_list, None), form.here(&asked));
    Ok(pages.office.framed(&visit, StatusCode::OK, |frame| {
        page(&Page { title: words::TITLE.of(language), lead: Some(words::LEAD.of(language)), path: &path, body, ..frame })
    }))
}

/// The same and those after them, as a file.
pub(super) async fn export(State(pages): State<Pages>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let form = form(&pages, visit.guest.language);
    let asked = form.asked(&visit);
    let vault = pages.registry.room.vault().clone();
    let read = move |tx: &mut Tx, record: &mut Record<'_>| read(tx, &vault, record, &asked, EXPORT_ROWS);
    let found = pages.registry.room.see(&visit.caller, EXPORT_LIST, read).await?;
    Ok(form.file(visit.guest.language, rows(&pages, &visit, &found)).await)
}

fn form(pages: &Pages, language: Language) -> ListForm {
    let named = |record: &catalogue::Record| Part { name: record.number.to_string(), text: title(language, record).to_owned() };
    let all = Part::of(language, "", words::ALL);
    let parts = [all].into_iter().chain(pages.registry.catalogue().records().iter().map(named)).collect();
    ListForm { path: RECORDS, caption: words::TITLE, parts, columns: COLUMNS, order: Order { column: "id", is_down: true } }
}

fn title(language: Language, record: &catalogue::Record) -> &str {
    if language == Language::Japanese { &record.name } else { &record.english }
}

/// Those after the row that was asked for, in their order, `most` at most.
fn read(tx: &mut Tx, vault: &Vault, record: &mut Record<'_>, asked: &ListAsked, most: usize) -> Result<Seen<Vec<Found>>, RegistryError> {
    let joined = record_row::table.inner_join(resident::table.on(resident::id.eq(record_row::resident)));
    let columns = (
        record_row::id,
        record_row::record,
        record_row::fiscal_year,
        record_row::version,
        record_row::source,
        resident::id,
        resident::number,
        resident::name,
    );
    let mut query = joined.select((columns, SealedContact::NOW)).into_boxed();
    if let Ok(kind) = asked.part.parse::<i16>() {
        query = query.filter(record_row::record.eq(kind));
    }
    let after = asked.after.as_ref().and_then(|mark| Some((mark.number()?, mark.key.parse::<i64>().ok()?)));
    let by_person = asked.order.column == "resident";
    query = match (after, by_person, asked.order.is_down) {
        (None, ..) => query,
        (Some((_, id)), false, false) => query.filter(record_row::id.gt(id)),
        (Some((_, id)), false, true) => query.filter(record_row::id.lt(id)),
        (Some((whose, id)), true, false) => {
            query.filter(record_row::resident.gt(whose).or(record_row::resident.eq(whose).and(record_row::id.gt(id))))
        }
        (Some((whose, id)), true, true) => {
            query.filter(record_row::resident.lt(whose).or(record_row::resident.eq(whose).and(record_row::id.lt(id))))
        }
    };
    query = match (by_person, asked.order.is_down) {
        (false, false) => query.order(record_row::id),
        (false, true) => query.order(record_row::id.desc()),
        (true, false) => query.order((record_row::resident, record_row::id)),
        (true, true) => query.order((record_row::resident.desc(), record_row::id.desc())),
    };
    let rows: Vec<(Row, SealedContact)> = query.limit(i64::try_from(most).unwrap_or(i64::MAX)).load(tx)?;
    record.note(format!("{} records", rows.len()));
    let people: Vec<_> = rows.iter().map(|(row, _)| person_id(&row.number).into_owned()).collect();
    let rows = rows.into_iter().map(|(row, contact)| Ok((row, contact.is_protected(vault)?)));
    let rows = rows.collect::<Result<Vec<Found>, RegistryError>>()?;
    Ok(Seen::people(people, rows))
}

fn rows(pages: &Pages, visit: &Visit, found: &[Found]) -> Vec<ListRow> {
    let language = visit.guest.language;
    let may_see = pages.office.allows(&visit.caller, &SEE);
    let catalogue = pages.registry.catalogue();
    let may_correct = pages.office.allows(&visit.caller, &ENTER);
    let row = |(row, is_protected): &Found| {
        let known = u16::try_from(row.record).ok().and_then(|number| catalogue.record(number));
        let correct = known.filter(|_| may_correct).map(|record| {
            let text = words::CORRECT.with(language, &[("id", &row.id)]);
            Html::all([" ".into(), link(&correction_of(record.number, row.id), &text)])
        });
        let record = known.map_or_else(|| row.record.to_string(), |record| title(language, record).to_owned());
        let source = match row.source.as_str() {
            HUB => words::FROM_HUB,
            FORM => words::FROM_FORM,
            _ => words::FROM_FILE,
        };
        let name = if may_see { link(&page_of(row.resident, Purpose::ResultEntry), &row.name) } else { Html::text(&row.name) };
        let year = i64::from(row.fiscal_year);
        ListRow {
            key: row.id.to_string(),
            can_be_chosen: false,
            name: row.id.to_string(),
            cells: vec![
                Cell::number(row.id).shown(Html::all([code(&row.id.to_string())].into_iter().chain(correct))),
                Cell::code(&row.number).ranked(row.resident),
                Cell::text(&row.name).shown(name),
                protection(language, *is_protected),
                Cell::text(&record),
                if year == 0 { Cell::text("").shown("—".into()) } else { Cell::number(year).shown(Html::text(&year.to_string())) },
                Cell::number(i64::from(row.version)),
                Cell::text(source.of(language)),
            ],
        }
    };
    found.iter().map(row).collect()
}
