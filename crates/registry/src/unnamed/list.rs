//! The list and its file.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use diesel::prelude::*;
use face::components::link;
use face::{Page, Words, page};
use ledger::{Record, Seen};
use office::list::{Cell, ListColumn, ListForm, ListPage, ListRow, Order};
use office::{Sent, Visit};
use store::Tx;
use vault::Vault;
use vocabulary::Purpose;
use wire::Problem;

use super::{EXPORT, LIST, UNNAMED, is_unnamed, words};
use crate::RegistryError;
use crate::consultation::{PROTECTION, SEE, item, page_of, protection};
use crate::pages::Pages;
use crate::person::person_id;
use crate::residents::contact::SealedContact;
use crate::residents::table::resident;

const COLUMNS: &[ListColumn] = &[
    ListColumn::text("number", words::NUMBER),
    ListColumn::fixed("name", words::NAME),
    PROTECTION,
    ListColumn::fixed("where", words::WHERE),
    ListColumn::text("codes", words::CODES),
];

/// A resident: number, name, kana, where they live.
type Read = (String, String, String, SealedContact);

struct Row {
    id: i64,
    number: String,
    name: String,
    is_protected: bool,
    /// Whether name, kana, address and building hold such a character.
    places: [bool; 4],
    codes: String,
}

/// A page of them.
pub(super) async fn list(State(pages): State<Pages>, visit: Visit) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let vault = pages.registry.room.vault().clone();
    let found = pages.registry.room.see(&visit.caller, LIST, move |tx, record| read(tx, &vault, record)).await?;
    let form = form();
    let asked = form.asked(&visit);
    let list = ListPage::cut(&form, &asked, rows(&pages, &visit, &found));
    let (body, path) = (pages.office.list(&visit, &form, &asked, list, None), form.here(&asked));
    Ok(pages.office.framed(&visit, StatusCode::OK, |frame| {
        page(&Page { title: words::TITLE.of(language), lead: Some(words::LEAD.of(language)), path: &path, body, ..frame })
    }))
}

/// All of them as a file.
pub(super) async fn export(State(pages): State<Pages>, Sent { visit, .. }: Sent) -> Result<Response, Problem> {
    let vault = pages.registry.room.vault().clone();
    let found = pages.registry.room.see(&visit.caller, EXPORT, move |tx, record| read(tx, &vault, record)).await?;
    let form = form();
    let rows = ListPage::all_after(&form, &form.asked(&visit), rows(&pages, &visit, &found));
    Ok(form.file(visit.guest.language, rows).await)
}

fn form() -> ListForm {
    ListForm { path: UNNAMED, caption: words::LIST, parts: Vec::new(), columns: COLUMNS, order: Order { column: "codes", is_down: false } }
}

/// Everybody concerned, as the import marked them.
fn read(tx: &mut Tx, vault: &Vault, record: &mut Record<'_>) -> Result<Seen<Vec<Row>>, RegistryError> {
    let mut rows = Vec::new();
    let query = resident::table.select((resident::number, resident::name, resident::kana, SealedContact::NOW));
    // As the index says it: with a value beside the statement it would not be used.
    let query = query.filter(diesel::dsl::sql::<diesel::sql_types::Bool>("unnamed = 1"));
    store::stream!(tx, query, Read, |(number, name, kana, sealed): Read| {
        let contact = sealed.open(vault)?;
        let texts = [&name, &kana, contact.address(), contact.building()];
        let places = texts.map(|text| text.contains(is_unnamed));
        let mut characters: Vec<char> = texts.into_iter().flat_map(|text| text.chars().filter(|one| is_unnamed(*one))).collect();
        characters.sort_unstable();
        characters.dedup();
        let codes = characters.iter().map(|one| format!("U+{:04X}", u32::from(*one))).collect::<Vec<_>>().join(" ");
        rows.push(Row { id: sealed.id(), number, is_protected: contact.is_protected(), places, codes, name });
        Ok::<_, RegistryError>(())
    })?;
    record.note(format!("{} people with unnamed characters", rows.len()));
    let people: Vec<_> = rows.iter().map(|row| person_id(&row.number).into_owned()).collect();
    Ok(Seen::people(people, rows))
}

fn rows(pages: &Pages, visit: &Visit, found: &[Row]) -> Vec<ListRow> {
    let language = visit.guest.language;
    let may_see = pages.office.allows(&visit.caller, &SEE);
    let places: [Words; 4] = [words::IN_NAME, words::IN_KANA, words::IN_ADDRESS, words::IN_BUILDING];
    let row = |row: &Row| {
        let number = Cell::code(&row.number);
        let held: Vec<&str> = places.iter().zip(row.places).filter(|(_, holds)| *holds).map(|(word, _)| word.of(language)).collect();
        ListRow {
            key: row.id.to_string(),
            can_be_chosen: false,
            name: row.number.clone(),
            cells: vec![
                if may_see { number.shown(link(&page_of(row.id, Purpose::Invitation), &row.number)) } else { number },
                Cell::text(&row.name).shown(item::text(language, &row.name)),
                protection(language, row.is_protected),
                Cell::text(&held.join("・")),
                Cell::text(&row.codes),
            ],
        }
    };
    found.iter().map(row).collect()
}
