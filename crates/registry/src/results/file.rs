//! A file of one record type, row by row.

use std::io::Read;

use vocabulary::ResidentNumber;

use super::form::Form;
use crate::RegistryError;
use crate::files::Rejected;
use crate::files::encoding::{self, Encoding, Text};
use crate::residents::FileError;

/// A file whose heading row is that of the record type.
pub(super) struct File<'f, R> {
    form: &'f Form<'f>,
    reader: csv::Reader<Text<R>>,
}

/// A row with its cells in their one form.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) resident: ResidentNumber,
    pub(super) cells: Vec<String>,
}

impl<'f, R: Read> File<'f, R> {
    /// Reads the heading row: the items in their order, no more and no fewer.
    pub(super) fn open(form: &'f Form<'f>, input: R, encoding: Encoding) -> Result<Self, RegistryError> {
        let text = encoding::utf8(input, encoding).map_err(FileError::Read)?;
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(1 << 18).from_reader(text);
        let mut record = csv::StringRecord::new();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) | Err(_) => return Err(FileError::Empty.into()),
        }
        let expected = form.header().count();
        for (at, heading) in form.header().enumerate() {
            let found = record.get(at).unwrap_or_default().trim_matches([' ', '\u{3000}', '\u{feff}']);
            if found != heading && !(at == form.resident && found == form.record.items.get(at).map_or("", |item| item.name.as_str())) {
                return Err(RegistryError::Asked(format!(
                    "column {} of the file must be {heading}: the order of the items is fixed",
                    at + 1
                )));
            }
        }
        if record.len() != expected {
            return Err(RegistryError::Asked(format!("the file has {} columns; its record type has {expected}", record.len())));
        }
        Ok(Self { form, reader })
    }

    /// The next row, checked or refused; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row, Rejected>>, RegistryError> {
        let mut record = csv::StringRecord::new();
        loop {
            match self.reader.read_record(&mut record) {
                Ok(false) => return Ok(None),
                Ok(true) if record.len() == 1 && record.get(0).is_some_and(str::is_empty) => {}
                Ok(true) => return Ok(Some(self.check(&record))),
                Err(error) => return refused(error, self.reader.get_ref()).map(|rejected| Some(Err(rejected))),
            }
        }
    }

    fn check(&self, record: &csv::StringRecord) -> Result<Row, Rejected> {
        let line = self.reader.get_ref().line(record.position());
        let reject = |column: &str, reason: String| Rejected { line, column: column.to_owned().into(), reason };
        let items = &self.form.record.items;
        if record.len() != items.len() {
            return Err(reject("", format!("the row has {} columns; it must have {}", record.len(), items.len())));
        }
        let mut cells = Vec::with_capacity(items.len());
        for (at, (item, text)) in items.iter().zip(record).enumerate() {
            if text.contains('\u{fffd}') {
                return Err(reject(self.form.heading(at), "holds bytes that mean nothing in the file's encoding".to_owned()));
            }
            match item.canonical(text) {
                Ok(form) => cells.push(form.into_owned()),
                Err(problem) => return Err(reject(self.form.heading(at), problem.ja())),
            }
        }
        let number = cells.get(self.form.resident).map_or("", String::as_str);
        let resident = ResidentNumber::parse(number).map_err(|error| reject(self.form.heading(self.form.resident), error.to_string()))?;
        Ok(Row { line, resident, cells })
    }
}

/// A record that is no UTF-8 is refused alone; a file that cannot be read is refused whole.
fn refused<R>(error: csv::Error, text: &Text<R>) -> Result<Rejected, RegistryError> {
    let line = text.line(error.position());
    match error.into_kind() {
        csv::ErrorKind::Utf8 { .. } => {
            Ok(Rejected { line, column: Default::default(), reason: "holds bytes that are no UTF-8: is the encoding right?".to_owned() })
        }
        csv::ErrorKind::Io(error) => Err(FileError::Read(error).into()),
        _ => Err(FileError::Empty.into()),
    }
}
