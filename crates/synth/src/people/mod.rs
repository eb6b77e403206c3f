//! The people of a city: households, ages, what the register says about them.

mod ages;
mod household;
mod life;
mod movers;
mod person;
mod showcase;

pub(crate) use household::Builder;
pub(crate) use movers::mover;
pub use person::{Class, Event, Person, Reason, Removal, Taxation};
