//! Kinds of messages, and how the outbox handles them without knowing which.

use std::any::Any;
use std::fmt::Display;

use bytes::Bytes;
use futures::future::BoxFuture;
use ledger::{Act, LedgerError, Record};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{StoreError, Tx};
use vocabulary::{Id128, Party, Purpose};
use wire::{Cause, Damaged, Problem, Refusal};

use super::table::Opened;

/// A kind of message that a system sends.
pub trait Message: Send + Sync + 'static {
    /// What is stored of one message, sealed.
    type Stored: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// The body of a request.
    type Body: Serialize + Send + Sync + 'static;
    /// What the receiver answers.
    type Answer: DeserializeOwned;
    /// Why a request cannot be made or settled.
    type Error: Refusal;

    /// Its name in the table, in figures and for operators.
    const KIND: &'static str;
    /// The kinds of party that it may go to. To no other it is enqueued or sent, whatever a row says.
    const TO: &'static [&'static str];
    /// Where it is posted to.
    const PATH: &'static str;
    /// What the record of use calls sending it.
    const ACT: Act;
    /// What it is sent for.
    const PURPOSE: Purpose;
    /// Messages that go in one request.
    const MOST: usize = 1;

    /// The request for these messages. `key` is the one that was fixed for them; a body that is another at each try (sealed, or signed with
    /// an expiry) brings a key of its own.
    fn make(&self, to: &Party, key: Id128, stored: Vec<Self::Stored>)
    -> impl Future<Output = Result<Made<Self::Body>, Self::Error>> + Send;

    /// The receiver has answered. In the transaction in which what was taken leaves the outbox.
    fn taken(&self, _tx: &mut Tx, _record: &mut Record<'_>, _sent: Sent<'_, Self>, _answer: Self::Answer) -> Result<Taken, Self::Error>
    where
        Self: Sized,
    {
        Ok(Taken::All)
    }

    /// The receiver will never take this message, which went alone.
    fn refused(&self, _tx: &mut Tx, _record: &mut Record<'_>, _stored: Self::Stored, _why: &Problem) -> Result<Refused, Self::Error> {
        Ok(Refused::Dead)
    }
}

/// A request, or none.
#[derive(Debug)]
pub enum Made<B> {
    /// To be sent under this key.
    Request(Id128, B),
    /// What the messages said is no longer so: they go without being sent.
    Nothing,
}

impl<B> Made<B> {
    /// The request of a kind whose messages go one by one ([`Message::MOST`] is 1).
    pub fn of_one(key: Id128, bodies: impl IntoIterator<Item = B>) -> Self {
        bodies.into_iter().next().map_or(Self::Nothing, |body| Self::Request(key, body))
    }
}

/// What was sent.
pub struct Sent<'a, M: Message> {
    /// To whom.
    pub to: &'a Party,
    /// What was stored of each message.
    pub stored: Vec<M::Stored>,
    /// The request that was made of them.
    pub body: &'a M::Body,
}

impl<M: Message> std::fmt::Debug for Sent<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sent({} {} to {})", self.stored.len(), M::KIND, self.to)
    }
}

/// What an answer says of the messages of a request.
#[derive(Debug)]
pub enum Taken {
    /// All were taken.
    All,
    /// Those that are marked were; the others go again later, in another request.
    Only(Vec<bool>),
    /// Some were not, and the answer does not say which.
    NotAll(&'static str),
}

/// What becomes of a message that is refused for good.
#[derive(Debug)]
pub enum Refused {
    /// It is a dead letter, for an operator.
    Dead,
    /// Its kind has seen to it: it leaves the outbox.
    Settled,
    /// Its kind has changed what it depends on: it goes again later.
    Again,
}

/// A request that was made, with what its kind needs to settle it.
pub(super) struct Request {
    pub(super) key: Id128,
    pub(super) text: Bytes,
    pub(super) body: Box<dyn Any + Send + Sync>,
}

/// Why a kind fails: what may be said of it, and whether the peer is away.
pub(super) struct Failure {
    pub(super) text: String,
    pub(super) away: bool,
}

impl Failure {
    pub(super) fn of(text: impl Display) -> Self {
        Self { text: text.to_string(), away: false }
    }

