//! The vault: a room's keys, and what is done with them.
//!
//! A [`Vault`] is opened on a [`store::Room`] that has [`MIGRATIONS`], with a [`MasterKey`] that is not in the database. It then
//!
//! * seals values of columns ([`Vault::seal`]) so that they open only in their room, table, row and column ([`Cell`]);
//! * makes values findable without showing them ([`Vault::blind`]) and people countable without naming them ([`Vault::token`]);
//! * stamps rows that only the room's own programs write ([`Vault::stamp`]);
//! * signs ([`Vault::signer`]) and opens what others sealed to it ([`Vault::receiver`], [`seal::hpke`]);
//! * changes any of its keys while the room is in use ([`Vault::rotate`] and its siblings), and destroys them ([`Vault::shred`]).
//!
//! ```no_run
//! use std::sync::Arc;
//! use vault::{Cell, FileMaster, Vault, VaultError};
//! use vocabulary::{SystemClock, SystemEntropy};
//!
//! # async fn example(rooms: store::Rooms) -> Result<(), Box<dyn std::error::Error>> {
//! let entropy = Arc::new(SystemEntropy);
//! let room = rooms.room(&store::RoomName::national("example"), &[vault::MIGRATIONS])?;
//! let master = Arc::new(FileMaster::open_or_create("kenshin-data/master.key", entropy.clone())?);
//! let vault = Vault::open(&room, master, entropy, Arc::new(SystemClock)).await?;
//! let cell = Cell::new("person", "12345", "number");
//! let sealed = vault.seal(&cell, b"a value")?;
//! let plain = vault.open_cell(&cell, &sealed)?;
//! # let _ = plain; Ok(()) }
//! ```
//!
//! Nothing here logs. Everything that holds a key is wiped when dropped and masked when printed.
//!
//! To add a kind of key, see `keys`; a device for the master key, see [`MasterKey`].

mod cell;
mod error;
mod index;
mod keys;
mod master;
mod vault;

pub use self::cell::{Cell, SEALING_ADDS};
pub use self::error::VaultError;
pub use self::index::{INDEX_LENGTH, STAMP_LENGTH};
pub use self::keys::{Certificate, KeyInfo, KeyKind};
pub use self::master::{FileMaster, Marks, MasterKey, MasterKeyError, MasterKeyId, Pkcs11Master, Pkcs11Setting, replace_in};
pub use self::vault::{Batch, REFRESH_EVERY, Resealed, SETTLED_AFTER, Shred, Vault};

/// The tables of keys, which every room has.
pub const MIGRATIONS: store::Migrations = store::migrations!("vault", "0001_vault_key");

/// What the columns of those tables are; for `store::columns::compare`.
pub const COLUMNS: &str = include_str!("../columns.toml");
