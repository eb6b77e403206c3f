//! Rows into SQLite: one statement, prepared once, for some rows at a time.

use std::marker::PhantomData;

use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Double, Integer, SmallInt, Text};
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, RunQueryDsl, SqliteConnection};

use super::cells::{Cell, Cells};
use super::{Columns, Loader, Problem, Sink, TOO_FEW, table_of, target};
use crate::StoreError;

/// Rows of one statement. Measured by `benches/load.rs`.
const ROWS: usize = 32;

pub(super) struct Batch<'a> {
    pub(super) cells: Cells,
    rows: usize,
    run: Run<'a>,
}

/// Inserts so many rows of the cells.
type Run<'a> = Box<dyn FnMut(&Cells, usize) -> Result<(), StoreError> + 'a>;

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("rows", &self.rows).finish_non_exhaustive()
    }
}

pub(super) fn load<C: Columns, E: From<StoreError>>(
    connection: &mut SqliteConnection,
    rows: impl FnOnce(&mut Loader<'_>) -> Result<(), E>,
) -> Result<u64, E> {
    let cells = Cells::new(C::types());
    let target = target::<C>()?;
    let table = table_of(&target);
    let run = |cells: &Cells, rows: usize| {
        let mut first = 0;
        while first + ROWS <= rows {
            Insert::<C, ROWS> { target: &target, cells, first, columns: PhantomData }.execute(connection)?;
            first += ROWS;
        }
        for first in first..rows {
            Insert::<C, 1> { target: &target, cells, first, columns: PhantomData }.execute(connection)?;
        }
        Ok(())
    };
    let mut loader = Loader { table, sink: Sink::Sqlite(Batch { cells, rows: 0, run: Box::new(run) }), count: 0 };
    rows(&mut loader)?;
    if let Sink::Sqlite(batch) = &mut loader.sink {
        batch.flush()?;
    }
    Ok(loader.count)
}

impl Batch<'_> {
    pub(super) fn end_row(&mut self) -> Result<(), Problem> {
        if !self.cells.end_row() {
            return Err(Problem::Row(TOO_FEW));
        }
        self.rows += 1;
        if self.rows == ROWS { self.flush().map_err(Problem::Database) } else { Ok(()) }
    }

    pub(super) fn append(&mut self, cells: &Cells, rows: usize) -> Result<(), StoreError> {
        self.flush()?;
        (self.run)(cells, rows)
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        let outcome = (self.run)(&self.cells, self.rows);
        self.cells.clear();
        self.rows = 0;
        outcome
    }
}

/// An insert of `N` rows into the columns `C`. The two are its identity, so Diesel finds the prepared statement without writing its text.
struct Insert<'a, C, const N: usize> {
    target: &'a str,
    cells: &'a Cells,
    first: usize,
    columns: PhantomData<C>,
}

impl<C: 'static, const N: usize> QueryId for Insert<'_, C, N> {
    type QueryId = Insert<'static, C, N>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<C, const N: usize> QueryFragment<Sqlite> for Insert<'_, C, N> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let columns = self.cells.columns();
        pass.push_sql("INSERT INTO ");
        pass.push_sql(self.target);
        pass.push_sql(" VALUES ");
        let cells = self.cells.cells.iter().skip(self.first * columns).take(N * columns);
        for (at, cell) in cells.enumerate() {
            pass.push_sql(match at {
                0 => "(",
                _ if at % columns == 0 => "),(",
                _ => ",",
            });
            self.cells.bind(cell, &mut pass)?;
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl<C, const N: usize> RunQueryDsl<SqliteConnection> for Insert<'_, C, N> {}

impl Cells {
    fn bind<'b>(&'b self, cell: &'b Cell, pass: &mut AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        match cell {
            Cell::Null => pass.push_bind_param::<diesel::sql_types::Nullable<Integer>, Option<i32>>(&None),
            Cell::Small(value) => pass.push_bind_param::<SmallInt, i16>(value),
            Cell::Int(value) => pass.push_bind_param::<Integer, i32>(value),
            Cell::Long(value) => pass.push_bind_param::<BigInt, i64>(value),
            Cell::Double(value) => pass.push_bind_param::<Double, f64>(value),
            Cell::Text(start, end) => pass.push_bind_param::<Text, str>(self.text.get(*start..*end).unwrap_or_default()),
            Cell::Bytes(start, end) => pass.push_bind_param::<Binary, [u8]>(self.bytes.get(*start..*end).unwrap_or_default()),
        }
    }
}
