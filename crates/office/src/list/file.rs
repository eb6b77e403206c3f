//! A list as a file that a spreadsheet opens.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use face::{Keep, Language};
use wire::Problem;

use super::{Cell, ListForm, ListRow};
use crate::visit::with_headers;

/// The media type of a workbook.
pub(crate) const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

impl ListForm {
    /// The workbook of rows that stand in their order, with the headings of the page. The act is recorded before.
    pub fn file(&self, language: Language, rows: &[ListRow]) -> Response {
        let headings = self.columns.iter().map(|column| column.words.of(language));
        let file = match sheets::write_workbook(headings, rows.iter().map(|row| row.cells.iter().map(Cell::told))) {
            Ok(file) => file,
            Err(error) => return Problem::internal(&error).into_response(),
        };
        let name = format!("attachment; filename=\"{}.xlsx\"", self.path.trim_matches('/').replace('/', "-"));
        let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(WORKBOOK)), (header::CONTENT_DISPOSITION, name)];
        with_headers((StatusCode::OK, headers, file).into_response(), Keep::Nothing)
    }
}
