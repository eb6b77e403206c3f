//! The embedded store: one file per room, one writer, a few readers.

mod connect;
mod file;
mod folder;
mod shelf;

pub(crate) use self::connect::{CHECKPOINT, NO_CHECKPOINT, Use, WRITER, checkpoint};
pub(crate) use self::file::File;
pub(crate) use self::folder::Folder;
