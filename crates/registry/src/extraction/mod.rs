//! 抽出 (R-REG-3): who of the city is due for what in a fiscal year, and why.

pub(crate) mod table;
