//! Tests of the vault, as its users see it.

#![cfg(test)]

mod bodies;
mod cells;
mod closed;
mod life;
mod master;
mod messages;
mod schema;
mod settled;
mod support;
