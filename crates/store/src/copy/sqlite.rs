//! The pages of a file, read by SQLite itself within the transaction: of one moment, while the writer goes on, and without a second file.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::Binary;

use super::CopyError;
use crate::{StoreError, Tx};

#[derive(QueryableByName)]
struct Page {
    #[diesel(sql_type = Binary)]
    data: Vec<u8>,
}

pub(super) fn copy_out(tx: &mut Tx, to: &mut dyn Write) -> Result<(), CopyError> {
    let pages = sql_query("SELECT data FROM sqlite_dbpage");
    match crate::stream!(tx, pages, Page, |Page { data }| Ok::<_, CopyError>(to.write_all(&data)?)) {
        Err(CopyError::Store(StoreError::Schema(_))) => Err(CopyError::NoPages),
        copied => copied.map(|_| ()),
    }
}

/// A new file of these pages, durable, for its owner alone.
pub(super) fn copy_in(path: &Path, from: &mut dyn Read) -> Result<(), CopyError> {
    let folder = path.parent().ok_or(StoreError::NotReachable("the file cannot be created"))?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    io::copy(from, &mut file)?;
    file.sync_all()?;
    Ok(File::open(folder)?.sync_all()?)
}
