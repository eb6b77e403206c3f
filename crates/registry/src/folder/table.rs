//! The accepted versions of the city's folder as the room keeps them. Each is sealed: one that the database alone put there, or changed since,
//! is damage.

use catalogue::CityFolder;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use store::Tx;
use vault::{Cell, Vault, VaultError};

use super::ACCEPT;
use crate::RegistryError;

diesel::table! {
    city_folder (id) {
        id -> BigInt,
        digest -> Binary,
        operator -> Text,
        at -> BigInt,
        seal -> Binary,
    }
}

diesel::table! {
    city_folder_file (folder, name) {
        folder -> BigInt,
        name -> Text,
        content -> Binary,
    }
}

diesel::table! {
    city_folder_record (id) {
        id -> BigInt,
        seen -> Binary,
    }
}

/// Entries of the record of use that are looked through in one transaction.
const STRIDE: u64 = 4_096;

/// How far the record of use was looked through for acceptances, and what the newest of them says.
#[derive(Debug, Default, Serialize, Deserialize)]
struct LookedThrough {
    upto: u64,
    newest: Option<String>,
}

impl LookedThrough {
    fn read(tx: &mut Tx, vault: &Vault) -> Result<LookedThrough, RegistryError> {
        let sealed: Option<Vec<u8>> = city_folder_record::table.find(1).select(city_folder_record::seen).first(tx).optional()?;
        let Some(sealed) = sealed else { return Ok(LookedThrough::default()) };
        let plain = vault.open_cell(&Cell::new("city_folder_record", b"1", "seen"), &sealed)?;
        Ok(serde_json::from_slice(&plain).map_err(|_| DAMAGED)?)
    }

    fn write(&self, tx: &mut Tx, vault: &Vault) -> Result<(), RegistryError> {
        let plain = serde_json::to_vec(self).map_err(|_| wire::Defect("a place in the record of use"))?;
        let sealed = vault.seal(&Cell::new("city_folder_record", b"1", "seen"), &plain)?;
        let row = (city_folder_record::id.eq(1), city_folder_record::seen.eq(&sealed));
        store::upsert!(tx, city_folder_record::table, row, (city_folder_record::id), city_folder_record::seen.eq(&sealed))?;
        Ok(())
    }

    fn look_on(self, tx: &mut Tx, vault: &Vault, upto: u64) -> Result<LookedThrough, RegistryError> {
        let later = ledger::last_change(tx, vault, ACCEPT, self.upto..upto)?;
        Ok(LookedThrough { upto, newest: later.or(self.newest) })
    }
}

/// What the record of use says of a version that began to hold. Its second word and its last are read again by [`compare_with_record`].
pub(super) fn noted(version: i64, how: &str, digest: &[u8; 32]) -> String {
    format!("version {version} of the city's folder {how}: {}", protocol::Digest(*digest))
}

/// Looks on through the record of use for acceptances, and keeps how far → whether there is more to look through than is done at each start.
pub(super) fn look_on(tx: &mut Tx, vault: &Vault) -> Result<bool, RegistryError> {
    let seen = LookedThrough::read(tx, vault)?;
    let upto = seen.upto + STRIDE;
    if ledger::end(tx, vault)? < upto {
        return Ok(false);
    }
    seen.look_on(tx, vault, upto)?.write(tx, vault)?;
    Ok(true)
}

/// Refuses a newest version that is not the one of the newest acceptance in the record of use: somebody took later ones away, or all of them.
pub(super) fn compare_with_record(tx: &mut Tx, vault: &Vault) -> Result<(), RegistryError> {
    let (seen, end) = (LookedThrough::read(tx, vault)?, ledger::end(tx, vault)?);
    if end < seen.upto {
        return Err(DAMAGED.into());
    }
    let recorded = seen.look_on(tx, vault, end)?.newest;
    let is_recorded = match (newest(tx, vault)?, recorded) {
        (None, None) => true,
        (Some(version), Some(recorded)) => {
            let digest: [u8; 32] = version.digest.as_slice().try_into().map_err(|_| DAMAGED)?;
            let (number, digest) = (version.id.to_string(), protocol::Digest(digest).to_string());
            recorded.split(' ').nth(1) == Some(&number) && recorded.rsplit(' ').next() == Some(&digest)
        }
        _ => false,
    };
    if is_recorded { Ok(()) } else { Err(DAMAGED.into()) }
}

