//! Former periods of residence: kept when the register says that somebody who had left came back.

use diesel::prelude::*;
use store::{StoreError, Tx};

/// Keeps the periods that rows just replaced have ended, and drops those that a corrected row takes back. `ids` is a list for SQL.
///
/// A row that begins on or after the day on which the row before it ended is a return. One that begins earlier corrects that row, or takes a
/// return back: then what it reaches into was no period of its own.
pub(crate) fn keep_former_periods(tx: &mut Tx, ids: &str) -> Result<(), StoreError> {
    let taken_back = format!(
        "DELETE FROM former_residence WHERE resident IN ({ids}) \
         AND until > (SELECT since FROM resident WHERE id = former_residence.resident)"
    );
    let ended = format!(
        "INSERT INTO former_residence (resident, since, until, removal) SELECT before.id, before.since, before.until, before.removal \
         FROM resident_history before JOIN resident ON resident.id = before.id AND resident.version = before.version + 1 \
         WHERE before.id IN ({ids}) AND before.since < before.until AND before.until <= resident.since"
    );
    diesel::sql_query(taken_back).execute(tx)?;
    diesel::sql_query(ended).execute(tx)?;
    Ok(())
}
