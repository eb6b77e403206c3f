//! The table, and what lies sealed in it.

use ledger::PersonId;
use vault::{Cell, Vault};
use vocabulary::Id128;
use zeroize::Zeroizing;

use super::OutboxError;

diesel::table! {
    outbox (id) {
        id -> BigInt, peer -> Text, kind -> Text, subject -> Binary, request_key -> Binary, payload -> Binary, sent_as -> Nullable<Binary>,
        state -> Text, attempts -> Integer, first_tried_at -> Nullable<BigInt>, last_error -> Nullable<Text>, enqueued_at -> BigInt,
    }
}

/// The words of `state`; a dead letter stands before one that waits in their order.
pub(super) mod state {
    pub(crate) const WAITING: &str = "waiting";
    pub(crate) const DEAD: &str = "dead";
}

/// The plain columns to which a payload is bound: whoever changes one has made it unreadable.
#[derive(Clone, Copy)]
pub(super) struct Envelope<'a> {
    pub(super) key: &'a Id128,
    pub(super) peer: &'a str,
    pub(super) kind: &'a str,
    pub(super) subject: &'a [u8],
}

/// A message as it was sealed.
pub(super) struct Opened {
    pub(super) id: i64,
    pub(super) key: Id128,
    pub(super) attempts: i32,
    /// Whom it concerns, as the record of use names them.
    pub(super) people: Vec<String>,
    /// What its kind stored of it (JSON).
    pub(super) stored: Zeroizing<Vec<u8>>,
}

impl Opened {
    /// Whom it concerns.
    pub(super) fn concerned(&self) -> impl Iterator<Item = PersonId<'_>> {
        self.people.iter().map(|person| PersonId::new(person.as_str()))
    }
}

/// An identifier from a column.
pub(super) fn id128(bytes: &[u8]) -> Result<Id128, OutboxError> {
    bytes.try_into().map(Id128::from_bytes).map_err(|_| wire::Damaged("a message of the outbox").into())
}

/// Two lines of JSON, which has no line breaks of its own: the people, then what the kind stored.
pub(super) fn seal(
    vault: &Vault,
    envelope: Envelope<'_>,
    people: &[String],
    stored: &impl serde::Serialize,
) -> Result<Vec<u8>, OutboxError> {
    let mut text = Zeroizing::new(serde_json::to_vec(people).map_err(|_| wire::Defect("a message that cannot be written"))?);
    text.push(b'\n');
    serde_json::to_writer(&mut *text, stored).map_err(|_| wire::Defect("a message that cannot be written"))?;
    let Envelope { key, peer, kind, subject } = envelope;
    Ok(vault.seal(&Cell::new("outbox", key.as_bytes(), "payload").beside(&[peer.as_bytes(), kind.as_bytes(), subject]), &text)?)
}

/// The people, and what the kind stored.
pub(super) fn open(vault: &Vault, envelope: Envelope<'_>, sealed: &[u8]) -> Result<(Vec<String>, Zeroizing<Vec<u8>>), OutboxError> {
    let Envelope { key, peer, kind, subject } = envelope;
    let cell = Cell::new("outbox", key.as_bytes(), "payload");
    let text = vault.open_cell(&cell.beside(&[peer.as_bytes(), kind.as_bytes(), subject]), sealed)?;
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let (Some(people), Some(stored)) = (lines.next(), lines.next()) else { return Err(wire::Damaged("a message of the outbox").into()) };
    let people = serde_json::from_slice(people).map_err(|_| wire::Damaged("a message of the outbox"))?;
    Ok((people, Zeroizing::new(stored.to_vec())))
}
