//! Which files of the register were taken in, by the keyed digest of their bytes; and which are under way.

use diesel::prelude::*;
use store::{StoreError, Tx};

use super::import::{First, Imported};
use crate::imports::{self, Brought, Counts, IN, import};

const KIND: &str = "residents";

/// Its rows are being read and compared; nothing of it holds yet.
const STAGING: i16 = 0;
/// Its rows are being applied; they all will be.
const APPLYING: i16 = 1;
/// A first file, whose people go straight into the table.
const LOADING: i16 = 3;

/// The import that took these bytes in, and what came of it then.
pub(super) fn earlier(tx: &mut Tx, digest: &[u8; 32]) -> Result<Option<(i64, First)>, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = import::table
        .filter(import::kind.eq(KIND).and(import::digest.eq(digest.as_slice())).and(import::state.eq(IN)))
        .select((import::id, import::added, import::changed, import::unchanged))
        .order(import::id)
        .first(tx)
        .optional()?;
    let of = |count: i64| u64::try_from(count).unwrap_or(0);
    Ok(row.map(|(number, added, changed, unchanged)| (number, First { added: of(added), changed: of(changed), unchanged: of(unchanged) })))
}

/// Notes a file that is being staged → its number.
pub(super) fn begin(tx: &mut Tx, name: &str, by: (&str, i64)) -> Result<i64, StoreError> {
    let number = imports::next_number(tx)?;
    note(tx, number, name, &[], by, &Imported::default(), STAGING)?;
    Ok(number)
}

/// Notes a first file that goes straight in → its number.
pub(super) fn begin_to_load(tx: &mut Tx, name: &str, by: (&str, i64)) -> Result<i64, StoreError> {
    let number = imports::next_number(tx)?;
    note(tx, number, name, &[], by, &Imported::default(), LOADING)?;
    Ok(number)
}

/// The first file is in.
pub(super) fn end_load(tx: &mut Tx, number: i64, digest: &[u8; 32], imported: &Imported) -> Result<(), StoreError> {
    diesel::update(import::table.find(number)).set(import::digest.eq(digest.as_slice())).execute(tx)?;
    imports::advance(tx, number, counts(imported), IN)
}

fn note(
    tx: &mut Tx,
    number: i64,
    file: &str,
    digest: &[u8],
    (operator, at): (&str, i64),
    imported: &Imported,
    state: i16,
) -> Result<(), StoreError> {
    imports::note(tx, number, Brought { kind: KIND, file, digest, operator, at }, counts(imported), state)
}

fn counts(imported: &Imported) -> Counts {
    let Imported { read, added, changed, unchanged, rejected, .. } = *imported;
    Counts::new(read, [added, changed, unchanged, rejected])
}

/// From now on the file goes in, whatever happens.
pub(super) fn begin_to_apply(tx: &mut Tx, number: i64, digest: &[u8; 32], imported: &Imported) -> Result<(), StoreError> {
    diesel::update(import::table.find(number)).set(import::digest.eq(digest.as_slice())).execute(tx)?;
    imports::advance(tx, number, counts(imported), APPLYING)
}

/// The file is in.
pub(super) fn end(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    diesel::update(import::table.find(number)).set(import::state.eq(IN)).execute(tx)?;
    Ok(())
}

/// Takes away the note of a file whose staging was given up.
pub(super) fn forget(tx: &mut Tx, number: i64) -> Result<(), StoreError> {
    diesel::delete(import::table.find(number)).execute(tx)?;
    Ok(())
}

/// A file of the register that is being applied, and what there is of it; zeros when there is none.
pub(super) fn applying(tx: &mut Tx) -> Result<[i64; 2], StoreError> {
    let row = of_state(APPLYING).select((import::id, import::added + import::changed)).first::<(i64, i64)>(tx).optional()?;
    Ok(row.map_or([0, 0], |(number, rows)| [number, rows]))
}

/// A file of the register that was being staged.
pub(super) fn staging(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(of_state(STAGING).select(import::id).first(tx).optional()?)
}

/// A first file that was going in.
pub(super) fn loading(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(of_state(LOADING).select(import::id).first(tx).optional()?)
}

#[diesel::dsl::auto_type]
fn of_state(state: i16) -> _ {
    let kind: &'static str = KIND;
    import::table.filter(import::kind.eq(kind)).filter(import::state.eq(state)).order(import::id)
}
