//! What a try came to, written down: taken and gone, resting, halved, or a dead letter.

use std::any::Any;
use std::sync::Arc;

use access::Caller;
use bytes::Bytes;
use diesel::prelude::*;
use ledger::{Record, Room};
use store::Tx;
use vocabulary::{Entropy, Id128, Party};
use wire::Problem;

use super::message::{Failure, Kind, Refused, Taken};
use super::send::Outcome;
use super::table::{Opened, outbox, state};

/// A request that fails so often at the other end is halved: one of its messages may be what it fails at.
const HALVED_AFTER: i32 = 3;
/// Refusals that pass make a dead letter after this time: a day before receivers forget the keys of what they did.
const LONGEST_MS: i64 = 6 * 24 * 60 * 60 * 1000;

pub(super) struct Settling<'a> {
    pub(super) room: &'a Room,
    pub(super) kind: &'a Arc<dyn Kind>,
    pub(super) peer: &'a Party,
    pub(super) caller: &'a Caller,
    pub(super) entropy: &'a dyn Entropy,
}

impl Settling<'_> {
    /// There is nothing to be sent any more.
    pub(super) async fn nothing(&self, rows: &[Opened]) -> Result<Outcome, Failure> {
        let ids = ids(rows);
        self.room.raw().write(move |tx| delete(tx, &ids)).await?;
        Ok(Outcome::Settled)
    }

    /// The peer has answered.
    pub(super) async fn taken(&self, rows: Vec<Opened>, body: Box<dyn Any + Send + Sync>, answer: Bytes) -> Result<Outcome, Failure> {
        let (kind, peer, half) = (Arc::clone(self.kind), self.peer.clone(), self.entropy.id128());
        let (ids, attempts) = (ids(&rows), attempts(&rows));
        let written = self.room.write(self.caller, kind.act(), move |tx, record| {
            record.note(format!("{} {} taken by {peer}", rows.len(), kind.name()));
            match kind.taken(tx, record, &peer, &rows, body.as_ref(), &answer)? {
                Taken::All => {
                    delete(tx, &self::ids(&rows))?;
                    Ok(Outcome::Settled)
                }
                Taken::Only(taken) => {
                    let marked = |wanted: bool| rows.iter().zip(&taken).filter(move |(_, taken)| **taken == wanted).map(|(row, _)| row.id);
                    let (gone, left): (Vec<i64>, Vec<i64>) = (marked(true).collect(), marked(false).collect());
                    delete(tx, &gone)?;
                    let change = (outbox::sent_as.eq(None::<Vec<u8>>), outbox::last_error.eq("not taken yet"));
                    diesel::update(outbox::table.filter(outbox::id.eq_any(&left))).set(change).execute(tx)?;
                    tried_again(tx, &left)?;
                    Ok(if left.is_empty() { Outcome::Settled } else { Outcome::Rest(attempts) })
                }
                Taken::NotAll(why) => refuse(tx, record, kind.as_ref(), &peer, &rows, &Problem::unprocessable("not-taken", why), half),
            }
        });
        match written.await {
            Ok(outcome) => Ok(outcome),
            // It had its effect there: it goes again as it was, and finds the same answer.
            Err(failure) => self.rest(ids, attempts, failure.text, "not settled").await,
        }
    }

    /// The peer will never take the request as it is.
    pub(super) async fn refused(&self, rows: Vec<Opened>, why: Problem) -> Result<Outcome, Failure> {
        let (kind, peer, half) = (Arc::clone(self.kind), self.peer.clone(), self.entropy.id128());
        let (ids, attempts) = (ids(&rows), attempts(&rows));
        let written = self.room.write(self.caller, kind.act(), move |tx, record| {
            record.refused();
            record.note(format!("{} {} refused by {peer}", rows.len(), kind.name()));
            refuse(tx, record, kind.as_ref(), &peer, &rows, &why, half)
        });
        match written.await {
            Ok(outcome) => Ok(outcome),
            Err(failure) => self.rest(ids, attempts, failure.text, "not settled").await,
        }
    }

    /// The peer refuses for the moment, or fails at it.
    pub(super) async fn passing(&self, rows: &[Opened], why: &Problem) -> Result<Outcome, Failure> {
        let (attempts, word) = (attempts(rows), word(why));
        let old = self.room.clock().now_ms() - LONGEST_MS;
        let expired: Vec<i64> = rows.iter().filter(|row| row.attempts > 0 && row.enqueued_at < old).map(|row| row.id).collect();
        if !expired.is_empty() {
            tracing::error!(alarm = "outbox", kind = self.kind.name(), peer = %self.peer, count = expired.len(), "not taken for days");
            let word = word.clone();
            let write = self.room.raw().write(move |tx| {
                let change = (outbox::state.eq(state::DEAD), outbox::last_error.eq(word));
                diesel::update(outbox::table.filter(outbox::id.eq_any(expired))).set(change).execute(tx)?;
                Ok::<_, Failure>(())
            });
            write.await?;
        }
        // Nothing was done with it there, so its messages may go in others.
        if why.status == 500 && rows.len() > 1 && attempts >= HALVED_AFTER {
            return self.halve(rows).await;
        }
        self.rest(ids(rows), attempts, why.to_string(), &word).await
    }

    /// The request cannot be made of these messages; one of them may be why.
    pub(super) async fn not_made(&self, rows: &[Opened], failure: Failure) -> Result<Outcome, Failure> {
        let attempts = attempts(rows);
        if rows.len() > 1 && attempts >= HALVED_AFTER {
            return self.halve(rows).await;
        }
        self.rest(ids(rows), attempts, failure.text, "not made").await
    }

    /// What came back is not the answer it should be: the effect may be there.
    pub(super) async fn unreadable(&self, rows: &[Opened], error: impl ToString) -> Result<Outcome, Failure> {
        self.rest(ids(rows), attempts(rows), error.to_string(), "unreadable answer").await
    }

    async fn halve(&self, rows: &[Opened]) -> Result<Outcome, Failure> {
        let (halves, half) = (halves(rows), self.entropy.id128());
        self.room
            .raw()
            .write(move |tx| {
                halves.write(tx, half)?;
                Ok::<_, Failure>(())
            })
            .await?;
        Ok(Outcome::Settled)
    }

    async fn rest(&self, ids: Vec<i64>, attempts: i32, error: String, word: &str) -> Result<Outcome, Failure> {
        tracing::warn!(kind = self.kind.name(), peer = %self.peer, messages = ids.len(), attempts, error, "not taken; trying again later");
        let word = word.to_owned();
        let write = self.room.raw().write(move |tx| {
            diesel::update(outbox::table.filter(outbox::id.eq_any(&ids))).set(outbox::last_error.eq(word)).execute(tx)?;
            tried_again(tx, &ids)
        });
        write.await?;
        Ok(Outcome::Rest(attempts))
    }
}

