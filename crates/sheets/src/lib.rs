//! Tables that come in and go out as text: one reader and one writer for every CSV of the house.
//!
//! A file may be UTF-8 (with or without a byte-order mark), CP932, UTF-16 or UCS-2. What is wrong with a row costs that row: a byte that is no
//! character, a quote that is never closed, a cell too few, a character of the city's own that its `gaiji.csv` does not name. Only when most
//! of the rows are unreadable is the file refused, because then the encoding was told wrong.

mod encoding;
mod gaiji;
mod lines;
mod reject;
mod row;
mod sheet;
mod write;

pub use encoding::{Encoding, UnknownEncoding};
pub use gaiji::{Gaiji, is_private_use};
pub use reject::Rejected;
pub use row::Row;
pub use sheet::{Column, HeadingError, Options, Sheet, SheetError};
pub use write::{Writer, append_cell, end_row};
