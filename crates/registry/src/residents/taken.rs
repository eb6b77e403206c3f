//! Which files of the register were taken in, by the digest of their bytes.

use diesel::prelude::*;
use store::{StoreError, Tx};

use super::import::{First, Imported};
use super::table::import;

const KIND: &str = "residents";

/// The number of the next file.
pub(super) fn next(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(import::table.select(diesel::dsl::max(import::id)).first::<Option<i64>>(tx)?.unwrap_or(0) + 1)
}

/// The import that took these bytes in, and what came of it then.
pub(super) fn earlier(tx: &mut Tx, digest: &[u8; 32]) -> Result<Option<(i64, First)>, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = import::table
        .filter(import::kind.eq(KIND).and(import::digest.eq(digest.as_slice())))
        .select((import::id, import::added, import::changed, import::unchanged))
        .order(import::id)
        .first(tx)
        .optional()?;
    let of = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(row.map(|(number, added, changed, unchanged)| (number, First { added: of(added), changed: of(changed), unchanged: of(unchanged) })))
}

/// Notes a file that is in.
pub(super) fn note(tx: &mut Tx, number: i64, name: &str, digest: &[u8; 32], by: (&str, i64), counts: &Imported) -> Result<(), StoreError> {
    let (operator, at) = by;
    let row = (
        import::id.eq(number),
        import::kind.eq(KIND),
        import::file.eq(name),
        import::digest.eq(digest.as_slice()),
        import::operator.eq(operator),
        import::at.eq(at),
        (
            import::rows_read.eq(column(counts.read)),
            import::added.eq(column(counts.added)),
            import::changed.eq(column(counts.changed)),
            import::unchanged.eq(column(counts.unchanged)),
            import::rejected.eq(column(counts.rejected)),
        ),
    );
    diesel::insert_into(import::table).values(row).execute(tx)?;
    Ok(())
}

fn column(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
