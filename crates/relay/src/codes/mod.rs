//! Codes (符号): asked for through atena, kept beside the unified number.

pub(crate) mod ask;
pub(crate) mod persons;
pub(crate) mod take;
