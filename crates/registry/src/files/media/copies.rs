//! What jobs left in the folder of managed media, and what was handed in there for one, as the room knows it: by keyed marks, so that neither who can write in the folder nor who can
//! write in the database makes a file pass for a job's.

use std::fs::File;
use std::io::{self, Read};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Room, Seen};
use vault::{Cell, Vault};
use vocabulary::Id128;
use work::jobs::FILES_KEPT_MS;

use super::MediaError;
use crate::RegistryError;
use crate::files::hashing::{Hashing, keyed};

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
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const DAMAGED: wire::Damaged = wire::Damaged("a copy in the media folder");

/// A keyed digest of a file's name and content.
pub(super) type Mark = [u8; 32];

/// Of a file of this name with this content, which is read to its end.
pub(super) fn mark_of(vault: &Vault, name: &str, content: impl Read) -> io::Result<Mark> {
    let length = (name.len() as u64).to_be_bytes();
    let (mut whole, digest) = Hashing::new(length.as_slice().chain(name.as_bytes()).chain(content));
    io::copy(&mut whole, &mut io::sink())?;
    Ok(keyed(vault, &digest.value()))
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

/// Job, name, mark, former mark.
type Kept = (Option<Vec<u8>>, Vec<u8>, Vec<u8>, Option<Vec<u8>>);

/// Erases a file of this name whose content is ours → whether it was.
type Erase<'a> = dyn Fn(&str, &dyn Fn(&File) -> io::Result<bool>) -> Result<bool, MediaError> + 'a;

/// Erases the copies whose time is over, each with its entry. Whose data one told stands in the entry of the job that left it. One that cannot be
/// erased is put off, and holds up no other.
pub(super) fn erase_over(room: &Room, caller: &Caller, erase: &Erase) -> Result<(), RegistryError> {
    let now = room.clock().now_ms();
    let over = room.count_blocking(|tx| {
        let over = media_copy::table.filter(media_copy::until.le(now)).order(media_copy::until);
        let files: Vec<Vec<u8>> = over.select(media_copy::file).load(tx)?;
        let keys = files.into_iter().filter_map(|file| Some([u128::from_be_bytes(file.try_into().ok()?)]));
        Ok::<_, RegistryError>(keys.collect::<Vec<_>>())
    })?;
    over.into_iter().try_for_each(|[file]| erase_one(room, caller, &file.to_be_bytes(), erase))
}

/// Erases one, or puts it off. However long the file is, the room's writer is not held meanwhile.
fn erase_one(room: &Room, caller: &Caller, file: &[u8], erase: &Erase) -> Result<(), RegistryError> {
    let erased = room.count_blocking(|tx| {
        let columns = (media_copy::job, media_copy::name, media_copy::mark, media_copy::former);
        let (job, sealed, mark, former): Kept = media_copy::table.find(file).select(columns).first(tx)?;
        let erased = || {
            let name = room.vault().open_cell(&Cell::new("media_copy", file, "name"), &sealed)?;
            let name = std::str::from_utf8(&name).map_err(|_| DAMAGED)?;
            let is_ours = |there: &File| mark_of(room.vault(), name, there).map(|there| is_of(&there, &mark, former.as_deref()));
            Ok::<_, RegistryError>(erase(name, &is_ours)?)
        };
        Ok::<_, RegistryError>(match erased() {
            Ok(is_erased) => [is_erased, false],
            Err(error) => {
                let copy = noted(job, [false, true]);
                tracing::error!(alarm = "media", copy, %error, "it lies in the media folder beyond its time and cannot be erased");
                [false, true]
            }
        })
    })?;
    room.change_blocking(caller, ERASE, |tx, record| {
        let now = room.clock().now_ms();
        let job = media_copy::table.find(file).select(media_copy::job).first(tx)?;
        record.note(noted(job, erased));
        // what a job has left there anew since is kept
        let over = media_copy::table.find(file).filter(media_copy::until.le(now));
        match erased {
            [_, true] => diesel::update(over).set(media_copy::until.eq(now + DAY_MS)).execute(tx)?,
            [_, false] => diesel::delete(over).execute(tx)?,
        };
        Ok::<_, RegistryError>(Seen::nobody(()))
    })
}

/// What the record of use says of a copy, by whether it was erased and whether it is put off.
fn noted(job: Option<Vec<u8>>, erased: [bool; 2]) -> String {
    let word = match erased {
        [_, true] => "it cannot be erased, and is tried again in a day",
        [true, _] => "erased",
        [false, _] => "there no more, or changed since",
    };
    match job.map(|job| job.try_into().map(Id128::from_bytes)) {
        None => format!("a file that was handed in: {word}"),
        Some(Ok(job)) => format!("the copy of a file of job {job}: {word}"),
        Some(Err(_)) => format!("the copy of a file of a damaged job: {word}"),
    }
}
