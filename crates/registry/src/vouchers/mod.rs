//! 受診券 (R-REG-5): one for a person and programme of an extraction, withheld from whom may not be written to now.

pub(crate) mod table;
