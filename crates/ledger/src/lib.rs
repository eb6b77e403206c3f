//! The record of use (使用の記録): a Merkle log per room of who did what to whose data, and the [`Room`] that writes it.
//!
//! A system reaches personal data only through a [`Room`]: [`Room::see`] returns a value only after its entry is durable,
//! [`Room::change`] commits the change and its entry in one transaction. While the record cannot be written there are neither.
//! What leaves is [`Seen`]: it says whom it concerns, however many they are.
//!
//! ```no_run
//! use diesel::prelude::*;
//! use ledger::{Act, LedgerError, PersonId, Room, Seen};
//!
//! diesel::table! { resident (number) { number -> Text, name -> Binary, } }
//!
//! const READ: Act = Act::new("registry:residents.read");
//! const RENAME: Act = Act::new("registry:residents.rename");
//!
//! # async fn example(room: Room, caller: access::Caller, sealed: Vec<u8>) -> Result<(), LedgerError> {
//! let name: Vec<u8> = room
//!     .see(&caller, READ, |tx, _| {
//!         let name = resident::table.find("0000012").select(resident::name).first(tx)?;
//!         Ok::<_, LedgerError>(Seen::person(PersonId::new("0000012"), name))
//!     })
//!     .await?;
//! room.change(&caller, RENAME, move |tx, _| {
//!     diesel::update(resident::table.find("0000012")).set(resident::name.eq(sealed)).execute(tx)?;
//!     Ok::<_, LedgerError>(Seen::person(PersonId::new("0000012"), ()))
//! })
//! .await?;
//! # drop(name); Ok(()) }
//! ```
//!
//! * Leaves and nodes are those of RFC 6962; tiles, entry bundles and checkpoints those of C2SP (`tlog-tiles`, `tlog-checkpoint`,
//!   `signed-note`), so that tools of others can read a log ([`tiles`]).
//! * The log lives in the room's own database: one row per commit, full tiles, one head. Reads share commits.
//! * The head bears a stamp under a key of the room, and every append asks for it: whoever has the database and no keys gives the log no other
//!   head, and what was signed last is proved to be its beginning before anything is signed. Where that fails the room may only be read.
//! * Persons stand in it as tokens under a key of the room: when the key is shredded the log stays whole and falls silent.
//! * Other municipalities' rooms cosign the checkpoints as witnesses ([`Witness`], C2SP `tlog-witness`): what they saw, no database, key or backup of
//!   this room takes back.
//! * [`verify`] computes everything again and says where the first difference is; [`find`](find()) searches.
//!
//! To record something new: a constant `Act` (or an `access::Action`) and a call of `see`, `change` or `event`; nothing here changes.
//! To add a field to entries: a new version byte in `entry/`, decoding both; entries already written never change.

mod entry;
mod erase;
mod error;
mod find;
mod impersonal;
mod log;
mod lookup;
mod merkle;
mod note;
mod people;
mod proofs;
mod record;
mod room;
mod seen;
#[doc(hidden)]
pub mod testing;
pub mod tiles;
mod verify;
mod witness;

pub use entry::{Actor, ActorKind, Entry, EntryError, MAX_DETAIL, MAX_TOKENS, Outcome, Subjects, Token};
pub use error::LedgerError;
pub use find::{About, AlsoNamed, Found, before, end, find, from, gather, hold_end, last_change, newest};
pub use impersonal::Impersonal;
pub use merkle::{Consistency, EMPTY_ROOT, Frontier, Hash, Inclusion, ProofError, leaf, node};
pub use note::{Checkpoint, NoteError, SignedCheckpoint, VerifierKey};
pub use proofs::size;
pub use record::{Act, Record, Subject};
pub use room::Room;
pub use seen::{Enlisted, People, PersonId, Seen};
pub use verify::{Finding, Problem, Report, Trusted, verify, verify_room};
pub use witness::{AddCheckpoint, Expectation, Witness, WitnessError, origin_digest};

/// The tables that every recorded room has, besides the vault's.
pub const MIGRATIONS: store::Migrations = store::migrations!("ledger", "0001_ledger", "0002_witness");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// The name of a room's log in its checkpoints: `kenshin/registry_991015`.
pub fn origin(room: &store::RoomName) -> String {
    format!("kenshin/{room}")
}
