//! Identifiers of 128 bits, as columns.

use vault::{Cell, Vault};
use vocabulary::Id128;

use crate::RefusedError;

/// From a column; `None` when it has another length.
pub(crate) fn id128(bytes: &[u8]) -> Option<Id128> {
    Some(Id128::from_bytes(bytes.try_into().ok()?))
}

/// From a sealed cell.
pub(crate) fn open_id128(vault: &Vault, cell: &Cell<'_>, sealed: &[u8]) -> Result<Id128, RefusedError> {
    id128(&vault.open_cell(cell, sealed)?).ok_or(wire::Damaged("an identifier").into())
}
