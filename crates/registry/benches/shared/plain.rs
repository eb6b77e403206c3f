//! Rows of a file into SQLite as a plain program puts them there: what both imports are measured beside, and how long either takes.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;

/// An insert into the table `plain`, whose text is written once: its type is its name among the prepared statements of the connection.
pub(crate) struct Insert<'a>(pub(crate) &'a csv::StringRecord);

impl QueryId for Insert<'_> {
    type QueryId = Insert<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for Insert<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql("INSERT INTO plain VALUES (");
        for (at, cell) in self.0.iter().enumerate() {
            if at > 0 {
                pass.push_sql(", ");
            }
            pass.push_bind_param::<Text, str>(cell)?;
        }
        pass.push_sql(")");
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Insert<'_> {}

/// How long something takes.
pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
