//! Sex as facilities write it.

use vocabulary::Sex;

/// Reads 1/2/男/女 and their like; what nobody can read is unknown, not an error: the other items still identify.
pub(crate) fn read_sex(text: &str) -> Sex {
    Sex::parse(text).unwrap_or(Sex::Unknown)
}
