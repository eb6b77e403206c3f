//! 受診券 (R-REG-5): one for a person and programme of an extraction, withheld from whom may not be written to now.

mod issue;
mod job;
mod number;
mod print;
pub(crate) mod table;

use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::{Routes, peer};

pub(crate) use issue::issue;
pub use number::VoucherNumber;
pub use print::Printed;
pub(crate) use print::print;

use crate::Registry;

/// What is asked of vouchers.
pub(crate) fn routes(registry: Registry) -> Routes<Registry> {
    Routes::of(registry).post(messages::ISSUE_VOUCHERS, peer(crate::ISSUE, Purpose::Invitation).unkeyed(), job::issue)
}
