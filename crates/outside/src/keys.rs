//! Identifiers of 128 bits, as columns.

use vocabulary::Id128;

/// From a column; `None` when it has another length.
pub(crate) fn id128(bytes: &[u8]) -> Option<Id128> {
    Some(Id128::from_bytes(bytes.try_into().ok()?))
}
