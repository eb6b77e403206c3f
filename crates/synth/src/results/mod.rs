//! Years of results: who attended what, what was found, who came to the detailed examination.

mod attend;
mod cancer;
mod detailed;
mod every;
mod oral;
mod sheet;
mod visit;
mod women;

pub(crate) use attend::history;
pub(crate) use oral::{Judgement, Values, adult_answers, age_20_answers, findings};
pub(crate) use sheet::{Layouts, Sheets};
