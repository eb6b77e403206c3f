//! Tables that come in and go out: one reader and one writer for every table of the house.
//!
//! A file may be CSV in UTF-8 (with or without a byte-order mark), CP932, UTF-16 or UCS-2, or a workbook (XLSX) with one worksheet that is
//! shown and holds something; which of them it is, is found out. What is wrong with a row costs that row: a byte that is no
//! character, a quote that is never closed, a cell too few, a character of the city's own that its `gaiji.csv` does not name. Only when most
//! of the rows are unreadable is the file refused, because then the encoding was told wrong.

mod book;
mod encoding;
mod gaiji;
mod lines;
mod reject;
mod row;
mod sheet;
mod workbook;
mod write;

pub use book::BookError;
pub use encoding::{Encoding, UnknownEncoding};
pub use gaiji::{Gaiji, is_private_use};
pub use reject::Rejected;
pub use row::Row;
pub use sheet::{Column, HeadingError, Options, Sheet, SheetError};
pub use workbook::{WorkbookError, write_workbook};
pub use write::{Writer, append_cell, end_row};
