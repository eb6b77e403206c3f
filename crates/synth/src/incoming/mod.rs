//! Records as facilities write them, with the truth beside them.

mod record;
mod slip;
mod strangers;
mod style;

pub use record::{INCOMING_COLUMNS, IncomingRecord, TRUTH_COLUMNS};
pub(crate) use record::{Unsorted, of_block, sorted};
pub use slip::Slip;
