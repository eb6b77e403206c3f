//! The demonstration: the whole ring on two fictional cities in one process, and the pages that show it.
//!
//! It asks over the same interfaces as everybody and shows counts; what it says on the way is for the caller to print.

pub mod cities;
pub mod officers;
pub mod page;
pub mod people;
pub mod report;
pub mod ring;
mod steps;
pub mod wiring;
