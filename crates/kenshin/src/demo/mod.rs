//! The demonstration: the whole ring on two fictional cities, and the pages that show it.

pub mod cities;
pub mod officers;
pub mod page;
pub mod people;
pub mod report;
pub mod ring;
mod steps;
pub mod wiring;
