//! The residents (住民情報): what the registry knows of them comes from files of the resident register (R-REG-1).

mod before;
mod check;
mod column;
mod compare;
pub(crate) mod contact;
mod file;
mod import;
mod job;
mod left;
mod load;
mod look_up;
mod preview;
mod row;
mod stage;
pub(crate) mod table;
mod taken;
mod write;

use protocol::messages::registry as messages;
use vault::Cell;
use vocabulary::ResidentNumber;
use wire::peer;
use work::jobs::DeclaredWork;

pub use check::{Checked, check};
pub use column::HeadingError;
pub use file::FileError;
pub use import::REJECTS;
pub use import::{Event, First, ImportError, Imported, import};
pub(crate) use left::clear as clear_left;

use crate::Desk;

access::actions! {
    IMPORT_RESIDENTS = personal "registry:residents.import" for ResidentImport, "住民情報の取込み", "Import of the register";
}

/// Where a person is found by individual number: `vault.blind(NUMBER_INDEX, digits)`.
pub(crate) const NUMBER_INDEX: &str = "individual number";

/// The cell in which a person's individual number lies, in `resident.sealed_number`.
pub(crate) fn number_cell(number: &ResidentNumber) -> Cell<'_> {
    Cell::new("resident", number.as_str(), "sealed_number")
}

/// The job's name.
pub const IMPORT: &str = "import-residents";

/// The work on the residents.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    let rule = peer(IMPORT_RESIDENTS);
    DeclaredWork::new().blocking(messages::IMPORT_RESIDENTS, rule, IMPORT, job::import)
}
