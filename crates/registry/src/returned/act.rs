//! What is done to the letters that were chosen, and undone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use face::Html;
use face::components::{Banner, Tone, banner};
use ledger::{Record, Seen};
use office::{NOT_UNDONE, Sent, Touched, Visit};
use store::Tx;
use wire::Problem;

use super::list::{New, shown};
use super::rows::{MailChange, set_cleared};
use super::{RECORD, UNDO_PATH, words};
use crate::RegistryError;
use crate::pages::Pages;
use crate::person::person_id;

/// An officer has looked into them: letters go to these addresses again.
pub(super) async fn clear(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let ids = fields.rows();
    let at = pages.registry.clock.now_ms();
    let cleared = change(&pages, &visit, ids, MailChange::Clear(at)).await?;
    if cleared.is_empty() {
        return refused(&pages, &visit, words::NOTHING_CHOSEN.of(language)).await;
    }
    let title = words::CLEARED_NOW.with(language, &[("count", &cleared.len())]);
    let touched = Touched { at, rows: cleared.iter().map(i64::to_string).collect() };
    let notice = pages.office.undoable(&visit, UNDO_PATH, &title, &touched)?;
    shown(&pages, &visit, notice, New::default(), StatusCode::OK).await
}

/// Takes it back, of those that the act cleared and that nobody has dealt with since: no letter goes there.
pub(super) async fn undo(State(pages): State<Pages>, Sent { visit, fields }: Sent) -> Result<Response, Problem> {
    let language = visit.guest.language;
    let Some(touched) = pages.office.touched(&visit, UNDO_PATH, &fields) else {
        return refused(&pages, &visit, NOT_UNDONE.of(language)).await;
    };
    let ids = touched.rows.iter().filter_map(|key| key.parse().ok()).collect();
    let count = change(&pages, &visit, ids, MailChange::Undo(touched.at)).await?.len();
    let title = words::UNDONE.with(language, &[("count", &count)]);
    let notice = banner(&Banner { language, tone: Tone::Success, title: &title, body: Html::empty() });
    shown(&pages, &visit, notice, New::default(), StatusCode::OK).await
}

async fn refused(pages: &Pages, visit: &Visit, why: &str) -> Result<Response, Problem> {
    let notice = banner(&Banner { language: visit.guest.language, tone: Tone::Error, title: why, body: Html::empty() });
    shown(pages, visit, notice, New::default(), StatusCode::UNPROCESSABLE_ENTITY).await
}

/// Changes them → those that this changed.
async fn change(pages: &Pages, visit: &Visit, ids: Vec<i64>, change: MailChange) -> Result<Vec<i64>, Problem> {
    let by = visit.caller.id().to_owned();
    let write = move |tx: &mut Tx, record: &mut Record<'_>| {
        let changed = set_cleared(tx, &ids, &by, change)?;
        let word = if matches!(change, MailChange::Clear(_)) { "cleared" } else { "not cleared" };
        record.note(format!("{word}: {} letters", changed.len()));
        let people: Vec<_> = changed.iter().map(|(_, number)| person_id(number).into_owned()).collect();
        Ok::<_, RegistryError>(Seen::people(people, changed.into_iter().map(|(id, _)| id).collect()))
    };
    Ok(pages.registry.room.change(&visit.caller, RECORD, write).await?)
}