    /// Of a message's own kind. What is damaged rings the alarm here: nobody is answered.
    fn of_message(error: impl Refusal) -> Self {
        let away = match error.shared() {
            Some(Cause::Peer(error)) => error.is_away(),
            Some(cause) => {
                cause.raise_alarm();
                false
            }
            None => false,
        };
        Self { text: error.to_string(), away }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of_message(Cause::from(error))
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::of_message(Cause::from(error))
    }
}

store::driver_errors!(Failure);

/// A kind, without its types.
pub(super) trait MessageKind: Send + Sync {
    fn name(&self) -> &'static str;
    fn goes_to(&self, peer: &Party) -> bool;
    fn path(&self) -> &'static str;
    fn act(&self) -> Act;
    fn purpose(&self) -> Purpose;
    fn make<'a>(&'a self, to: &'a Party, key: Id128, rows: &'a [Opened]) -> BoxFuture<'a, Result<Option<Request>, Failure>>;
    fn taken(
        &self,
        tx: &mut Tx,
        record: &mut Record<'_>,
        to: &Party,
        rows: &[Opened],
        body: &(dyn Any + Send + Sync),
        answer: &[u8],
    ) -> Result<Taken, Failure>;
    fn refused(&self, tx: &mut Tx, record: &mut Record<'_>, row: &Opened, why: &Problem) -> Result<Refused, Failure>;
}

fn stored<M: Message>(row: &Opened) -> Result<M::Stored, Failure> {
    serde_json::from_slice(&row.stored).map_err(|_| Failure::of_message(Cause::from(Damaged("a message of the outbox"))))
}

impl<M: Message> MessageKind for M {
    fn name(&self) -> &'static str {
        M::KIND
    }

    fn goes_to(&self, peer: &Party) -> bool {
        M::TO.contains(&peer.system())
    }

    fn path(&self) -> &'static str {
        M::PATH
    }

    fn act(&self) -> Act {
        M::ACT
    }

    fn purpose(&self) -> Purpose {
        M::PURPOSE
    }

    fn make<'a>(&'a self, to: &'a Party, key: Id128, rows: &'a [Opened]) -> BoxFuture<'a, Result<Option<Request>, Failure>> {
        Box::pin(async move {
            let rows = rows.iter().map(stored::<M>).collect::<Result<Vec<_>, _>>()?;
            match Message::make(self, to, key, rows).await.map_err(Failure::of_message)? {
                Made::Nothing => Ok(None),
                Made::Request(key, body) => {
                    let text = serde_json::to_vec(&body).map_err(|_| Failure::of("a message that cannot be written"))?;
                    Ok(Some(Request { key, text: text.into(), body: Box::new(body) }))
                }
            }
        })
    }

    fn taken(
        &self,
        tx: &mut Tx,
        record: &mut Record<'_>,
        to: &Party,
        rows: &[Opened],
        body: &(dyn Any + Send + Sync),
        answer: &[u8],
    ) -> Result<Taken, Failure> {
        let answer = serde_json::from_slice(answer).map_err(|_| Failure::of("the answer is not the message it should be"))?;
        let body = body.downcast_ref::<M::Body>().ok_or_else(|| Failure::of("another kind's body"))?;
        let stored = rows.iter().map(stored::<M>).collect::<Result<Vec<_>, _>>()?;
        Message::taken(self, tx, record, Sent { to, stored, body }, answer).map_err(Failure::of_message)
    }

    fn refused(&self, tx: &mut Tx, record: &mut Record<'_>, row: &Opened, why: &Problem) -> Result<Refused, Failure> {
        Message::refused(self, tx, record, stored::<M>(row)?, why).map_err(Failure::of_message)
    }
}
