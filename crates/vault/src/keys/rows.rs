//! The tables of keys and of what is left of keys.

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use store::{StoreError, Tx};
use vocabulary::Timestamp;

use super::{Certificate, KeyInfo, KeyKind};
use crate::VaultError;
use seal::Binding;

diesel::table! {
    vault_key (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        version -> Integer,
        parent -> Nullable<BigInt>,
        wrapped -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    vault_certificate (id) {
        id -> BigInt,
        kind -> Text,
        name -> Text,
        version -> Integer,
        created_at -> BigInt,
        destroyed_at -> BigInt,
        digest -> Binary,
        reason -> Text,
    }
}

/// A wrapped key.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = vault_key)]
pub(crate) struct KeyRow {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) version: i32,
    pub(crate) parent: Option<i64>,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) created_at: i64,
}

#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = vault_certificate)]
pub(crate) struct CertificateRow {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) version: i32,
    pub(crate) created_at: i64,
    pub(crate) destroyed_at: i64,
    pub(crate) digest: Vec<u8>,
    pub(crate) reason: String,
}

/// Everything a ring is made from.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) keys: Vec<KeyRow>,
    pub(crate) destroyed: Vec<CertificateRow>,
}

impl KeyRow {
    /// What its wrapping is bound to: every column but the wrapped key itself.
    pub(crate) fn binding(&self, room: &str) -> Binding {
        Binding::of("kenshin key 1")
            .part(room.as_bytes())
            .number(self.id)
            .part(self.kind.as_bytes())
            .part(self.name.as_bytes())
            .number(self.version.into())
            .number(self.parent.unwrap_or(0))
            .number(self.created_at)
    }

    pub(crate) fn number(&self) -> u32 {
        u32::try_from(self.id).unwrap_or(0)
    }

    pub(crate) fn altered(&self, room: &str) -> VaultError {
        VaultError::AlteredKey { room: room.into(), id: self.number(), kind: self.kind.clone() }
    }

    pub(crate) fn info(&self) -> Option<KeyInfo> {
        info(self.id, &self.kind, &self.name, self.version, self.created_at)
    }

    /// What is kept when it goes.
    pub(crate) fn certificate(&self, destroyed_at: i64, reason: &str) -> CertificateRow {
        CertificateRow {
            id: self.id,
            kind: self.kind.clone(),
            name: self.name.clone(),
            version: self.version,
            created_at: self.created_at,
            destroyed_at,
            digest: Sha256::digest(&self.wrapped).to_vec(),
            reason: reason.into(),
        }
    }
}

impl CertificateRow {
    pub(crate) fn read(&self) -> Option<Certificate> {
        Some(Certificate {
            key: info(self.id, &self.kind, &self.name, self.version, self.created_at)?,
            destroyed: Timestamp::from_millisecond(self.destroyed_at).ok()?,
            digest: self.digest.as_slice().try_into().ok()?,
            reason: self.reason.clone(),
        })
    }
}

fn info(id: i64, kind: &str, name: &str, version: i32, created_at: i64) -> Option<KeyInfo> {
    Some(KeyInfo {
        id: u32::try_from(id).ok()?,
        kind: KeyKind::parse(kind)?,
        name: name.into(),
        version: u32::try_from(version).ok()?,
        created: Timestamp::from_millisecond(created_at).ok()?,
    })
}

pub(crate) fn stored(tx: &mut Tx) -> Result<Stored, StoreError> {
    Ok(Stored { keys: keys(tx)?, destroyed: certificates(tx)? })
}

/// Every key, the oldest first.
pub(crate) fn keys(tx: &mut Tx) -> Result<Vec<KeyRow>, StoreError> {
    Ok(vault_key::table.order(vault_key::id).load(tx)?)
}

pub(crate) fn certificates(tx: &mut Tx) -> Result<Vec<CertificateRow>, StoreError> {
    Ok(vault_certificate::table.order(vault_certificate::id).load(tx)?)
}

/// The number of the municipality key.
pub(crate) fn municipality(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    let of_kind = vault_key::table.filter(vault_key::kind.eq(KeyKind::Municipality.as_str()));
    Ok(of_kind.select(vault_key::id).first(tx).optional()?)
}

/// A number that no key has or had.
pub(crate) fn next_id(tx: &mut Tx) -> Result<i64, StoreError> {
    let live: Option<i64> = vault_key::table.select(diesel::dsl::max(vault_key::id)).first(tx)?;
    let gone: Option<i64> = vault_certificate::table.select(diesel::dsl::max(vault_certificate::id)).first(tx)?;
    Ok(live.max(gone).unwrap_or(0) + 1)
}

/// The newest version of this kind and name; `None` when there is none any more, or was none.
pub(crate) fn newest(tx: &mut Tx, kind: KeyKind, name: &str) -> Result<Option<i32>, StoreError> {
    let of_name = vault_key::table.filter(vault_key::kind.eq(kind.as_str())).filter(vault_key::name.eq(name));
    Ok(of_name.select(diesel::dsl::max(vault_key::version)).first(tx)?)
}

/// The version that the next key of this kind and name gets, after those that are gone too.
pub(crate) fn next_version(tx: &mut Tx, kind: KeyKind, name: &str) -> Result<i32, StoreError> {
    let of_name = vault_certificate::table.filter(vault_certificate::kind.eq(kind.as_str())).filter(vault_certificate::name.eq(name));
    let gone: Option<i32> = of_name.select(diesel::dsl::max(vault_certificate::version)).first(tx)?;
    Ok(newest(tx, kind, name)?.max(gone).unwrap_or(0) + 1)
}

pub(crate) fn insert(tx: &mut Tx, rows: &[KeyRow]) -> Result<(), StoreError> {
    for row in rows {
        diesel::insert_into(vault_key::table).values(row.clone()).execute(tx)?;
    }
    Ok(())
}

/// Puts another wrapping of the same key in its row.
pub(crate) fn rewrap(tx: &mut Tx, row: &KeyRow) -> Result<(), StoreError> {
    diesel::update(vault_key::table.find(row.id))
        .set((vault_key::parent.eq(row.parent), vault_key::wrapped.eq(&row.wrapped)))
        .execute(tx)?;
    Ok(())
}

/// Writes bytes that mean nothing over a wrapped key; `destroy` takes the row away.
pub(crate) fn overwrite(tx: &mut Tx, id: i64, with: &[u8]) -> Result<(), StoreError> {
    diesel::update(vault_key::table.find(id)).set(vault_key::wrapped.eq(with)).execute(tx)?;
    Ok(())
}

pub(crate) fn destroy(tx: &mut Tx, certificate: &CertificateRow) -> Result<(), StoreError> {
    diesel::delete(vault_key::table.find(certificate.id)).execute(tx)?;
    diesel::insert_into(vault_certificate::table).values(certificate.clone()).execute(tx)?;
    Ok(())
}
