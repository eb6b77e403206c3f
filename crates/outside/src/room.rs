//! The room of a party.

use std::sync::Arc;

use ledger::Room;
use store::{Migrations, RoomName};
use wire::House;

use crate::OpenError;

/// Opens the national room of the party the house is for, with what every room has and the party's own tables.
pub(crate) async fn room(house: &House, own: Migrations) -> Result<Room, OpenError> {
    let name = RoomName::national(house.party.system());
    let migrations = [access::MIGRATIONS, wire::MIGRATIONS, own];
    let room = Room::open(&house.rooms, &name, &migrations, Arc::clone(&house.master), Arc::clone(&house.clock), Arc::clone(&house.entropy));
    Ok(room.await?)
}
