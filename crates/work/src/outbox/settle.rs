//! What a try came to, written down: taken and gone, resting, halved, or a dead letter.

use std::any::Any;
use std::sync::Arc;

use access::Caller;
use bytes::Bytes;
use ledger::{Record, Room, Seen};
use store::Tx;
use vocabulary::{Entropy, Id128, Party};
use wire::Problem;

use super::message::{Failure, MessageKind, Refused, Taken};
use super::moves;
use super::send::DeliveryOutcome;
use super::table::Opened;

/// A request that fails so often at the other end is halved: one of its messages may be what it fails at.
const HALVED_AFTER: i32 = 3;

pub(super) struct Settling<'a> {
    pub(super) room: &'a Room,
    pub(super) kind: &'a Arc<dyn MessageKind>,
    pub(super) peer: &'a Party,
    pub(super) caller: &'a Caller,
    pub(super) entropy: &'a dyn Entropy,
}

impl Settling<'_> {
    /// There is nothing to be sent any more.
    pub(super) async fn nothing(&self, rows: &[Opened]) -> Result<DeliveryOutcome, Failure> {
        let ids = ids(rows);
        self.room.maintain(move |tx| moves::remove(tx, &ids)).await?;
        Ok(DeliveryOutcome::Settled)
    }

    /// The peer has answered.
    pub(super) async fn taken(
        &self,
        rows: Vec<Opened>,
        body: Box<dyn Any + Send + Sync>,
        answer: Bytes,
    ) -> Result<DeliveryOutcome, Failure> {
        let (kind, peer, half) = (Arc::clone(self.kind), self.peer.clone(), self.entropy.id128());
        let (tried, now) = (Tried::of(&rows), self.room.clock().now_ms());
        let attempts = tried.attempts;
        let written = self.room.change(self.caller, kind.act(), move |tx, record| {
            if !moves::are_left(tx, &ids(&rows))? {
                return Ok(Seen::unnamed(DeliveryOutcome::Settled));
            }
            record.note(format!("{} {} taken by {peer}", rows.len(), kind.name()));
            let outcome = match kind.taken(tx, record, &peer, &rows, body.as_ref(), &answer)? {
                Taken::All => {
                    moves::remove(tx, &ids(&rows))?;
                    DeliveryOutcome::Settled
                }
                Taken::Only(taken) => {
                    let marked = |wanted: bool| rows.iter().zip(&taken).filter(move |(_, taken)| **taken == wanted).map(|(row, _)| row.id);
                    let (gone, left): (Vec<i64>, Vec<i64>) = (marked(true).collect(), marked(false).collect());
                    moves::remove(tx, &gone)?;
                    moves::take_out(tx, &left)?;
                    let dead = moves::try_in_vain(tx, &left, "not taken yet", now)?;
                    after_vain(kind.as_ref(), &peer, (left.len(), dead), attempts)
                }
                Taken::NotAll(why) => {
                    refuse(tx, record, kind.as_ref(), &peer, &rows, &Problem::unprocessable("not-taken", why), (half, now))?
                }
            };
            Ok::<_, Failure>(Seen::people(rows.iter().flat_map(Opened::concerned), outcome))
        });
        match written.await {
            Ok(outcome) => Ok(outcome),
            // It had its effect there: it goes again as it was, and finds the same answer.
            Err(failure) => self.written_in_vain(tried, failure.text, "not settled").await,
        }
    }

    /// The peer will never take the request as it is.
    pub(super) async fn refused(&self, rows: Vec<Opened>, why: Problem) -> Result<DeliveryOutcome, Failure> {
        let (kind, peer, half) = (Arc::clone(self.kind), self.peer.clone(), self.entropy.id128());
        let (tried, now) = (Tried::of(&rows), self.room.clock().now_ms());
        let written = self.room.change(self.caller, kind.act(), move |tx, record| {
            if !moves::are_left(tx, &ids(&rows))? {
                return Ok(Seen::unnamed(DeliveryOutcome::Settled));
            }
            record.refused();
            record.note(format!("{} {} refused by {peer}", rows.len(), kind.name()));
            let outcome = refuse(tx, record, kind.as_ref(), &peer, &rows, &why, (half, now))?;
            Ok::<_, Failure>(Seen::people(rows.iter().flat_map(Opened::concerned), outcome))
        });
        match written.await {
            Ok(outcome) => Ok(outcome),
            Err(failure) => self.written_in_vain(tried, failure.text, "not settled").await,
        }
    }

    /// The peer refuses for the moment, or fails at it.
    pub(super) async fn passing(&self, rows: &[Opened], why: &Problem) -> Result<DeliveryOutcome, Failure> {
        // Nothing was done with it there, so its messages may go in others.
        if why.status == 500 && may_be_halved(rows) {
            return self.halve(rows).await;
        }
        self.in_vain(rows, why.to_string(), &word(why)).await
    }

    /// The request cannot be made of these messages; one of them may be why.
    pub(super) async fn not_made(&self, rows: &[Opened], failure: Failure) -> Result<DeliveryOutcome, Failure> {
        if may_be_halved(rows) {
            return self.halve(rows).await;
        }
        self.in_vain(rows, failure.text, "not made").await
    }

    async fn halve(&self, rows: &[Opened]) -> Result<DeliveryOutcome, Failure> {
        let (halves, half) = (Halves::of(rows), self.entropy.id128());
        self.room.maintain(move |tx| halves.write(tx, half)).await?;
        Ok(DeliveryOutcome::Settled)
    }

    /// The messages were not taken, and go again as they went. When an answer was not the one it should be, the effect may be there.
    pub(super) async fn in_vain(&self, rows: &[Opened], error: String, word: &str) -> Result<DeliveryOutcome, Failure> {
        self.written_in_vain(Tried::of(rows), error, word).await
    }

    async fn written_in_vain(&self, Tried { ids, attempts }: Tried, error: String, word: &str) -> Result<DeliveryOutcome, Failure> {
        tracing::warn!(kind = self.kind.name(), peer = %self.peer, messages = ids.len(), attempts, error, "not taken; trying again later");
        let (word, now) = (word.to_owned(), self.room.clock().now_ms());
        let tried = ids.len();
        let dead = self.room.maintain(move |tx| moves::try_in_vain(tx, &ids, &word, now)).await?;
        Ok(after_vain(self.kind.as_ref(), self.peer, (tried, dead), attempts))
    }
}

