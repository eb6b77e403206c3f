//! Bulk load: COPY on PostgreSQL, one prepared insert used again and again on SQLite.

mod cells;
mod encoded;
mod indexes;
mod postgres;
mod sqlite;

use diesel::Table;
use diesel::expression::QueryMetadata;
use diesel::pg::{CopyTarget, Pg};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sqlite::{Sqlite, SqliteType};

pub use self::encoded::Encoded;
use self::encoded::Form;
pub use self::indexes::{analyze, make_indexes, postpone_indexes};
use crate::{StoreError, Tx};

/// The columns of a load: a tuple of columns of one `diesel::table!`, `(residents::id, residents::name)`.
pub trait Columns: CopyTarget<Table: Table + Default> + 'static {
    /// What each column holds, in order.
    #[doc(hidden)]
    fn types() -> Vec<SqliteType>;
}

impl<C> Columns for C
where
    C: CopyTarget<Table: Table + Default> + 'static,
    Sqlite: QueryMetadata<C::SqlType>,
{
    fn types() -> Vec<SqliteType> {
        let mut types = Vec::new();
        Sqlite::row_metadata(&mut (), &mut types);
        types.into_iter().flatten().collect()
    }
}

/// Loads rows into a table, as many as there are, in memory that does not grow with their number → how many.
///
/// The cells of a row are pushed in the order of `columns`; a cell of another type than its column is an error, as is a row that is too
/// short or too long. Begin a first load with [`postpone_indexes`](crate::postpone_indexes); end it with
/// [`make_indexes`](crate::make_indexes) and [`analyze`](crate::analyze).
///
/// ```
/// use diesel::prelude::*;
/// diesel::table! { note (id) { id -> BigInt, text -> Text, seen -> Nullable<Integer>, } }
///
/// # fn example(tx: &mut store::Tx) -> Result<u64, store::StoreError> {
/// store::load(tx, (note::id, note::text, note::seen), |rows| {
///     for (id, text) in [(1, "a"), (2, "b")] {
///         rows.push(|row| row.int(id).text(text).null())?;
///     }
///     Ok(())
/// })
/// # }
/// ```
pub fn load<C: Columns, E: From<StoreError>>(
    tx: &mut Tx,
    columns: C,
    rows: impl FnOnce(&mut Loader<'_>) -> Result<(), E>,
) -> Result<u64, E> {
    match tx {
        Tx::Sqlite(connection) => sqlite::load::<C, E>(connection, rows),
        Tx::Postgres(connection) => postgres::load(connection, columns, rows),
    }
}

/// Takes the rows of a [`load`].
#[derive(Debug)]
pub struct Loader<'a> {
    table: String,
    sink: Sink<'a>,
    count: u64,
}

#[derive(Debug)]
enum Sink<'a> {
    Sqlite(sqlite::Batch<'a>),
    Postgres(postgres::Copy<'a>),
}

/// One row being filled.
#[derive(Debug)]
pub struct Row<'a> {
    sink: RowSink<'a>,
    problem: Option<&'static str>,
}

#[derive(Debug)]
enum RowSink<'a> {
    Sqlite(&'a mut cells::Cells),
    Postgres(&'a mut postgres::Encoder),
}

impl Loader<'_> {
    /// Adds one row: `rows.push(|row| row.int(1).text("a").null())`.
    pub fn push(&mut self, fill: impl for<'r, 's> FnOnce(&'r mut Row<'s>) -> &'r mut Row<'s>) -> Result<(), StoreError> {
        let sink = match &mut self.sink {
            Sink::Sqlite(batch) => RowSink::Sqlite(&mut batch.cells),
            Sink::Postgres(copy) => RowSink::Postgres(copy.begin()),
        };
        let mut row = Row { sink, problem: None };
        fill(&mut row);
        let problem = row.problem;
        let outcome = match (&mut self.sink, problem) {
            (_, Some(problem)) => Err(Problem::Row(problem)),
            (Sink::Sqlite(batch), None) => batch.end_row(),
            (Sink::Postgres(copy), None) => copy.end_row(),
        };
        match outcome {
            Ok(()) => {
                self.count += 1;
                Ok(())
            }
            Err(Problem::Row(problem)) => Err(StoreError::Load { table: self.table.clone(), problem }),
            Err(Problem::Database(error)) => Err(error),
        }
    }

    /// Adds rows that were encoded elsewhere, for this table and this database.
    pub fn append<C: Columns>(&mut self, rows: &Encoded<C>) -> Result<(), StoreError> {
        let outcome = match (&mut self.sink, &rows.form) {
            (Sink::Sqlite(batch), Form::Sqlite(cells)) if rows.fits(&self.table, batch.cells.columns()) => batch.append(cells, rows.count),
            (Sink::Postgres(copy), Form::Postgres(encoder)) if rows.fits(&self.table, copy.columns()) => copy.append(encoder),
            _ => return Err(StoreError::Load { table: self.table.clone(), problem: OTHER }),
        };
        outcome?;
        self.count += u64::try_from(rows.count).unwrap_or(u64::MAX);
        Ok(())
    }

    /// How many rows were pushed.
    pub fn count(&self) -> u64 {
        self.count
    }
}

