//! The outbox between real parties over real lines.

mod letters;
mod once;
mod peers;
mod support;
