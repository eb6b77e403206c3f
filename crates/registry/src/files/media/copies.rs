//! What jobs left in the folder of managed media, and what was handed in there for one, as the room knows it: by keyed marks, so that neither who can write in the folder nor who can
//! write in the database makes a file pass for a job's.

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Room, Seen};
use sha2::{Digest as _, Sha256};
use vault::{Cell, Vault};
use vocabulary::Id128;
use work::jobs::FILES_KEPT_MS;

use super::MediaError;
use crate::RegistryError;
use crate::files::hashing::keyed;

diesel::table! {
    media_copy (file) {
        file -> Binary,
        name -> Binary,
        job -> Nullable<Binary>,
        mark -> Binary,
        former -> Nullable<Binary>,
        until -> BigInt,
    }
}

const ERASE: Act = Act::new("registry:media.erase");
const DAMAGED: wire::Damaged = wire::Damaged("a copy in the media folder");

/// A keyed digest of a file's name and content.
pub(super) type Mark = [u8; 32];

pub(super) fn mark(vault: &Vault, name: &str, content: &[u8]) -> Mark {
    let mut digest = Sha256::new();
    digest.update((name.len() as u64).to_be_bytes());
    digest.update(name);
    digest.update(content);
    keyed(vault, &digest.finalize().into())
}

/// What a file is found by.
fn key(vault: &Vault, name: &str) -> Vec<u8> {
    vault.blind("media file", name.as_bytes()).to_vec()
}

/// Whether a job left this there.
pub(super) fn is_kept(room: &Room, name: &str, there: &Mark) -> Result<bool, RegistryError> {
    room.count_blocking(|tx| {
        let kept = media_copy::table.find(key(room.vault(), name)).select((media_copy::mark, media_copy::former));
        let kept: Option<(Vec<u8>, Option<Vec<u8>>)> = kept.first(tx).optional()?;
        Ok(kept.is_some_and(|(mark, former)| is_of(there, &mark, former.as_deref())))
    })
}

/// Whether a file is the one that was left, or the one whose place that was to take.
fn is_of(there: &Mark, mark: &[u8], former: Option<&[u8]>) -> bool {
    mark == there || former.is_some_and(|former| former == there)
}

/// Notes what is about to be put there, by a job or for one, and what it takes the place of.
pub(super) fn keep(room: &Room, job: Option<Id128>, name: &str, (mark, former): (&Mark, Option<&Mark>)) -> Result<(), RegistryError> {
    let (vault, until) = (room.vault(), room.clock().now_ms() + FILES_KEPT_MS);
    let file = key(vault, name);
    let sealed = vault.seal(&Cell::new("media_copy", &file, "name"), name.as_bytes())?;
    room.maintain_blocking(|tx| {
        let values = (
            media_copy::name.eq(&sealed),
            media_copy::job.eq(job.map(|job| job.as_bytes().to_vec())),
            media_copy::mark.eq(mark.to_vec()),
            media_copy::former.eq(former.map(|former| former.to_vec())),
            media_copy::until.eq(until),
        );
        store::upsert!(tx, media_copy::table, (media_copy::file.eq(&file), values.clone()), (media_copy::file), values)?;
        Ok(())
    })
}

/// File, name, job, mark, former mark.
type Over = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, Vec<u8>, Option<Vec<u8>>);

/// Erases the next copy whose time is over, with its entry → whether there was one. Whose data it told stands in the entry of the job that
/// left it.
pub(super) fn erase_next(
    room: &Room,
    caller: &Caller,
    erase: impl Fn(&str, &dyn Fn(&[u8]) -> bool) -> Result<bool, MediaError>,
) -> Result<bool, RegistryError> {
    let (now, vault) = (room.clock().now_ms(), room.vault());
    let over = || media_copy::table.filter(media_copy::until.le(now));
    if room.count_blocking(|tx| Ok::<i64, RegistryError>(over().count().get_result(tx)?))? == 0 {
        return Ok(false);
    }
    room.change_blocking(caller, ERASE, |tx, record| {
        let columns = (media_copy::file, media_copy::name, media_copy::job, media_copy::mark, media_copy::former);
        let (file, sealed, job, mark, former): Over = over().order(media_copy::until).select(columns).first(tx)?;
        let job = job.map(|job| job.try_into().map(Id128::from_bytes).map_err(|_| DAMAGED)).transpose()?;
        let name = vault.open_cell(&Cell::new("media_copy", &file, "name"), &sealed)?;
        let name = std::str::from_utf8(&name).map_err(|_| DAMAGED)?;
        let is_ours = |content: &[u8]| is_of(&self::mark(vault, name, content), &mark, former.as_deref());
        let word = if erase(name, &is_ours)? { "erased" } else { "there no more, or changed since" };
        match job {
            Some(job) => record.note(format!("the copy of a file of job {job}: {word}")),
            None => record.note(format!("a file that was handed in: {word}")),
        }
        diesel::delete(media_copy::table.find(&file)).execute(tx)?;
        Ok::<_, RegistryError>(Seen::nobody(()))
    })?;
    Ok(true)
}
