//! A sender with an outbox, and receivers that add up what they take, refuse, hang and break as they are told.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use access::Action;
use axum::extract::State;
use diesel::prelude::*;
use ledger::{Act, Record, Seen};
use protocol::messages::Accepted;
use serde::{Deserialize, Serialize};
use store::{Rooms, StoreError, Tx};
use tokio::sync::watch;
use utoipa::ToSchema;
use vocabulary::{Id128, MunicipalityCode, Party, Purpose};
use wire::faults::Faults;
use wire::testing::{Failed, Ring};
use wire::{House, Json, Once, Problem, RequestCaller, Routes, Running, Service, peer};
use work::outbox::{Deliverer, Made, Message, NewMessage, Outbox, OutboxActions, Refused, Sent, Taken};

pub(crate) const PATH: &str = "/relay/v1/notes";
pub(crate) const SENDER: &str = "network.national";
const TAKE: Action = Action::personal("relay:notes.take").for_purpose(Purpose::Provision);
const ACTIONS: OutboxActions = work::outbox_actions!("network");
const CHANGE: Act = Act::new("network:notes.change");

diesel::table! {
    told (note) { note -> Text, }
}
diesel::table! {
    effect (place) { place -> BigInt, sender_key -> Text, note -> Text, }
}
const SENT_TABLE: &str = "CREATE TABLE told (note TEXT NOT NULL PRIMARY KEY);";
const TAKEN_TABLE: &str = "CREATE TABLE effect (place {id} PRIMARY KEY, sender_key TEXT NOT NULL, note TEXT NOT NULL);";
pub(crate) const OF_SENDER: store::Migrations = store::Migrations::new("sender", &[store::Migration::new("0001_told", SENT_TABLE)]);
const OF_RECEIVER: store::Migrations = store::Migrations::new("receiver", &[store::Migration::new("0001_effect", TAKEN_TABLE)]);

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notes {
    notes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NoteError {
    #[error(transparent)]
    Outbox(#[from] work::outbox::OutboxError),
    #[error(transparent)]
    Cause(#[from] wire::Cause),
}

wire::refusals! {
    NoteError {}
    through { Outbox(work::outbox::OutboxError) }
}

/// A note; up to `MOST` go together.
pub(crate) struct Note<const MOST: usize>;

impl<const MOST: usize> Message for Note<MOST> {
    type Stored = String;
    type Body = Notes;
    type Answer = Accepted;
    type Error = NoteError;
    const KIND: &'static str = if MOST == 1 { "note" } else { "notes" };
    const TO: &'static [&'static str] = &["relay"];
    const PATH: &'static str = PATH;
    const ACT: Act = Act::new("network:notes.send");
    const PURPOSE: Purpose = Purpose::Provision;
    const MOST: usize = MOST;

    async fn make(&self, _: &Party, key: Id128, notes: Vec<String>) -> Result<Made<Notes>, NoteError> {
        if notes.iter().any(|note| note.starts_with("unmade")) {
            return Err(NoteError::Outbox(work::outbox::OutboxError::Unknown));
        }
        Ok(Made::Request(key, Notes { notes }))
    }

    fn taken(&self, tx: &mut Tx, _: &mut Record<'_>, sent: Sent<'_, Self>, answer: Accepted) -> Result<Taken, NoteError> {
        if answer.accepted < sent.stored.len() as u64 {
            return Ok(Taken::NotAll("not all were accepted"));
        }
        if sent.stored.iter().any(|note| note.starts_with("unsettled")) {
            return Err(NoteError::Outbox(work::outbox::OutboxError::Unknown));
        }
        for note in sent.stored {
            diesel::insert_into(told::table).values(told::note.eq(note)).execute(tx)?;
        }
        Ok(Taken::All)
    }

    fn refused(&self, _: &mut Tx, _: &mut Record<'_>, stored: String, _: &Problem) -> Result<Refused, NoteError> {
        Ok(if stored.starts_with("optional") { Refused::Settled } else { Refused::Dead })
    }
}

/// A request that came: when, under which key, with which notes.
#[derive(Clone)]
pub(crate) struct Arrived {
    pub(crate) at: Instant,
    key: String,
    pub(crate) notes: Vec<String>,
}

/// How a receiver behaves, and what came to it.
#[derive(Clone)]
pub(crate) struct Receiver {
    room: Option<ledger::Room>,
    seen: Arc<Mutex<Vec<Arrived>>>,
    refused: Arc<Mutex<HashSet<String>>>,
    broken: Arc<Mutex<HashSet<String>>>,
    /// While true, no request is answered.
    pub(crate) held: watch::Sender<bool>,
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Receiver {
    pub(crate) fn new(room: Option<ledger::Room>) -> Self {
        Self { room, seen: Arc::default(), refused: Arc::default(), broken: Arc::default(), held: watch::Sender::new(false) }
    }

    pub(crate) fn refuse(&self, note: &str, refused: bool) {
        if refused {
            locked(&self.refused).insert(note.to_owned())
        } else {
            locked(&self.refused).remove(note)
        };
    }

    pub(crate) fn break_at(&self, note: &str) {
        locked(&self.broken).insert(note.to_owned());
    }

    /// Each request that came, the refused ones too.
    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        locked(&self.seen).clone()
    }

    /// How many came.
    pub(crate) fn count(&self) -> usize {
        locked(&self.seen).len()
    }

    /// Key and notes of each.
    pub(crate) fn requests(&self) -> Vec<(String, Vec<String>)> {
        self.arrived().into_iter().map(|arrived| (arrived.key, arrived.notes)).collect()
    }

    /// The notes that came in requests that were let in, in their order, each as often as it came.
    pub(crate) fn came(&self) -> Vec<String> {
        self.requests().into_iter().flat_map(|(_, notes)| notes).collect()
    }

    /// The notes that had an effect, in its order.
    pub(crate) async fn effects(&self) -> Result<Vec<String>, Failed> {
        let room = self.room.as_ref().ok_or("a receiver without a room")?;
        let notes = room.raw().read(|tx| Ok::<_, StoreError>(effect::table.order(effect::place).select(effect::note).load(tx)?));
        Ok(notes.await?)
    }
}

async fn take(
    State(to): State<Receiver>,
    RequestCaller(caller): RequestCaller,
    once: Once,
    Json(asked): Json<Notes>,
) -> Result<Json<Accepted>, Problem> {
    locked(&to.seen).push(Arrived { at: Instant::now(), key: once.key().to_owned(), notes: asked.notes.clone() });
    let _ = to.held.subscribe().wait_for(|held| !held).await;
    if asked.notes.iter().any(|note| locked(&to.broken).contains(note)) {
        return Err(Problem::new(http::StatusCode::INTERNAL_SERVER_ERROR, "broken", "this note breaks the receiver"));
    }
    if asked.notes.iter().any(|note| note.starts_with("busy")) {
        return Err(Problem::unavailable("not now"));
    }
    if asked.notes.iter().any(|note| locked(&to.refused).contains(note)) {
        return Err(Problem::unprocessable("unwanted", "one of these notes is not wanted"));
    }
    let Some(room) = to.room.clone() else { return Ok(Json(Accepted { accepted: asked.notes.len() as u64 })) };
    let clock = room.clock().clone();
    let answer = room.change(&caller, TAKE, move |tx, _| {
        let taken = once.run(tx, clock.as_ref(), |tx| {
            let mut next: i64 = effect::table.select(diesel::dsl::max(effect::place)).first::<Option<i64>>(tx)?.unwrap_or(0);
            for note in &asked.notes {
                next += 1;
                let row = (effect::place.eq(next), effect::sender_key.eq(once.key()), effect::note.eq(note));
                diesel::insert_into(effect::table).values(row).execute(tx)?;
            }
            Ok::<_, NoteError>(Accepted { accepted: asked.notes.len() as u64 })
        });
        taken.map(Seen::unnamed)
    });
    Ok(Json(answer.await.map_err(|error| Problem::internal(&error))?))
}

/// A sender and its receivers on one ring.
pub(crate) struct World {
    pub(crate) ring: Ring,
    pub(crate) sender: House,
    pub(crate) room: ledger::Room,
    pub(crate) outbox: Outbox,
    pub(crate) running: Option<Running>,
    pub(crate) receivers: BTreeMap<String, (Receiver, Running)>,
}

impl World {
    /// Receivers of these names, with rooms of their own.
    pub(crate) async fn new(rooms: Rooms, receivers: &[&str], faults: &Faults) -> Result<Self, Failed> {
        let mut world = Self::bare(rooms).await?;
        for name in receivers {
            let house = world.ring.house(name)?;
            let room = work::open_room(&house, OF_RECEIVER).await?;
            world.serve(&house, Some(room), faults).await?;
        }
        Ok(world)
    }

    pub(crate) async fn bare(rooms: Rooms) -> Result<Self, Failed> {
        let policies = wire::testing::open_policies(&[("relay", &[TAKE]), ("network", &ACTIONS.all())])?;
        let ring = Ring::new(rooms, policies, &[SENDER])?;
        let sender = ring.house(SENDER)?;
        let room = work::open_room(&sender, OF_SENDER).await?;
        let outbox = Outbox::of(&room, Arc::clone(&sender.entropy));
        Ok(Self { ring, sender, room, outbox, running: None, receivers: BTreeMap::new() })
    }

    pub(crate) async fn serve(&mut self, house: &House, room: Option<ledger::Room>, faults: &Faults) -> Result<Receiver, Failed> {
        let service = room.as_ref().map_or_else(Service::without_room, Service::new);
        let receiver = Receiver::new(room);
        let routes = Routes::of(receiver.clone()).post(PATH, peer(TAKE), take);
        let running = wire::serve(house, service.routes(routes).faults(faults)).await?;
        self.receivers.insert(house.party.to_string(), (receiver.clone(), running));
        Ok(receiver)
    }

    /// The sender begins, or begins again over what it left.
    pub(crate) async fn start(&mut self) -> Result<(), Failed> {
        let deliverer = Deliverer::new(&self.outbox, &self.sender).message(Note::<1>).message(Note::<100>);
        let routes = work::outbox::routes(self.outbox.clone(), "network", ACTIONS);
        self.running = Some(wire::serve(&self.sender, deliverer.serve(Service::new(&self.room)).routes(routes)).await?);
        Ok(())
    }

    /// The sender ends without a word, as when it is killed: what is under way is lost.
    pub(crate) async fn kill(&mut self) {
        self.running = None;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// Each in a transaction of its own: to whom, subject, note.
    pub(crate) async fn tell<const MOST: usize>(&self, messages: &[(&str, &str, &str)]) -> Result<(), Failed> {
        let mut all = Vec::new();
        for (to, subject, note) in messages {
            all.push(NewMessage::to(&to.parse()?, (*note).to_owned()).about(*subject).in_order_of(*subject));
        }
        let (outbox, caller) = (self.outbox.clone(), self.sender.caller(Purpose::Provision));
        let enqueue =
            move |tx: &mut Tx, _: &mut ledger::Record<'_>| Ok::<_, NoteError>(Seen::nobody(outbox.enqueue::<Note<MOST>>(tx, all)?));
        self.room.change(&caller, CHANGE, enqueue).await?;
        self.outbox.ring();
        Ok(())
    }

    /// Changes the outbox past its interface: what a disk, another program or time does.
    pub(crate) async fn meddle(&self, sql: &str) -> Result<(), Failed> {
        let sql = sql.to_owned();
        let done = self.room.raw().write(move |tx| {
            diesel::sql_query(sql).execute(tx)?;
            Ok::<_, StoreError>(())
        });
        Ok(done.await?)
    }

    /// What the sender has settled as told.
    pub(crate) async fn told(&self) -> Result<Vec<String>, Failed> {
        let notes = self.room.raw().read(|tx| Ok::<_, StoreError>(told::table.order(told::note).select(told::note).load(tx)?));
        Ok(notes.await?)
    }

    pub(crate) fn receiver(&self, name: &str) -> Receiver {
        self.receivers.get(name).map(|(receiver, _)| receiver.clone()).unwrap_or_else(|| Receiver::new(None))
    }

    /// Waits until nothing waits; dead letters may be left.
    pub(crate) async fn settled(&self) -> Result<(), Failed> {
        for _ in 0..2_400 {
            if self.outbox.queues().await?.iter().all(|queue| queue.state == "dead") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(format!("after a minute still waiting: {:?}", self.outbox.messages(20).await?).into())
    }
}

/// So many relays.
pub(crate) fn relays(count: usize) -> Vec<String> {
    let codes = (0..u32::MAX).filter_map(|number| MunicipalityCode::parse(&format!("{number:06}")).ok());
    codes.take(count).map(|code| format!("relay.{code}")).collect()
}

/// What the sender answers a party with a certificate under one of the built-in paths.
pub(crate) async fn read_built_in(world: &World, path: &str) -> Result<String, Failed> {
    let running = world.running.as_ref().ok_or("not started")?;
    let (http, base) = world.ring.bare_client("console.991015", running)?;
    Ok(http.build()?.get(format!("{base}{path}")).send().await?.text().await?)
}
