//! A list as a file that a spreadsheet opens.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use face::{Keep, Language};

use super::{ListForm, ListRow};
use crate::visit::with_headers;

/// Spreadsheets take a file without it for one in CP932.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl ListForm {
    /// The file of rows that stand in their order: UTF-8, for people, with the headings of the page. The act is recorded before.
    pub fn file(&self, language: Language, rows: &[ListRow]) -> Response {
        let mut writer = sheets::Writer::for_people(BYTE_ORDER_MARK.as_bytes().to_vec());
        let headings = self.columns.iter().map(|column| column.words.of(language));
        // Writing into memory does not fail.
        let _ = writer.row(headings);
        for row in rows {
            let _ = writer.row(row.cells.iter().map(super::Cell::told));
        }
        let file = writer.finish().unwrap_or_default();
        let name = format!("attachment; filename=\"{}.csv\"", self.path.trim_matches('/').replace('/', "-"));
        let name = HeaderValue::from_str(&name).unwrap_or(HeaderValue::from_static("attachment"));
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), (header::CONTENT_DISPOSITION, name)];
        with_headers((StatusCode::OK, headers, file).into_response(), Keep::Nothing)
    }
}
