//! 受診券 (R-REG-5): one for a person and programme of an extraction, withheld from whom may not be written to now.

mod issue;
mod number;
mod print;
pub(crate) mod table;

use protocol::messages::registry as messages;
use vocabulary::Purpose;
use wire::peer;
use work::jobs::Kinds;

pub(crate) use issue::issue;
pub use number::VoucherNumber;
pub use print::Printed;
pub(crate) use print::print;

use crate::Desk;

/// The work on vouchers.
pub(crate) fn kinds(desk: Desk) -> Kinds<Desk> {
    let rule = peer(crate::ISSUE, Purpose::Invitation);
    Kinds::of(desk)
        .blocking(messages::ISSUE_VOUCHERS, rule, "issue-vouchers", |_, run, asked: messages::IssueVouchers| issue(run, asked.extraction))
}
