//! One person, by pseudonym.

pub(crate) mod answer;
pub(crate) mod bind;
pub(crate) mod enter;
pub(crate) mod read;

use diesel::prelude::*;
use store::Tx;
use vocabulary::Id128;

use crate::table::{binding, id128};
use crate::{Edge, EdgeError};

/// The person whose living pseudonym this is. A dead pseudonym is as unknown as one that never was.
fn known(tx: &mut Tx, edge: &Edge, pseudonym: &Id128) -> Result<Id128, EdgeError> {
    let blind = edge.pseudonym(pseudonym);
    let row = binding::table.find(blind.as_bytes().as_slice()).select(binding::live);
    let live: Option<Option<Vec<u8>>> = row.first(tx).optional()?;
    id128(&live.flatten().ok_or(wire::Unknown("this pseudonym"))?)
}
