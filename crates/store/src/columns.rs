//! Classes of columns, compared with the live schema both ways.
