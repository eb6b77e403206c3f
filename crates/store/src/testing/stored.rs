//! What lies in a database, for whoever looks for what must not.

use std::fs;
use std::path::Path;
use std::process::Command;

use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use super::schema;
use crate::{Data, RoomName, Rooms, StoreError, Tx};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// Everything that is stored of a room: every row of every table as text, and the bytes that such a text writes in hexadecimal; on SQLite the bytes
/// of its system's files.
#[expect(clippy::panic, reason = "a test that cannot look must fail")]
pub fn stored(rooms: &Rooms, name: &RoomName) -> Vec<u8> {
    let mut all = Vec::new();
    if let Data::Folder(folder) = rooms.data() {
        read_files(&folder.join(name.system()), &mut all).unwrap_or_else(|error| panic!("cannot read the rooms: {error}"));
        return all;
    }
    let read = || {
        let room = rooms.existing(name)?.ok_or(StoreError::NotFound)?;
        for table in schema(&room)?.tables.keys() {
            let lines: Vec<Line> = room.read_blocking(|tx| match tx {
                Tx::Sqlite(_) => Ok(Vec::new()),
                Tx::Postgres(connection) => {
                    Ok::<_, StoreError>(sql_query(format!("SELECT t::text AS line FROM {table} t")).load(connection)?)
                }
            })?;
            for Line { line } in lines {
                all.extend_from_slice(line.as_bytes());
                line.split("\\x").skip(1).for_each(|rest| read_hexadecimal(rest, &mut all));
            }
        }
        Ok::<_, StoreError>(all)
    };
    read().unwrap_or_else(|error| panic!("cannot read the room: {error}"))
}

fn read_files(folder: &Path, all: &mut Vec<u8>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_files(&path, all)?;
        } else {
            // By another process: whoever closes a file of SQLite drops the locks that their process has on it.
            all.extend(Command::new("cat").arg(path).output()?.stdout);
        }
    }
    Ok(())
}

/// The bytes that the text begins with.
fn read_hexadecimal(text: &str, all: &mut Vec<u8>) {
    let digits = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    all.extend(text.as_bytes().chunks_exact(2).map_while(digits));
}

/// Whether the bytes stand somewhere in others.
pub fn contains(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}
