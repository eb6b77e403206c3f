//! What jobs left in the folder of managed media, and what was handed in there for one, as the room knows it: by keyed marks, so that neither who can write in the folder nor who can
//! write in the database makes a file pass for a job's.

use std::fs::File;
use std::io::{self, Read as _};

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
/// What the record of use says of one that cannot be erased.
const PUT_OFF: &str = "it cannot be erased, and is tried again in a day";
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAMAGED: wire::Damaged = wire::Damaged("a copy in the media folder");

/// A keyed digest of a file's name and content.
pub(super) type Mark = [u8; 32];

pub(super) fn mark(vault: &Vault, name: &str, content: &[u8]) -> Mark {
    keyed(vault, &digest_of(name).chain_update(content).finalize().into())
}

/// The same of a file, from where it stands to its end.
pub(super) fn mark_of(vault: &Vault, name: &str, file: &mut File) -> io::Result<Mark> {
    let mut digest = digest_of(name);
    let mut piece = vec![0; 64 * 1024];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => digest.update(piece.get(..count).unwrap_or_default()),
        }
    }
    Ok(keyed(vault, &digest.finalize().into()))
}

fn digest_of(name: &str) -> Sha256 {
    Sha256::new().chain_update((name.len() as u64).to_be_bytes()).chain_update(name)
}

/// What a file is found by.
fn key(vault: &Vault, name: &str) -> Vec<u8> {
    vault.blind("media file", name.as_bytes()).to_vec()
}

/// Whether this was left there: by a job, or for one.
pub(super) fn is_kept(room: &Room, name: &str, by_job: bool, there: &Mark) -> Result<bool, RegistryError> {
    room.count_blocking(|tx| {
        let kept = media_copy::table.find(key(room.vault(), name)).select((media_copy::job, media_copy::mark, media_copy::former));
        let kept: Option<(Option<Vec<u8>>, Vec<u8>, Option<Vec<u8>>)> = kept.first(tx).optional()?;
        Ok(kept.is_some_and(|(job, mark, former)| job.is_some() == by_job && is_of(there, &mark, former.as_deref())))
    })
}

/// Whether a file of this name was handed in, and is to be what it was.
pub(super) fn is_handed_in(room: &Room, name: &str) -> Result<bool, RegistryError> {
    room.count_blocking(|tx| {
        let kept = media_copy::table.find(key(room.vault(), name)).filter(media_copy::job.is_null());
        Ok(kept.count().get_result::<i64>(tx)? > 0)
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

/// Erases the copies whose time is over, each with its entry. Whose data one told stands in the entry of the job that left it. One that cannot be
/// erased holds up no other.
pub(super) fn erase_over(room: &Room, caller: &Caller, erase: &Erase) -> Result<(), RegistryError> {
    while erase_next(room, caller, erase)? {}
    Ok(())
}

/// Erases a file of this name whose content is ours → whether it was.
type Erase<'a> = dyn Fn(&str, &dyn Fn(&[u8]) -> bool) -> Result<bool, MediaError> + 'a;

/// Erases the next, or puts it off → whether there was one.
fn erase_next(room: &Room, caller: &Caller, erase: &Erase) -> Result<bool, RegistryError> {
    let (now, vault) = (room.clock().now_ms(), room.vault());
    let over = || media_copy::table.filter(media_copy::until.le(now));
    if room.count_blocking(|tx| Ok::<i64, RegistryError>(over().count().get_result(tx)?))? == 0 {
        return Ok(false);
    }
    room.change_blocking(caller, ERASE, |tx, record| {
        let columns = (media_copy::file, media_copy::name, media_copy::job, media_copy::mark, media_copy::former);
        let (file, sealed, job, mark, former): Over = over().order(media_copy::until).select(columns).first(tx)?;
        let of = match job.map(|job| job.try_into().map(Id128::from_bytes)).transpose() {
            Ok(Some(job)) => format!("the copy of a file of job {job}"),
            Ok(None) => "a file that was handed in".to_owned(),
            Err(_) => "the copy of a file of a damaged job".to_owned(),
        };
        let erased = || {
            let name = vault.open_cell(&Cell::new("media_copy", &file, "name"), &sealed)?;
            let name = std::str::from_utf8(&name).map_err(|_| DAMAGED)?;
            Ok::<_, RegistryError>(erase(name, &|content| is_of(&self::mark(vault, name, content), &mark, former.as_deref()))?)
        };
        let word = match erased() {
            Ok(true) => "erased",
            Ok(false) => "there no more, or changed since",
            Err(error) => {
                tracing::error!(alarm = "media", %of, %error, "it lies in the media folder beyond its time and cannot be erased");
                PUT_OFF
            }
        };
        record.note(format!("{of}: {word}"));
        let row = media_copy::table.find(&file);
        match word {
            PUT_OFF => diesel::update(row).set(media_copy::until.eq(now + DAY_MS)).execute(tx)?,
            _ => diesel::delete(row).execute(tx)?,
        };
        Ok::<_, RegistryError>(Seen::nobody(()))
    })?;
    Ok(true)
}
