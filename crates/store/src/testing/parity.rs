//! One text of a migration makes the same schema on both databases; here it is looked at.

use std::cell::RefCell;

use super::{Schema, both_blocking, schema};
use crate::{Migrations, RoomName};

/// Runs the migrations on both databases, panics with every difference between what came out, and returns the schema.
#[expect(clippy::panic, reason = "a test that fails must say so")]
pub fn same_on_both(migrations: &[Migrations]) -> Schema {
    let found: RefCell<Vec<Schema>> = RefCell::default();
    both_blocking(|rooms| {
        let room = rooms.room(&RoomName::national("parity"), migrations)?;
        found.borrow_mut().push(schema(&room)?);
        Ok::<_, crate::StoreError>(())
    });
    let found = found.into_inner();
    let [first, rest @ ..] = found.as_slice() else { panic!("no database was asked") };
    for second in rest {
        let differences = first.differences(second);
        assert!(differences.is_empty(), "SQLite (first) and PostgreSQL (second) differ:\n{}", differences.join("\n"));
    }
    first.clone()
}
