//! Rows encoded away from the connection that will load them.

use std::marker::PhantomData;

use super::cells::Cells;
use super::postgres::Encoder;
use super::{Columns, Row, RowSink, TOO_FEW, table_of, target};
use crate::{Room, StoreError};

/// Rows of the columns `C`, encoded for the database of a room by a thread that has no connection: whoever loads them
/// ([`Loader::append`](super::Loader::append)) then only hands them over. As large as its rows: fill some thousands, load them, begin anew.
pub struct Encoded<C> {
    table: String,
    pub(super) form: Form,
    pub(super) count: usize,
    columns: PhantomData<fn() -> C>,
}

pub(super) enum Form {
    Sqlite(Cells),
    Postgres(Encoder),
}

impl<C> std::fmt::Debug for Encoded<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoded").field("table", &self.table).field("count", &self.count).finish_non_exhaustive()
    }
}

impl<C: Columns> Encoded<C> {
    /// No rows yet, for a room's database; memory is made for so many.
    pub fn new(room: &Room, rows: usize) -> Result<Self, StoreError> {
        let types = C::types();
        let form = if room.is_embedded() {
            Form::Sqlite(Cells::with_capacity(types, rows))
        } else {
            Form::Postgres(Encoder::without_header(types, rows))
        };
        Ok(Self { table: table_of(&target::<C>()?), form, count: 0, columns: PhantomData })
    }

    /// Adds one row, as [`Loader::push`](super::Loader::push) does. After an error nothing here is to be loaded.
    pub fn push(&mut self, fill: impl for<'r, 's> FnOnce(&'r mut Row<'s>) -> &'r mut Row<'s>) -> Result<(), StoreError> {
        let sink = match &mut self.form {
            Form::Sqlite(cells) => RowSink::Sqlite(cells),
            Form::Postgres(encoder) => {
                encoder.begin();
                RowSink::Postgres(encoder)
            }
        };
        let mut row = Row { sink, problem: None };
        fill(&mut row);
        let problem = row.problem;
        let whole = match &mut self.form {
            Form::Sqlite(cells) => cells.end_row(),
            Form::Postgres(encoder) => encoder.is_whole(),
        };
        match problem.or((!whole).then_some(TOO_FEW)) {
            Some(problem) => Err(StoreError::Load { table: self.table.clone(), problem }),
            None => {
                self.count += 1;
                Ok(())
            }
        }
    }

    /// Whether they are for a load of this table and of so many columns.
    pub(super) fn fits(&self, table: &str, columns: usize) -> bool {
        self.table == table && C::types().len() == columns
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}
