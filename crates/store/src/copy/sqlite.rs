//! The pages of a file, read by SQLite itself within the transaction: of one moment, while the writer goes on, and without a second file.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Binary, Text};

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

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    integrity_check: String,
}

/// What its own check says, at most ten lines; none of a sound file.
pub(super) fn check(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    let lines: Vec<Line> = sql_query("PRAGMA integrity_check(10)").load(tx)?;
    Ok(lines.into_iter().map(|line| line.integrity_check).filter(|line| line != "ok").collect())
}

/// What SQLite keeps beside a file: beside a new one it is of another, and would be taken for its own.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// A new file of these pages, durable, for its owner alone. Where that fails it is gone again; what was there before stays.
pub(super) fn copy_in(path: &Path, from: &mut dyn Read) -> Result<(), CopyError> {
    let folder = path.parent().ok_or(StoreError::NotReachable("the file cannot be created"))?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for ending in BESIDE {
        let mut beside = path.as_os_str().to_owned();
        beside.push(ending);
        if fs::symlink_metadata(&beside).is_ok() {
            return Err(CopyError::LeftOver(Path::new(&beside).display().to_string()));
        }
    }
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    fill(file, folder, from).inspect_err(|_| {
        // What went wrong first is what is told.
        let _ = fs::remove_file(path);
    })
}

fn fill(mut file: File, folder: &Path, from: &mut dyn Read) -> Result<(), CopyError> {
    io::copy(from, &mut file)?;
    file.sync_all()?;
    Ok(File::open(folder)?.sync_all()?)
}
