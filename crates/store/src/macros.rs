//! What Diesel's `MultiConnection` lacks, each built once per database from one text.

/// Insert, or change the row that is there: `upsert!(tx, table, rows, (conflict columns), (changes))` → rows affected.
///
/// `rows` is anything `values()` takes (a tuple of `column.eq(…)`, a reference to an `Insertable`, a slice of them on which `{}` is no
/// default: `treat_none_as_default_value = false`); in `changes`, `store::excluded(column)` is the value that was to be inserted.
///
/// ```
/// # use diesel::prelude::*;
/// diesel::table! { note (id) { id -> BigInt, text -> Text, seen -> Integer, } }
/// # fn put(tx: &mut store::Tx) -> Result<(), store::StoreError> {
/// store::upsert!(
///     tx, note::table,
///     (note::id.eq(1), note::text.eq("a"), note::seen.eq(1)),
///     (note::id),
///     (note::text.eq(store::excluded(note::text)), note::seen.eq(note::seen + 1))
/// )?;
/// # Ok(()) }
/// ```
#[macro_export]
macro_rules! upsert {
    ($tx:expr, $table:expr, $rows:expr, ($($conflict:expr),+ $(,)?), $changes:expr $(,)?) => {{
        use $crate::parts::diesel::RunQueryDsl as _;
        let outcome = match $tx {
            $crate::Tx::Sqlite(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict(($($conflict),+)).do_update().set($changes).execute(connection),
            $crate::Tx::Postgres(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict(($($conflict),+)).do_update().set($changes).execute(connection),
        };
        outcome.map_err($crate::StoreError::from)
    }};
}

/// Insert, or leave the row that is there as it is: `insert_ignore!(tx, table, rows)` for any unique rule, or
/// `insert_ignore!(tx, table, rows, (conflict columns))` for one → rows inserted.
#[macro_export]
macro_rules! insert_ignore {
    ($tx:expr, $table:expr, $rows:expr $(,)?) => {{
        use $crate::parts::diesel::RunQueryDsl as _;
        let outcome = match $tx {
            $crate::Tx::Sqlite(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict_do_nothing().execute(connection),
            $crate::Tx::Postgres(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict_do_nothing().execute(connection),
        };
        outcome.map_err($crate::StoreError::from)
    }};
    ($tx:expr, $table:expr, $rows:expr, ($($conflict:expr),+ $(,)?) $(,)?) => {{
        use $crate::parts::diesel::RunQueryDsl as _;
        let outcome = match $tx {
            $crate::Tx::Sqlite(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict(($($conflict),+)).do_nothing().execute(connection),
            $crate::Tx::Postgres(connection) => $crate::parts::diesel::insert_into($table)
                .values($rows).on_conflict(($($conflict),+)).do_nothing().execute(connection),
        };
        outcome.map_err($crate::StoreError::from)
    }};
}

/// Inserts a slice of an `Insertable`, some rows a statement: `insert_many!(tx, table, &rows)` → rows inserted. For the thousands; a
/// [`load`](crate::load()) is for the hundred thousands.
#[macro_export]
macro_rules! insert_many {
    ($tx:expr, $table:expr, $rows:expr $(,)?) => {{
        use $crate::parts::diesel::RunQueryDsl as _;
        let rows: &[_] = $rows;
        let mut inserted = 0_usize;
        let outcome = rows.chunks($crate::parts::ROWS).try_for_each(|rows| {
            inserted += match $tx {
                $crate::Tx::Sqlite(connection) => $crate::parts::diesel::insert_into($table).values(rows).execute(connection)?,
                $crate::Tx::Postgres(connection) => $crate::parts::diesel::insert_into($table).values(rows).execute(connection)?,
            };
            Ok::<_, $crate::parts::diesel::result::Error>(())
        });
        outcome.map(|()| inserted).map_err($crate::StoreError::from)
    }};
}

/// Row by row, in memory that does not grow with their number: `stream!(tx, query, RowType, |row| { … Ok(()) })` → rows seen.
///
/// The closure returns `Result<(), E>` with `E: From<StoreError>`; an error ends the stream. `tx` cannot be used inside it.
#[macro_export]
macro_rules! stream {
    ($tx:expr, $query:expr, $row:ty, $each:expr $(,)?) => {{
        use $crate::parts::diesel::RunQueryDsl as _;
        match $tx {
            $crate::Tx::Sqlite(connection) => {
                match $query.load_iter::<$row, $crate::parts::diesel::connection::DefaultLoadingMode>(connection) {
                    Ok(rows) => $crate::parts::each(rows, $each),
                    Err(error) => Err($crate::StoreError::from(error).into()),
                }
            }
            $crate::Tx::Postgres(connection) => {
                match $query.load_iter::<$row, $crate::parts::diesel::pg::PgRowByRowLoadingMode>(connection) {
                    Ok(rows) => $crate::parts::each(rows, $each),
                    Err(error) => Err($crate::StoreError::from(error).into()),
                }
            }
        }
    }};
}

/// Lets `?` turn a driver's error into an error type that is `From<StoreError>`, inside the closures of a room.
///
/// ```
/// #[derive(Debug, thiserror::Error)]
/// enum VoucherError {
///     #[error(transparent)]
///     Store(#[from] store::StoreError),
/// }
/// store::driver_errors!(VoucherError);
/// ```
#[macro_export]
macro_rules! driver_errors {
    ($error:ty) => {
        impl From<$crate::parts::diesel::result::Error> for $error {
            fn from(error: $crate::parts::diesel::result::Error) -> Self {
                Self::from($crate::StoreError::from(error))
            }
        }
    };
}
