//! Registration of people (自治体検診対象者情報登録): a task of rows, each with an outcome of its own (R-PMH-2).

mod apply;
pub(crate) mod list;
pub(crate) mod row;
pub(crate) mod take;
pub(crate) mod task;
