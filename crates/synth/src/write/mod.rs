//! Files as the interfaces have them, made block by block on all cores and written in order.

mod cells;
mod directory;
mod encoding;
mod residents;

pub(crate) use cells::{cell, end_row};
pub use directory::{Progress, Written};
pub use encoding::Encoding;
pub use residents::RESIDENT_COLUMNS;
pub(crate) use residents::iso;
