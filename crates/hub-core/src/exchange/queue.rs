//! The one-way queue to the edge: rows in the order in which they must take effect.

use diesel::prelude::*;
use protocol::messages::edge::Delivery;
use store::Tx;
use vault::Cell;
use vocabulary::Id128;

use crate::HubError;
use crate::city::City;
use crate::table::{delivery, id128, numbers, seal};

/// A person's PMH key out of its cell.
pub(crate) fn key(city: &City, person: i64, sealed: &[u8]) -> Result<Id128, HubError> {
    id128(&city.room.vault().open_cell(&Cell::new("person", &person.to_be_bytes(), "pmh_key"), sealed)?)
}

/// Appends rows: person, kind, the row.
pub(crate) fn add(tx: &mut Tx, city: &City, rows: &[(i64, &'static str, Delivery)]) -> Result<(), HubError> {
    let first = numbers(tx, "delivery", rows.len())?;
    store::load(tx, delivery::all_columns, |load| {
        for (sequence, (person, kind, row)) in (first..).zip(rows) {
            let body = seal(city.room.vault(), &cell(&sequence.to_be_bytes()), row)?;
            load.push(|cells| cells.int(sequence).int(*person).text(kind).bytes(&body).null().int(0))?;
        }
        Ok::<_, HubError>(())
    })?;
    Ok(())
}

/// Takes back what has not set out: a row of no portion was never sent.
pub(crate) fn drop_unsent(tx: &mut Tx, person: i64) -> Result<(), HubError> {
    let unsent = delivery::person.eq(person).and(delivery::told.eq(0)).and(delivery::portion.is_null());
    diesel::delete(delivery::table.filter(unsent)).execute(tx)?;
    Ok(())
}

/// The place of a row's body.
pub(crate) fn cell(sequence: &[u8; 8]) -> Cell<'_> {
    Cell::new("delivery", sequence, "body")
}
