//! Who is due for which examination and why: pure functions over columns (R-REG-3). The rules are the catalogue's; nothing here names a
//! programme.
//!
//! One person at one date, with a reason for every yes and no: [`explain`]. A whole city: fill a [`Population`] and a [`History`],
//! [`Plan::compile`] the catalogue for a fiscal year and a day, then [`Plan::count`], [`Plan::list`] or [`Plan::write_csv`].
//!
//! Age is the age on 31 March of the fiscal year under the Age Calculation Act. Who is a resident on a day says [`Standing::on`] alone.
//!
//! To add a programme: a file in `catalogue/programmes/`. To add a kind of rule: a field of `catalogue::Examination`, its test in
//! `explain/rules.rs`, its masks in `plan/compile.rs`; `tests/agreement.rs` fails until both say the same.

mod columns;
mod explain;
mod person;
mod plan;
mod standing;

pub use columns::{Eligible, History, Population, Slot, Slots};
pub use explain::{Explanation, Rule, Tested, Verdict, explain, explain_in};
pub use person::{Examined, KnownFact, Person};
pub use plan::{Counts, Plan, PlanError, WriteError};
pub use standing::{FormerPeriod, Removal, Residency, ResidentClass, Standing};
