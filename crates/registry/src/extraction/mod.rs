//! 抽出 (R-REG-3): who of the city is due for what in a fiscal year, and why.

mod city;
mod effect;
mod explain;
mod list;
mod make;
pub(crate) mod table;

use protocol::messages::registry as messages;
use wire::peer;
use work::jobs::DeclaredWork;

pub(crate) use effect::effects;
pub use effect::{Effect, Headcount};
pub(crate) use explain::{explain, person};
pub use list::ELIGIBLE;
pub(crate) use make::make;

use crate::Desk;

access::actions! {
    EXTRACT = personal "registry:extractions.make" for Eligibility, "対象者の抽出", "Extraction";
    LIST = personal "registry:extractions.list" for Eligibility, "対象者一覧の出力", "List of who is due";
    EXPLAIN = personal "registry:extractions.explain" for Eligibility, "対象者判定の確認", "Explanation of a verdict";
}

/// The job that lists who is due.
pub const LIST_JOB: &str = "list-eligible";

/// The work on extractions.
pub(crate) fn kinds() -> DeclaredWork<Desk> {
    DeclaredWork::<Desk>::new()
        .blocking(messages::EXTRACT, peer(EXTRACT), "extract", |desk, run, asked: messages::Extract| {
            make(run, &desk.catalogue(), asked.fiscal_year, asked.on)
        })
        .blocking(messages::LIST_ELIGIBLE, peer(LIST), LIST_JOB, |desk, run, asked: messages::ListEligible| {
            list::list(run, &desk.catalogue(), &asked)
        })
}
