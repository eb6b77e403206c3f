//! Inquiries (情報照会): this municipality asks another.

pub(crate) mod answer;
pub(crate) mod permit;
pub(crate) mod read;
pub(crate) mod refusal;
pub(crate) mod take;
