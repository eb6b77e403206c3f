//! The city in columns: one place a resident, the same place in every column.

mod history;
mod population;
mod slots;

pub use history::History;
pub use population::Population;
pub(crate) use population::after;
pub(crate) use slots::WIDTH;
pub use slots::{Slot, Slots};

/// One line of the eligible output, without the resident's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Eligible<'p> {
    /// Place of the resident in the columns.
    pub row: usize,
    /// 事業.
    pub programme: &'p str,
    /// 検査.
    pub examination: &'p str,
    /// Age on 31 March of the fiscal year.
    pub age: i16,
}
