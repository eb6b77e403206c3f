//! 住民情報システム, emulated: what the resident register of a city does towards the ring beside writing files: the counter at which people
//! get a card.

mod counter;

pub use counter::{CounterError, Issued, issue_cards};
