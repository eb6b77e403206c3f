//! The residents (住民情報): what the registry knows of them comes from files of the resident register (R-REG-1).

mod column;
mod file;
mod row;