/// Several are halved; one goes the way its kind says.
fn refuse(
    tx: &mut Tx,
    record: &mut Record<'_>,
    kind: &dyn Kind,
    peer: &Party,
    rows: &[Opened],
    why: &Problem,
    half: Id128,
) -> Result<Outcome, Failure> {
    let [row] = rows else {
        halves(rows).write(tx, half)?;
        return Ok(Outcome::Settled);
    };
    row.people.iter().for_each(|person| record.subject(person));
    let mine = outbox::table.filter(outbox::id.eq(row.id));
    match kind.refused(tx, record, row, why)? {
        Refused::Dead => {
            tracing::error!(alarm = "outbox", kind = kind.name(), %peer, key = %row.key, refusal = word(why), "a dead letter");
            diesel::update(mine).set((outbox::state.eq(state::DEAD), outbox::last_error.eq(word(why)))).execute(tx)?;
            tried_again(tx, &[row.id])?;
            Ok(Outcome::Settled)
        }
        Refused::Settled => {
            delete(tx, &[row.id])?;
            Ok(Outcome::Settled)
        }
        Refused::Again => {
            diesel::update(mine).set(outbox::last_error.eq(word(why))).execute(tx)?;
            tried_again(tx, &[row.id])?;
            Ok(Outcome::Rest(row.attempts))
        }
    }
}

/// The first half of a request's messages, which go together again, and the others, which are chosen anew.
struct Halves {
    first: Vec<(i64, Id128)>,
    second: Vec<i64>,
}

fn halves(rows: &[Opened]) -> Halves {
    let (first, second) = rows.split_at_checked(rows.len().div_ceil(2)).unwrap_or((rows, &[]));
    Halves { first: first.iter().map(|row| (row.id, row.key)).collect(), second: ids(second) }
}

impl Halves {
    fn write(&self, tx: &mut Tx, half: Id128) -> Result<(), Failure> {
        let key = match self.first.as_slice() {
            [(_, own)] => *own,
            _ => half,
        };
        let first: Vec<i64> = self.first.iter().map(|(id, _)| *id).collect();
        let change = outbox::sent_as.eq(Some(key.as_bytes().to_vec()));
        diesel::update(outbox::table.filter(outbox::id.eq_any(first))).set(change).execute(tx)?;
        let change = outbox::sent_as.eq(None::<Vec<u8>>);
        diesel::update(outbox::table.filter(outbox::id.eq_any(&self.second))).set(change).execute(tx)?;
        Ok(())
    }
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

fn delete(tx: &mut Tx, ids: &[i64]) -> Result<(), Failure> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids))).execute(tx)?;
    Ok(())
}

fn tried_again(tx: &mut Tx, ids: &[i64]) -> Result<(), Failure> {
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids))).set(outbox::attempts.eq(outbox::attempts + 1)).execute(tx)?;
    Ok(())
}
