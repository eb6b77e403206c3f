//! Rows into PostgreSQL: COPY in its binary format, written while the server reads.

use std::cell::RefCell;
use std::io::Write;

use diesel::pg::CopyFormat;
use diesel::prelude::ExecuteCopyFromDsl as _;
use diesel::sqlite::SqliteType;
use diesel::{PgConnection, copy_from};

use super::{Columns, Loader, Problem, Sink, TOO_FEW, TOO_MANY, TYPE, table_of, target};
use crate::StoreError;

/// Signature, flags, length of the header's extension.
const HEADER: [u8; 19] = *b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const GONE: StoreError = StoreError::NotReachable("the connection is gone");
/// What is sent at once.
const PIECE: usize = 64 * 1024;

/// Where the encoded rows go.
pub(super) struct Copy<'a> {
    encoder: Encoder,
    out: &'a mut dyn Write,
}

impl std::fmt::Debug for Copy<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copy").finish_non_exhaustive()
    }
}

pub(super) struct Encoder {
    types: Vec<SqliteType>,
    count: [u8; 2],
    /// The column that comes next.
    at: usize,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").field("buffer", &self.buffer.len()).finish_non_exhaustive()
    }
}

/// The error that Diesel's COPY carries; the caller's own is kept beside it. Its text is sent to the server, and so says nothing.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped(Option<diesel::result::Error>);

impl From<diesel::result::Error> for Stopped {
    fn from(error: diesel::result::Error) -> Self {
        Self(Some(error))
    }
}

pub(super) fn load<C: Columns, E: From<StoreError>>(
    connection: &mut PgConnection,
    columns: C,
    rows: impl FnOnce(&mut Loader<'_>) -> Result<(), E>,
) -> Result<u64, E> {
    let table = table_of(&target::<C>()?);
    let types = C::types();
    let rows = RefCell::new(Some(rows));
    let failed = RefCell::new(None);
    let write = |out: &mut dyn Write| -> Result<(), Stopped> {
        // Diesel asks for a closure that could be called again, and calls it once.
        let Some(rows) = rows.borrow_mut().take() else { return Err(Stopped(None)) };
        let copy = Copy { encoder: Encoder::new(types.clone()), out };
        let mut loader = Loader { table: table.clone(), sink: Sink::Postgres(copy), count: 0 };
        let outcome = rows(&mut loader).and_then(|()| match &mut loader.sink {
            Sink::Postgres(copy) => copy.finish().map_err(E::from),
            Sink::Sqlite(_) => Ok(()),
        });
        outcome.map_err(|error| {
            *failed.borrow_mut() = Some(error);
            Stopped(None)
        })
    };
    let outcome = copy_from(C::Table::default()).from_raw_data(columns, write).with_format(CopyFormat::Binary).execute(connection);
    if let Some(error) = failed.into_inner() {
        return Err(error);
    }
    match outcome {
        Ok(count) => Ok(count as u64),
        Err(Stopped(Some(error))) => Err(StoreError::from(error).into()),
        Err(Stopped(None)) => Err(StoreError::Other("the load was stopped").into()),
    }
}

impl Copy<'_> {
    pub(super) fn begin(&mut self) -> &mut Encoder {
        self.encoder.begin();
        &mut self.encoder
    }

    pub(super) fn end_row(&mut self) -> Result<(), Problem> {
        if !self.encoder.is_whole() {
            return Err(Problem::Row(TOO_FEW));
        }
        if self.encoder.buffer.len() >= PIECE { self.send().map_err(Problem::Database) } else { Ok(()) }
    }

    pub(super) fn columns(&self) -> usize {
        self.encoder.types.len()
    }

    pub(super) fn append(&mut self, encoded: &Encoder) -> Result<(), StoreError> {
        self.send()?;
        self.out.write_all(&encoded.buffer).map_err(|_| GONE)
    }

    fn finish(&mut self) -> Result<(), StoreError> {
        self.encoder.buffer.extend_from_slice(&(-1_i16).to_be_bytes());
        self.send()
    }

    fn send(&mut self) -> Result<(), StoreError> {
        let sent = self.out.write_all(&self.encoder.buffer);
        self.encoder.buffer.clear();
        sent.map_err(|_| GONE)
    }
}

impl Encoder {
    fn new(types: Vec<SqliteType>) -> Self {
        let count = i16::try_from(types.len()).unwrap_or(i16::MAX).to_be_bytes();
        let mut buffer = Vec::with_capacity(PIECE * 2);
        buffer.extend_from_slice(&HEADER);
        Self { types, count, at: 0, buffer }
    }

    /// For rows that another encoder's header stands before.
    pub(super) fn without_header(types: Vec<SqliteType>, rows: usize) -> Self {
        const ROW: usize = 512;
        let count = i16::try_from(types.len()).unwrap_or(i16::MAX).to_be_bytes();
        Self { types, count, at: 0, buffer: Vec::with_capacity(rows * ROW) }
    }

    /// Whether every column of the row has its cell.
    pub(super) fn is_whole(&self) -> bool {
        self.at == self.types.len()
    }

    pub(super) fn begin(&mut self) {
        self.at = 0;
        self.buffer.extend_from_slice(&self.count);
    }

    fn next(&mut self) -> Result<SqliteType, &'static str> {
        let next = self.types.get(self.at).copied().ok_or(TOO_MANY)?;
        self.at += 1;
        Ok(next)
    }

    fn field(&mut self, bytes: &[u8]) -> Result<(), &'static str> {
        let length = i32::try_from(bytes.len()).map_err(|_| TYPE)?;
        self.buffer.extend_from_slice(&length.to_be_bytes());
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    pub(super) fn int(&mut self, value: i64) -> Result<(), &'static str> {
        match self.next()? {
            SqliteType::SmallInt => self.field(&i16::try_from(value).map_err(|_| TYPE)?.to_be_bytes()),
            SqliteType::Integer => self.field(&i32::try_from(value).map_err(|_| TYPE)?.to_be_bytes()),
            SqliteType::Long => self.field(&value.to_be_bytes()),
            _ => Err(TYPE),
        }
    }

    pub(super) fn double(&mut self, value: f64) -> Result<(), &'static str> {
        let SqliteType::Double = self.next()? else { return Err(TYPE) };
        self.field(&value.to_be_bytes())
    }

    pub(super) fn text(&mut self, value: &str) -> Result<(), &'static str> {
        let SqliteType::Text = self.next()? else { return Err(TYPE) };
        self.field(value.as_bytes())
    }

    pub(super) fn bytes(&mut self, value: &[u8]) -> Result<(), &'static str> {
        let SqliteType::Binary = self.next()? else { return Err(TYPE) };
        self.field(value)
    }

    pub(super) fn null(&mut self) -> Result<(), &'static str> {
        self.next()?;
        self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
        Ok(())
    }
}
