//! What stands behind the doors of the hub, for bytes that nobody meant.

use number::IndividualNumber;
use vocabulary::Id128;

use crate::registration::row::Rows;

/// The rows of a registration: how many have the shape, how many have not; `None` when it is no array.
pub fn rows(input: &[u8]) -> Option<(usize, usize)> {
    let Rows(rows) = serde_json::from_slice(input).ok()?;
    let bare = rows.iter().filter(|row| row.number().is_none()).count();
    Some((rows.len() - bare, bare))
}

/// A line `pmhKey,number` of the payers' hub.
pub fn minted(line: &str) -> Option<(Id128, IndividualNumber)> {
    crate::exchange::minted(line)
}
