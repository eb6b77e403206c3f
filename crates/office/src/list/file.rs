//! A list as a file that a spreadsheet opens.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use face::{Keep, Language};
use tokio::sync::Semaphore;
use wire::Problem;

use super::{Cell, ListForm, ListRow};
use crate::visit::with_headers;

/// The media type of a workbook.
pub(crate) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Workbooks that are made at once: each takes a core for a while, and no thread that answers others.
static MAKING: Semaphore = Semaphore::const_new(2);

impl ListForm {
    /// The workbook of rows that stand in their order, with the headings of the page. The act is recorded before.
    pub async fn file(&self, language: Language, rows: Vec<ListRow>) -> Response {
        let headings: Vec<&str> = self.columns.iter().map(|column| column.words.of(language)).collect();
        // never closed
        let turn = MAKING.acquire().await.ok();
        let making = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            sheets::write_workbook(headings, rows.iter().map(|row| row.cells.iter().map(Cell::told)))
        });
        let file = match making.await {
            Ok(Ok(file)) => file,
            Ok(Err(error)) => return Problem::internal(&error).into_response(),
            Err(_) => return Problem::unavailable("the program is stopping").into_response(),
        };
        let name = format!("attachment; filename=\"{}.xlsx\"", self.path.trim_matches('/').replace('/', "-"));
        let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(WORKBOOK)), (header::CONTENT_DISPOSITION, name)];
        with_headers((StatusCode::OK, headers, file).into_response(), Keep::Nothing)
    }
}
