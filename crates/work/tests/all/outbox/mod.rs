//! The outbox between real parties over real lines.

mod away;
mod bound;
mod cities;
mod dead;
mod ends;
mod once;
mod peers;
mod support;
