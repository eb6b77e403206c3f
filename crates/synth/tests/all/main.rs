//! What synthetic cities promise, read back with a parser that is not ours.

mod incoming;
mod pair;
mod reading;
mod register;
mod results;
