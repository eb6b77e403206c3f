//! The one-way queue to the edge: rows in the order in which they must take effect.

use protocol::messages::edge::Delivery;
use store::Tx;
use vault::Cell;
use vocabulary::Id128;
use work::outbox::NewMessage;

use super::deliver::ToEdge;
use crate::HubError;
use crate::city::City;
use crate::table::id128;

/// A person's PMH key out of its cell.
pub(crate) fn key(city: &City, person: i64, sealed: &[u8]) -> Result<Id128, HubError> {
    id128(&city.room.vault().open_cell(&Cell::new("person", &person.to_be_bytes(), "pmh_key"), sealed)?)
}

/// Appends rows: person, the municipality's name of them, the row.
pub(crate) fn add(tx: &mut Tx, city: &City, rows: Vec<(i64, String, Delivery)>) -> Result<(), HubError> {
    let messages = rows.into_iter().map(|(person, name, row)| NewMessage::to(&city.edge, row).about(name).in_order_of(person.to_string()));
    Ok(city.outbox.enqueue::<ToEdge>(tx, messages)?)
}

/// Takes back what has not set out.
pub(crate) fn drop_unsent(tx: &mut Tx, city: &City, person: i64) -> Result<(), HubError> {
    city.outbox.take_back::<ToEdge>(tx, &person.to_string())?;
    Ok(())
}
