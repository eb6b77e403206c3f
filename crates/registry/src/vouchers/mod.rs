//! 受診券 (R-REG-5): one for a person and programme of an extraction, withheld from whom may not be written to now.

mod issue;
mod number;
mod print;
pub(crate) mod table;

use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::DeclaredWork;

pub(crate) use issue::issue;
pub use number::VoucherNumber;
pub use print::VOUCHERS;
pub(crate) use print::print;

use crate::Desk;

access::actions! {
    ISSUE = personal "registry:vouchers.issue" for Invitation, "受診券の発行", "Issue of vouchers";
    PRINT = personal "registry:vouchers.print" for Invitation, "受診券の印刷", "Print of vouchers";
}

/// The work on vouchers.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    DeclaredWork::<Desk>::new()
        .blocking(messages::ISSUE_VOUCHERS, peer(ISSUE), "issue-vouchers", |desk, run, asked: messages::IssueVouchers| {
            issue(run, &desk.catalogue(), asked.extraction)
        })
        .blocking(messages::PRINT_VOUCHERS, peer(PRINT), "print-vouchers", |desk, run, asked: messages::PrintVouchers| {
            print(run, &desk.catalogue(), asked.extraction, &mut |_| Ok(()))
        })
}
