//! What is done to the letters that were chosen, and undone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::Html;
use face::components::{Banner, Button, Emphasis, Tone, banner, undo as undo_banner};
use ledger::{Record, Seen};
use office::{Fields, Sent, Visit};
use store::Tx;
use wire::Problem;

use super::list::{New, shown};
use super::rows::set_cleared;
use super::{RECORD, words};
use crate::RegistryError;
use crate::pages::Pages;
use crate::person::person_id;

/// An officer has looked into them: letters go to these addresses again.
pub(super) async fn clear(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let cleared = change(&pages, &visit, chosen(&fields), true).await?;
    if cleared.is_empty() {
        let notice = banner(&Banner { language, tone: Tone::Error, title: words::NOTHING_CHOSEN.of(language), body: Html::empty() });
        return shown(&pages, &visit, notice, New::default(), StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let title = words::CLEARED_NOW.with(language, &[("count", &cleared.len())]);
    let ids: Vec<String> = cleared.iter().map(i64::to_string).collect();
    let values: Vec<(&str, &str)> = ids.iter().map(|id| ("row", id.as_str())).collect();
    let text = words::UNDO.of(language);
    let button = Button { action: "/returned/undo", csrf: visit.session.csrf(), values: &values, text, emphasis: Emphasis::Secondary };
    let notice = undo_banner(language, &title, &button);
    shown(&pages, &visit, notice, New::default(), StatusCode::OK).await
}

/// Takes it back: no letter goes there.
pub(super) async fn undo(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let count = change(&pages, &visit, chosen(&fields), false).await?.len();
    let title = words::UNDONE.with(language, &[("count", &count)]);
    let notice = banner(&Banner { language, tone: Tone::Success, title: &title, body: Html::empty() });
    shown(&pages, &visit, notice, New::default(), StatusCode::OK).await
}

fn chosen(fields: &Fields) -> Vec<i64> {
    fields.all("row").filter_map(|key| key.parse().ok()).collect()
}

/// Changes them → those that this changed.
async fn change(pages: &Pages, visit: &Visit, ids: Vec<i64>, clear: bool) -> Result<Vec<i64>, Problem> {
    let (by, at) = (visit.caller.id().to_owned(), pages.registry.clock.now_ms());
    let write = move |tx: &mut Tx, record: &mut Record<'_>| {
        let changed = set_cleared(tx, &ids, clear.then_some((by.as_str(), at)))?;
        record.note(format!("{}: {} letters", if clear { "cleared" } else { "not cleared" }, changed.len()));
        let people: Vec<_> = changed.iter().map(|(_, number)| person_id(number).into_owned()).collect();
        Ok::<_, RegistryError>(Seen::people(people, changed.into_iter().map(|(id, _)| id).collect()))
    };
    Ok(pages.registry.room.change(&visit.caller, RECORD, write).await?)
}