/// Several are halved; one goes the way its kind says.
fn refuse(
    tx: &mut Tx,
    record: &mut Record<'_>,
    kind: &dyn MessageKind,
    peer: &Party,
    rows: &[Opened],
    why: &Problem,
    (half, now): (Id128, i64),
) -> Result<DeliveryOutcome, Failure> {
    let [row] = rows else {
        Halves::of(rows).write(tx, half)?;
        return Ok(DeliveryOutcome::Settled);
    };
    match kind.refused(tx, record, row, why)? {
        Refused::Dead => {
            tracing::error!(alarm = "outbox", kind = kind.name(), %peer, key = %row.key, refusal = word(why), "a dead letter");
            moves::try_in_vain(tx, &[row.id], &word(why), now)?;
            moves::bury(tx, &[row.id], &word(why))?;
            Ok(DeliveryOutcome::Settled)
        }
        Refused::Settled => {
            moves::remove(tx, &[row.id])?;
            Ok(DeliveryOutcome::Settled)
        }
        Refused::Again => {
            let dead = moves::try_in_vain(tx, &[row.id], &word(why), now)?;
            Ok(after_vain(kind, peer, (1, dead), row.attempts))
        }
    }
}

/// Those that are left rest; dead ones let the next of their subjects go at once.
fn after_vain(kind: &dyn MessageKind, peer: &Party, (tried, dead): (usize, usize), attempts: i32) -> DeliveryOutcome {
    if dead > 0 {
        tracing::error!(alarm = "outbox", kind = kind.name(), %peer, dead, "not taken for days");
    }
    if dead < tried { DeliveryOutcome::Rest(attempts) } else { DeliveryOutcome::Settled }
}

/// The first half of a request's messages, which go together again, and the others, which are chosen anew.
struct Halves {
    first: Vec<(i64, Id128)>,
    second: Vec<i64>,
}

impl Halves {
    fn of(rows: &[Opened]) -> Self {
        let (first, second) = rows.split_at_checked(rows.len().div_ceil(2)).unwrap_or((rows, &[]));
        Self { first: first.iter().map(|row| (row.id, row.key)).collect(), second: ids(second) }
    }

    fn write(&self, tx: &mut Tx, half: Id128) -> Result<(), Failure> {
        let key = match self.first.as_slice() {
            [(_, own)] => *own,
            _ => half,
        };
        let first: Vec<i64> = self.first.iter().map(|(id, _)| *id).collect();
        moves::take_out(tx, &first)?;
        moves::put_into(tx, &first, key)?;
        Ok(moves::take_out(tx, &self.second)?)
    }
}

/// What was tried, and how often it was before.
struct Tried {
    ids: Vec<i64>,
    attempts: i32,
}

impl Tried {
    fn of(rows: &[Opened]) -> Self {
        Self { ids: ids(rows), attempts: attempts(rows) }
    }
}

fn may_be_halved(rows: &[Opened]) -> bool {
    rows.len() > 1 && attempts(rows) >= HALVED_AFTER
}

fn ids(rows: &[Opened]) -> Vec<i64> {
    rows.iter().map(|row| row.id).collect()
}

fn attempts(rows: &[Opened]) -> i32 {
    rows.iter().map(|row| row.attempts).max().unwrap_or(0)
}

/// Status and code: what is kept of a refusal, whose detail may be about a person.
fn word(why: &Problem) -> String {
    format!("{} {}", why.status, why.code())
}
