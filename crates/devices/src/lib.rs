//! What people hold in their hands, emulated with the real protocols: a [`card`] in software, a resident's [`phone`], a facility's
//! [`tablet`].
//!
//! Knows the messages and the line to the portal, and no database.

pub mod card;
pub mod phone;
pub mod tablet;
