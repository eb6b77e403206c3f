//! Cells of some rows, kept until their insert is run.

use diesel::sqlite::SqliteType;

use super::{TOO_MANY, TYPE};

/// One value; text and bytes are places in the two arenas.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cell {
    Null,
    Small(i16),
    Int(i32),
    Long(i64),
    Double(f64),
    Text(usize, usize),
    Bytes(usize, usize),
}

pub(super) struct Cells {
    types: Vec<SqliteType>,
    /// The column that comes next.
    at: usize,
    pub(super) cells: Vec<Cell>,
    pub(super) text: String,
    pub(super) bytes: Vec<u8>,
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cells").field("cells", &self.cells.len()).finish_non_exhaustive()
    }
}

impl Cells {
    pub(super) fn new(types: Vec<SqliteType>) -> Self {
        Self { types, at: 0, cells: Vec::new(), text: String::new(), bytes: Vec::new() }
    }

    /// For so many rows: texts and bytes as long as they usually are together.
    pub(super) fn with_capacity(types: Vec<SqliteType>, rows: usize) -> Self {
        const TEXT: usize = 256;
        const BYTES: usize = 96;
        let cells = Vec::with_capacity(rows * types.len());
        Self { types, at: 0, cells, text: String::with_capacity(rows * TEXT), bytes: Vec::with_capacity(rows * BYTES) }
    }

    pub(super) fn columns(&self) -> usize {
        self.types.len()
    }

    /// Whether every column of the row has its cell; the next row begins.
    pub(super) fn end_row(&mut self) -> bool {
        std::mem::take(&mut self.at) == self.types.len()
    }

    pub(super) fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        self.bytes.clear();
    }

    fn next(&mut self) -> Result<SqliteType, &'static str> {
        let next = self.types.get(self.at).copied().ok_or(TOO_MANY)?;
        self.at += 1;
        Ok(next)
    }

    pub(super) fn int(&mut self, value: i64) -> Result<(), &'static str> {
        let cell = match self.next()? {
            SqliteType::SmallInt => Cell::Small(value.try_into().map_err(|_| TYPE)?),
            SqliteType::Integer => Cell::Int(value.try_into().map_err(|_| TYPE)?),
            SqliteType::Long => Cell::Long(value),
            _ => return Err(TYPE),
        };
        self.cells.push(cell);
        Ok(())
    }

    pub(super) fn double(&mut self, value: f64) -> Result<(), &'static str> {
        let SqliteType::Double = self.next()? else { return Err(TYPE) };
        self.cells.push(Cell::Double(value));
        Ok(())
    }

    pub(super) fn text(&mut self, value: &str) -> Result<(), &'static str> {
        let SqliteType::Text = self.next()? else { return Err(TYPE) };
        let start = self.text.len();
        self.text.push_str(value);
        self.cells.push(Cell::Text(start, self.text.len()));
        Ok(())
    }

    pub(super) fn bytes(&mut self, value: &[u8]) -> Result<(), &'static str> {
        let SqliteType::Binary = self.next()? else { return Err(TYPE) };
        let start = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.cells.push(Cell::Bytes(start, self.bytes.len()));
        Ok(())
    }

    pub(super) fn null(&mut self) -> Result<(), &'static str> {
        self.next()?;
        self.cells.push(Cell::Null);
        Ok(())
    }
}
