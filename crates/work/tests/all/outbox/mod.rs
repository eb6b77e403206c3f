//! The outbox between real parties over real lines.

mod away;
mod bound;
mod cities;
mod ends;
mod letters;
mod once;
mod peers;
mod support;
