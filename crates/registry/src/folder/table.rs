//! The accepted versions of the city's folder as the room keeps them.

use catalogue::CityFolder;
use diesel::prelude::*;
use sha2::{Digest as _, Sha256};
use store::Tx;

diesel::table! {
    city_folder (id) {
        id -> BigInt,
        digest -> Binary,
        operator -> Text,
        at -> BigInt,
    }
}

diesel::table! {
    city_folder_file (folder, name) {
        folder -> BigInt,
        name -> Text,
        content -> Binary,
    }
}

/// An accepted version: its number, who accepted it, and when.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = city_folder)]
pub(super) struct Version {
    pub(super) id: i64,
    pub(super) operator: String,
    pub(super) at: i64,
}

/// SHA-256 over names and contents, each with its length before it.
pub(super) fn digest_of(folder: &CityFolder) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (name, content) in folder.files() {
        for part in [name.as_bytes(), content] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}

/// The number of the version that holds, 0 when there is none yet, and whether it is the one of this digest.
pub(super) fn newest(tx: &mut Tx, digest: [u8; 32]) -> QueryResult<[i64; 2]> {
    let newest = city_folder::table.order(city_folder::id.desc()).select((city_folder::id, city_folder::digest));
    Ok(newest.first::<(i64, Vec<u8>)>(tx).optional()?.map_or([0, 0], |(id, of)| [id, i64::from(of == digest)]))
}

/// The newest version and its files.
pub(super) fn stored(tx: &mut Tx) -> QueryResult<(Version, CityFolder)> {
    let version: Version = city_folder::table.order(city_folder::id.desc()).select(Version::as_select()).first(tx)?;
    let files =
        city_folder_file::table.filter(city_folder_file::folder.eq(version.id)).select((city_folder_file::name, city_folder_file::content));
    Ok((version, files.load::<(String, Vec<u8>)>(tx)?.into_iter().collect()))
}

/// Keeps a version as the newest → its number.
pub(super) fn keep(tx: &mut Tx, folder: &CityFolder, operator: &str, at: i64) -> QueryResult<i64> {
    let digest = digest_of(folder);
    let id = newest(tx, digest)?[0] + 1;
    let row = (city_folder::id.eq(id), city_folder::digest.eq(digest.to_vec()), city_folder::operator.eq(operator), city_folder::at.eq(at));
    diesel::insert_into(city_folder::table).values(row).execute(tx)?;
    for (name, content) in folder.files() {
        let row = (city_folder_file::folder.eq(id), city_folder_file::name.eq(name), city_folder_file::content.eq(content));
        diesel::insert_into(city_folder_file::table).values(row).execute(tx)?;
    }
    Ok(id)
}
