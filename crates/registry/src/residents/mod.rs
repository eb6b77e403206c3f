//! The residents (住民情報): what the registry knows of them comes from files of the resident register (R-REG-1).

mod column;
mod file;
mod import;
mod row;
mod table;
mod write;

use vault::Cell;
use vocabulary::ResidentNumber;

pub use column::HeadingError;
pub use file::{FileError, Rejected};
pub use import::{Event, ImportError, Imported, import};
pub use row::Fault;

/// Where a person is found by individual number.
const NUMBER_INDEX: &str = "individual number";

/// The cell in which a person's individual number lies.
fn number_cell(number: &ResidentNumber) -> Cell<'_> {
    Cell::new("resident", number.as_str(), "sealed_number")
}
