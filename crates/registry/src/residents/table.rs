//! The tables of the residents, as the columns of the file make them.

use diesel::ExpressionMethods as _;

pub(crate) use super::column::tables::{resident, resident_history, resident_staged};

/// The rows of those who were not removed from the register (消除).
pub(crate) fn not_removed() -> diesel::dsl::Eq<resident::removal, i16> {
    resident::removal.eq(0)
}
