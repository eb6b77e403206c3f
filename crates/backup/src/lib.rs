//! A deployment's rooms and the files that make it, in one file that is sealed to a key whose private half is kept elsewhere, and back.
//!
//! `kenshin backup 1` and a line feed, then a stream of `seal::hpke` with the same words as its purpose; in it part after part ([`archive`]): each room as
//! `store` copies it, each file of `etc` and `tls`, and at the end the [`Manifest`], which says of each part how long it is and its digest. Everything
//! is streamed. Master keys are in no backup, nor is the key of the authority.
//!
//! Whoever has the public half can make a file that opens: that a backup is the one that was made is told by its SHA-256, and that the record of use in
//! it is the rooms' own by their stamps and checkpoints.

mod archive;
mod digested;
mod error;
mod files;
mod key;
mod make;
mod manifest;
mod restore;

use self::manifest::{FILES, FORMAT};

pub use self::error::BackupError;
pub use self::key::{make_key, read_private, read_public};
pub use self::make::{CopiedRoom, Deployment, Made, make};
pub use self::manifest::{Content, DatabaseKind, FileManifest, Manifest, RoomManifest};
pub use self::restore::{Put, Target, Verified, restore, verify};

/// How a backup begins, and what it is sealed for.
const MAGIC: &str = "kenshin backup 1";
