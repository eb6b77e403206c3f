//! Reproducible synthetic cities in the file formats of the interfaces: residents with households, ages, names and addresses that are hard
//! in the ways real ones are; weekly differences; years of results of all 15 record types; records that came in from facilities with slips,
//! and the truth beside them.
//!
//! Nobody in them exists. The cities, their prefecture and postal codes are fictional, the telephone numbers are given to nobody, and every
//! individual number begins with [`SYNTHETIC_PREFIX`]. The same [`CityPlan`] gives the same bytes on any machine and any number of cores.
//!
//! * [`City::generate`] takes a plan, [`City::write`] writes its directory, [`City::people`] gives the rows in memory.
//! * [`pair`] makes the two cities of the demonstration, with people who moved from the first to the second.
//! * [`part`] says who holds a card, answers, visits and declines, by place, so that anyone can count from the files.
//!
//! To add a slip: a variant of [`Slip`] and its arm in `incoming/slip.rs`. To add results of a record type: one file in `results/`.
//! To add names, towns or facilities: a line in `data/`.

mod city;
mod dice;
mod error;
mod facility;
mod incoming;
mod matter;
mod names;
mod numbers;
mod pair;
pub mod part;
mod people;
mod place;
mod plan;
mod results;
mod week;
mod write;

pub use city::City;
pub use error::SynthError;
pub use facility::{Facility, FacilityKind, facilities};
pub use incoming::{INCOMING_COLUMNS, IncomingRecord, Slip, TRUTH_COLUMNS};
pub use numbers::SYNTHETIC_PREFIX;
pub use pair::{Pair, movers, pair, pair_on};
pub use people::{Class, Event, Person, Reason, Removal, Taxation};
pub use place::{Home, PREFECTURE, Spelling, city_name};
pub use plan::{CityPlan, FEWEST, FIRST_CITY, MOST, Movers, SECOND_CITY};
pub use write::{Encoding, Progress, RESIDENT_COLUMNS, Written};
