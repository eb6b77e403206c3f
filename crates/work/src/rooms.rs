//! What every room has: the one list of migrations and of classed columns, with a system's own behind it.

use ledger::LedgerError;
use store::Migrations;
use vocabulary::MunicipalityCode;
use wire::House;

/// The migrations that [`ledger::Room::open`] is given: what every room has above the ledger's own, then the system's.
pub fn migrations(own: Migrations) -> [Migrations; 4] {
    [access::MIGRATIONS, wire::MIGRATIONS, crate::MIGRATIONS, own]
}

/// Every migration of a room, the vault's and the ledger's too, for whoever opens it without its record of use.
pub fn every_migration(own: Migrations) -> [Migrations; 6] {
    let [access, wire, work, own] = migrations(own);
    [vault::MIGRATIONS, ledger::MIGRATIONS, access, wire, work, own]
}

/// The classes of every column of a room.
pub fn columns(own: &str) -> [&str; 7] {
    [store::COLUMNS, vault::COLUMNS, ledger::COLUMNS, access::COLUMNS, wire::COLUMNS, crate::COLUMNS, own]
}

/// The room of the party the house is for; made when it is not there.
pub async fn open_room(house: &House, own: Migrations) -> Result<ledger::Room, LedgerError> {
    open_room_of(house, house.party.municipality(), own).await
}

/// The room of one municipality within a system that has several.
pub async fn open_room_of(house: &House, municipality: Option<MunicipalityCode>, own: Migrations) -> Result<ledger::Room, LedgerError> {
    house.room_of(municipality, &[crate::MIGRATIONS, own]).await
}
