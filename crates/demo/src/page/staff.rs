//! Where the pages of the cities' staff are, and as whom they can be opened.

use face::components::{Column, Table, code, link, paragraph, table};
use face::{Html, Language};

use super::words;
use crate::cities;
use crate::officers::Officer;

/// Renders it.
pub(super) fn pages(language: Language, officers: &[Officer]) -> Html {
    let word = |words: face::Words| words.of(language);
    let columns = [Column::text(word(words::CITY)), Column::text(word(words::USER_ID)), Column::text(word(words::PASSWORD))];
    let row = |officer: &Officer| {
        let [japanese, english] = officer.registry.municipality().map_or(["", ""], cities::name);
        let name = if language == Language::Japanese { japanese } else { english };
        vec![link(&format!("https://{}/", officer.pages), name), code(officer.id), code(&officer.password)]
    };
    let rows = officers.iter().map(row).collect();
    let staff = table(&Table { caption: word(words::STAFF), columns: &columns, rows, dense: false });
    Html::all([paragraph(word(words::STAFF_BODY)), staff])
}
