//! The background task of an outbox: a lane for each peer that has something waiting.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use vocabulary::Party;
use wire::{Figure, House, Service, Stop};

use super::lane::Lane;
use super::message::MessageKind;
use super::table::{outbox, state};
use super::{Message, Outbox, OutboxError, Outboxes, Queue, moves};

/// Looks again even when nobody rings: another process may have enqueued.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Sends what is in an outbox.
pub struct Deliverer(Shared);

/// What the lanes share.
pub(super) struct Shared {
    pub(super) outbox: Outbox,
    pub(super) house: House,
    pub(super) kinds: BTreeMap<&'static str, Arc<dyn MessageKind>>,
    /// How many of each kind go in one request.
    pub(super) most: HashMap<&'static str, usize>,
}

impl Deliverer {
    /// Of an outbox, in the name of the party of the house.
    pub fn new(outbox: &Outbox, house: &House) -> Self {
        Self(Shared { outbox: outbox.clone(), house: house.clone(), kinds: BTreeMap::new(), most: HashMap::new() })
    }

    /// Sends this kind too.
    #[must_use]
    pub fn message<M: Message>(mut self, message: M) -> Self {
        self.0.most.insert(M::KIND, M::MOST);
        self.0.kinds.insert(M::KIND, Arc::new(message));
        self
    }

    /// Adds the task to a service, and what is waiting to its `/readyz` and `/metrics`.
    pub fn serve(self, service: Service) -> Service {
        Outboxes::from(self.0.outbox.clone()).show(service).task("outbox", |stop| self.run(stop))
    }

    /// Sends until told to stop. What is under way then is sent again at the next start, under the same key.
    pub async fn run(self, mut stop: Stop) {
        let shared = Arc::new(self.0);
        let mut lanes = JoinSet::new();
        let mut bells: HashMap<String, (Arc<Notify>, tokio::task::Id)> = HashMap::new();
        loop {
            match shared.outbox.peers(shared.kinds.keys().copied().collect()).await {
                Ok(peers) => {
                    for name in peers {
                        if let Some((bell, _)) = bells.get(&name) {
                            bell.notify_one();
                        } else if let Ok(peer) = name.parse::<Party>() {
                            let bell = Arc::new(Notify::new());
                            let lane = lanes.spawn(Lane::new(&shared, peer, &bell).run());
                            bells.insert(name, (bell, lane.id()));
                        } else {
                            tracing::error!(alarm = "outbox", peer = name, "messages to nobody");
                            if let Err(error) = shared.outbox.bury_all_to(name).await {
                                tracing::warn!(%error, "the outbox cannot be written");
                            }
                        }
                    }
                }
                Err(error) => tracing::warn!(%error, "the outbox cannot be read"),
            }
            tokio::select! {
                () = stop.requested() => return,
                () = shared.outbox.0.bell.notified() => {}
                Some(ended) = lanes.join_next_with_id(), if !lanes.is_empty() => {
                    let ended = ended.map_or_else(|error| error.id(), |(id, ())| id);
                    bells.retain(|_, (_, lane)| *lane != ended);
                }
                () = tokio::time::sleep(LOOK_AGAIN) => {}
            }
        }
    }
}

/// Adds what is waiting in these outboxes to the `/readyz` and `/metrics` of a service, for one that has several rooms.
pub(super) fn show<F, Fut>(service: Service, outboxes: F) -> Service
where
    F: Fn() -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Vec<Outbox>> + Send + 'static,
{
    let (of_ready, of_figures) = (outboxes.clone(), outboxes);
    let names = [
        ("outbox_messages", "Messages of the outbox, by peer and state"),
        ("outbox_age_seconds", "Age of the oldest message of the outbox, by peer and state"),
    ];
    service
        .telling("outbox", move || {
            let outboxes = of_ready();
            async move { Ok(super::operator::told(&super::operator::queues(&outboxes.await).await.map_err(|error| error.to_string())?)) }
        })
        .figures(names, move || {
            let outboxes = of_figures();
            async move {
                let queues = super::operator::queues(&outboxes.await).await.unwrap_or_default();
                let figures =
                    |figure: fn(&Queue) -> f64| queues.iter().map(|queue| (labels(queue), figure(queue))).collect::<Vec<Figure>>();
                [figures(|queue| queue.messages as f64), figures(|queue| queue.oldest_seconds as f64)]
            }
        })
}

fn labels(queue: &Queue) -> Vec<(String, String)> {
    vec![("peer".to_owned(), queue.peer.clone()), ("state".to_owned(), queue.state.clone())]
}

impl std::fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Deliverer({:?}, {:?})", self.0.outbox, self.0.most)
    }
}

impl Outbox {
    /// For whom messages of these kinds wait; others wait for a program that knows them.
    async fn peers(&self, kinds: Vec<&'static str>) -> Result<Vec<String>, OutboxError> {
        let peers = self.look(move |tx| {
            let waiting = outbox::table.filter(outbox::state.eq(state::WAITING).and(outbox::kind.eq_any(kinds)));
            Ok::<_, OutboxError>(waiting.select(outbox::peer).distinct().load(tx)?)
        });
        peers.await
    }

    async fn bury_all_to(&self, nobody: String) -> Result<(), OutboxError> {
        let buried = self.0.room.maintain(move |tx| {
            let those = outbox::table.filter(outbox::state.eq(state::WAITING).and(outbox::peer.eq(nobody)));
            let ids: Vec<i64> = those.select(outbox::id).load(tx)?;
            Ok::<_, OutboxError>(moves::bury(tx, &ids, "nobody")?)
        });
        buried.await
    }
}
