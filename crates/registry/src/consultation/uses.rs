//! Who has used a person's data: the record of use, as far as it names them. Looking at it is in it too.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::components::{paragraph, section};
use face::{Link, Page, page};
use ledger::{About, find};
use office::{Visit, table_of_uses};
use wire::{Path, Problem};

use super::person::named;
use super::{RESIDENTS, SEE, SEE_USES, page_of, words};
use crate::pages::Pages;

const MOST: usize = 200;

/// Shows the newest of them.
pub(super) async fn uses(State(pages): State<Pages>, visit: Visit, Path(id): Path<i64>) -> Result<Response, Problem> {
    let (room, language) = (&pages.registry.room, visit.guest.language);
    let (number, name) = room.see(&visit.caller, SEE_USES, move |tx, _| named(tx, id)).await?;
    let now = pages.registry.clock.now_ms();
    let found = find(room, &visit.caller, About::Person(&number), 0..now.saturating_add(1), MOST).await?;
    let word = |words: face::Words| words.of(language);
    let title = word(words::USES);
    let whose = words::USES_OF.with(language, &[("name", &name), ("number", &number)]);
    let listed = table_of_uses(&pages.office, language, title, &found);
    let body = section(&whose, [paragraph(word(words::USES_NOTE)), listed]);
    let person = page_of(id, visit.caller.purpose());
    let mut above = vec![Link::new(RESIDENTS, words::TITLE.of(language))];
    if pages.office.allows(&visit.caller, &SEE) {
        above.push(Link::new(&person, word(words::PERSON)));
    }
    Ok(pages.office.framed(&visit, StatusCode::OK, |frame| page(&Page { title, breadcrumbs: &above, body, ..frame })))
}