/// How a version came to hold.
pub(super) const BEGUN: &str = "begun with";
pub(super) const ACCEPTED: &str = "accepted";

/// An accepted version: its number, the digest of its files, who accepted it, and when.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = city_folder)]
pub(super) struct Version {
    pub(super) id: i64,
    pub(super) digest: Vec<u8>,
    pub(super) operator: String,
    pub(super) at: i64,
    seal: Vec<u8>,
}

impl Version {
    /// Whether it is as it was accepted.
    fn prove(&self, vault: &Vault) -> Result<(), RegistryError> {
        let (id, at) = (self.id.to_be_bytes(), self.at.to_be_bytes());
        let opened = vault.open_cell(&cell(&id).beside(&[&self.digest, self.operator.as_bytes(), &at]), &self.seal);
        match opened {
            Ok(_) => Ok(()),
            Err(VaultError::NotSealed | VaultError::DoesNotOpen { .. } | VaultError::UnknownKey(_)) => Err(DAMAGED.into()),
            Err(error) => Err(error.into()),
        }
    }
}

pub(super) const DAMAGED: wire::Damaged = wire::Damaged("a version of the city's folder");

fn cell(id: &[u8; 8]) -> Cell<'_> {
    Cell::new("city_folder", id, "seal")
}

/// The version that holds; none when nothing was accepted yet.
pub(super) fn newest(tx: &mut Tx, vault: &Vault) -> Result<Option<Version>, RegistryError> {
    let newest: Option<Version> = city_folder::table.order(city_folder::id.desc()).select(Version::as_select()).first(tx).optional()?;
    if let Some(version) = &newest {
        version.prove(vault)?;
    }
    Ok(newest)
}

/// The version that holds, and its files.
pub(super) fn stored(tx: &mut Tx, vault: &Vault) -> Result<(Version, CityFolder), RegistryError> {
    let version = newest(tx, vault)?.ok_or(DAMAGED)?;
    let files =
        city_folder_file::table.filter(city_folder_file::folder.eq(version.id)).select((city_folder_file::name, city_folder_file::content));
    let files: CityFolder = files.load::<(String, Vec<u8>)>(tx)?.into_iter().collect();
    if version.digest != files.digest() {
        return Err(DAMAGED.into());
    }
    Ok((version, files))
}

/// Keeps a version after the one that it was compared with (`base`, 0 for none) → its number; refused when another holds by now.
pub(super) fn keep(tx: &mut Tx, vault: &Vault, folder: &CityFolder, base: i64, operator: &str, at: i64) -> Result<i64, RegistryError> {
    if newest(tx, vault)?.map_or(0, |version| version.id) != base {
        return Err(RegistryError::Stale);
    }
    let (id, digest) = (base + 1, folder.digest());
    let seal = vault.seal(&cell(&id.to_be_bytes()).beside(&[&digest, operator.as_bytes(), &at.to_be_bytes()]), b"")?;
    let row = (
        city_folder::id.eq(id),
        city_folder::digest.eq(digest.to_vec()),
        city_folder::operator.eq(operator),
        city_folder::at.eq(at),
        city_folder::seal.eq(seal),
    );
    diesel::insert_into(city_folder::table).values(row).execute(tx)?;
    for (name, content) in folder.files() {
        let row = (city_folder_file::folder.eq(id), city_folder_file::name.eq(name), city_folder_file::content.eq(content));
        diesel::insert_into(city_folder_file::table).values(row).execute(tx)?;
    }
    Ok(id)
}