enum Problem {
    Row(&'static str),
    Database(StoreError),
}

const TOO_MANY: &str = "the row has more cells than there are columns";
const TOO_FEW: &str = "the row has fewer cells than there are columns";
const TYPE: &str = "a cell is of another type than its column, or out of its range";
const OTHER: &str = "the rows were encoded for another table or another database";
const ZERO: &str = "a text holds a zero character, which PostgreSQL cannot store";

impl Row<'_> {
    fn take(&mut self, outcome: Result<(), &'static str>) -> &mut Self {
        if let Err(problem) = outcome {
            self.problem.get_or_insert(problem);
        }
        self
    }

    /// A whole number for a SmallInt, Integer or BigInt column.
    pub fn int(&mut self, value: impl Into<i64>) -> &mut Self {
        let value = value.into();
        let outcome = match &mut self.sink {
            RowSink::Sqlite(cells) => cells.int(value),
            RowSink::Postgres(encoder) => encoder.int(value),
        };
        self.take(outcome)
    }

    /// A text for a Text column.
    pub fn text(&mut self, value: &str) -> &mut Self {
        let outcome = match &mut self.sink {
            _ if value.as_bytes().contains(&0) => Err(ZERO),
            RowSink::Sqlite(cells) => cells.text(value),
            RowSink::Postgres(encoder) => encoder.text(value),
        };
        self.take(outcome)
    }

    /// Bytes for a Binary column.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        let outcome = match &mut self.sink {
            RowSink::Sqlite(cells) => cells.bytes(value),
            RowSink::Postgres(encoder) => encoder.bytes(value),
        };
        self.take(outcome)
    }

    /// A number for a Double column.
    pub fn double(&mut self, value: f64) -> &mut Self {
        let outcome = match &mut self.sink {
            RowSink::Sqlite(cells) => cells.double(value),
            RowSink::Postgres(encoder) => encoder.double(value),
        };
        self.take(outcome)
    }

    /// No value.
    pub fn null(&mut self) -> &mut Self {
        let outcome = match &mut self.sink {
            RowSink::Sqlite(cells) => cells.null(),
            RowSink::Postgres(encoder) => encoder.null(),
        };
        self.take(outcome)
    }

    /// [`Row::int`], or no value.
    pub fn maybe_int(&mut self, value: Option<impl Into<i64>>) -> &mut Self {
        match value {
            Some(value) => self.int(value),
            None => self.null(),
        }
    }

    /// [`Row::text`], or no value.
    pub fn maybe_text(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    /// [`Row::bytes`], or no value.
    pub fn maybe_bytes(&mut self, value: Option<&[u8]>) -> &mut Self {
        match value {
            Some(value) => self.bytes(value),
            None => self.null(),
        }
    }
}

/// `"table"("a","b")`, as Diesel writes the target of a COPY; the same words serve an INSERT.
struct Target<C>(std::marker::PhantomData<C>);

impl<C: CopyTarget> QueryFragment<Pg> for Target<C> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        C::walk_target(pass)
    }
}

impl<C> QueryId for Target<C> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

fn target<C: CopyTarget>() -> Result<String, StoreError> {
    use diesel::query_builder::QueryBuilder as _;
    let mut builder = diesel::pg::PgQueryBuilder::default();
    Target::<C>(std::marker::PhantomData).to_sql(&mut builder, &Pg)?;
    Ok(builder.finish())
}

/// The table's name in a [`target`].
fn table_of(target: &str) -> String {
    target.split('"').nth(1).unwrap_or_default().to_owned()
}
