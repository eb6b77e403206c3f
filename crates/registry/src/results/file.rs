//! A file of one record type, row by row.

use std::io::Read;
use std::sync::Arc;

use sheets::{Encoding, Options, Sheet};
use vocabulary::ResidentNumber;

use super::form::Form;
use super::import::Rows;
use crate::RegistryError;
use crate::files::Rejected;

/// A file whose heading row is that of the record type.
pub(super) struct File<'f, R> {
    form: &'f Form<'f>,
    sheet: Sheet<R>,
}

/// A row with its cells in their one form.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct ResultRow {
    pub(super) line: u64,
    pub(super) resident: ResidentNumber,
    pub(super) cells: Vec<String>,
}

impl<'f, R: Read> File<'f, R> {
    /// Reads the heading row: the items in their order, no more and no fewer.
    pub(super) fn open(form: &'f Form<'f>, input: R, encoding: Encoding) -> Result<Self, RegistryError> {
        let sheet = Sheet::open(input, Options { encoding, gaiji: Arc::clone(&form.gaiji), keeps_unknown: false })?;
        let headings = sheet.headings();
        for (at, heading) in form.header().enumerate() {
            let found = headings.get(at).map_or("", String::as_str);
            if found != heading && !(at == form.resident && found == form.record.items.get(at).map_or("", |item| item.name.as_str())) {
                let place = at + 1;
                return Err(RegistryError::asked(
                    format!("{place}列目の見出しは「{heading}」でなければなりません。項目の順序は決まっています"),
                    format!("column {place} of the file must be {heading}: the order of the items is fixed"),
                ));
            }
        }
        let (found, expected) = (headings.len(), form.header().count());
        if found != expected {
            return Err(RegistryError::asked(
                format!("列が{found}個あります。この様式の{expected}個にしてください"),
                format!("the file has {found} columns; its record type has {expected}"),
            ));
        }
        Ok(Self { form, sheet })
    }

    /// The next row, checked or refused; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<ResultRow, Rejected>>, RegistryError> {
        let Some(row) = self.sheet.next_row()? else { return Ok(None) };
        Ok(Some(row.and_then(|row| check(self.form, row))))
    }

    /// The next rows, and whether they are the last: fewer than these are there then.
    pub(super) fn next_rows(&mut self, size: usize) -> Result<Rows, RegistryError> {
        let mut rows = Vec::with_capacity(size);
        while rows.len() < size
            && let Some(row) = self.next_row()?
        {
            rows.push(row);
        }
        let is_last = rows.len() < size;
        Ok((rows, is_last))
    }
}

fn check(form: &Form<'_>, row: &sheets::Row) -> Result<ResultRow, Rejected> {
    let line = row.line();
    let items = &form.record.items;
    let mut cells = Vec::with_capacity(items.len());
    for (at, (item, text)) in items.iter().zip(row.iter()).enumerate() {
        match item.canonical(text) {
            Ok(form) => cells.push(form.into_owned()),
            Err(problem) => return Err(Rejected::cell(line, form.heading(at).to_owned(), problem.ja(), problem.en())),
        }
    }
    let number = cells.get(form.resident).map_or("", String::as_str);
    let wrong = catalogue::Problem::ResidentNumber;
    let resident =
        ResidentNumber::parse(number).map_err(|_| Rejected::cell(line, form.heading(form.resident).to_owned(), wrong.ja(), wrong.en()))?;
    Ok(ResultRow { line, resident, cells })
}

/// A row about somebody whom the register does not know.
pub(super) fn nobody(form: &Form<'_>, line: u64) -> Rejected {
    Rejected::cell(
        line,
        form.heading(form.resident).to_owned(),
        "この番号の住民がいません。先に住民情報を取り込んでください",
        "nobody of this number is known: import the resident register first",
    )
}
