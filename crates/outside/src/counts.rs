//! How much there is of what, for the page of the demonstration.

use protocol::messages::console::Counts;

/// Counts by name.
pub(crate) fn counts(rows: &[(&str, i64)]) -> Counts {
    Counts { counts: rows.iter().map(|(name, count)| ((*name).to_owned(), u64::try_from(*count).unwrap_or(0))).collect() }
}
