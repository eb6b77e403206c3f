//! The room of a party.

use ledger::Room;
use store::Migrations;
use wire::House;

use crate::OpenError;

/// Opens the national room of the party the house is for, with what every room has and the party's own tables.
pub(crate) async fn room(house: &House, own: Migrations) -> Result<Room, OpenError> {
    Ok(work::open_room(house, own).await?)
}
