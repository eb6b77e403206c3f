//! The connections of a door, by network. Whoever opens more than their share loses those of their own that only wait; while all places are
//! taken, the network that has most loses them, so that a crowd of silent connections keeps nobody out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::network::Network;
use crate::setting::Limits;

/// Seconds beyond those of a request in which the client of an answer has to read something of it.
const STALLED: u64 = 30;
/// Set beside the count of requests of a connection that is to end: no request begins on it any more.
const ENDING: u32 = 1 << 31;

/// Those of one door.
#[derive(Debug)]
pub(super) struct Connections {
    /// 0 without end.
    most_of_network: usize,
    /// Milliseconds without a step after which a request that is being served counts as one that only waits: its client does not read.
    stalled_after: u64,
    begun: Instant,
    open: Mutex<HashMap<Network, Vec<Arc<Connection>>>>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Connection {
    /// Requests whose answer is not sent to its end, and [`ENDING`]: whether it ends and whether a request begins is decided in one step.
    serving: AtomicU32,
    /// Whether a request of it was ever served.
    is_proven: AtomicBool,
    /// Milliseconds since the door opened, when it was last seen to do something.
    idle_since: AtomicU64,
    end: Notify,
}

/// A connection that is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Counted {
    of: Arc<Connections>,
    pub(super) network: Network,
    pub(super) connection: Arc<Connection>,
}

/// A request that is being served on a connection, until its answer is sent.
#[derive(Debug)]
pub(super) struct Serving {
    of: Arc<Connections>,
    connection: Arc<Connection>,
}

impl Connections {
    pub(super) fn of(limits: &Limits) -> Arc<Self> {
        let most_of_network = limits.connections_per_address;
        let stalled_after = limits.request_seconds.saturating_add(STALLED).saturating_mul(1_000);
        Arc::new(Self { most_of_network, stalled_after, begun: Instant::now(), open: Mutex::default() })
    }

    /// Counts one more of a network; none when it has its share and all of them are being served. One that is to end does not count in the
    /// share, and is there until it has ended.
    pub(super) fn admit(self: &Arc<Self>, network: Network) -> Option<Counted> {
        let mut open = self.lock();
        let own = open.entry(network).or_default();
        let going_on = own.iter().filter(|one| !one.is_ending()).count();
        if self.most_of_network != 0 && going_on >= self.most_of_network && !self.end_one(own) {
            return None;
        }
        let connection = Arc::new(Connection {
            serving: AtomicU32::new(0),
            is_proven: AtomicBool::new(false),
            idle_since: AtomicU64::new(self.now()),
            end: Notify::new(),
        });
        own.push(Arc::clone(&connection));
        Some(Counted { of: Arc::clone(self), network, connection })
    }

    /// Ends one that waits, of the network that has most; nothing while one is ending, or when all are being served.
    pub(super) fn make_room(&self) {
        let open = self.lock();
        let mut networks: Vec<&Vec<Arc<Connection>>> = open.values().collect();
        if networks.iter().any(|own| own.iter().any(|one| one.is_ending())) {
            return;
        }
        networks.sort_by_key(|own| std::cmp::Reverse(own.len()));
        networks.into_iter().find(|own| self.end_one(own));
    }

    /// Ends the one that waits and never sent a whole request, or else the one that waits for the next longest; false when none only waits.
    fn end_one(&self, own: &[Arc<Connection>]) -> bool {
        let mut waiting: Vec<(&Arc<Connection>, u32)> = own.iter().filter_map(|one| Some((one, self.only_waits(one)?))).collect();
        waiting.sort_by_key(|(one, _)| (one.is_proven.load(Ordering::Acquire), one.idle_since.load(Ordering::Acquire)));
        waiting.into_iter().any(|(one, seen)| one.end(seen))
    }

    /// What of it stood still when it was looked at; none of one that is being served or ends.
    fn only_waits(&self, one: &Connection) -> Option<u32> {
        let seen = one.serving.load(Ordering::Acquire);
        let stalled = one.idle_since.load(Ordering::Acquire).saturating_add(self.stalled_after) < self.now();
        (seen & ENDING == 0 && (seen == 0 || stalled)).then_some(seen)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Network, Vec<Arc<Connection>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// Waits until it is to end for others' sake.
    pub(super) async fn ended(&self) {
        self.end.notified().await;
    }

    fn is_ending(&self) -> bool {
        self.serving.load(Ordering::Acquire) & ENDING != 0
    }

    /// Ends it, unless a request of it began or was answered since it was looked at.
    fn end(&self, seen: u32) -> bool {
        let ends = self.serving.compare_exchange(seen, seen | ENDING, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if ends {
            self.end.notify_one();
        }
        ends
    }
}

impl Counted {
    /// Begins a request; none on a connection that is to end.
    pub(super) fn serve(&self) -> Option<Serving> {
        let more = |serving: u32| (serving & ENDING == 0).then_some(serving + 1);
        self.connection.serving.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        self.connection.idle_since.store(self.of.now(), Ordering::Release);
        Some(Serving { of: Arc::clone(&self.of), connection: Arc::clone(&self.connection) })
    }
}

impl Serving {
    /// Something of the answer goes out.
    pub(super) fn goes_on(&self) {
        self.connection.idle_since.store(self.of.now(), Ordering::Release);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.goes_on();
        self.connection.is_proven.store(true, Ordering::Release);
        self.connection.serving.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.of.lock();
        let Some(own) = open.get_mut(&self.network) else { return };
        own.retain(|one| !Arc::ptr_eq(one, &self.connection));
        if own.is_empty() {
            open.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::*;

    fn connections(most_of_network: usize) -> Arc<Connections> {
        Connections::of(&Limits { connections_per_address: most_of_network, request_seconds: 0, ..Limits::default() })
    }

    fn network(last: u8) -> Network {
        SocketAddr::from(([192, 0, 2, last], 1)).into()
    }

    async fn is_told_to_end(counted: &Counted) -> bool {
        let soon = std::time::Duration::from_millis(1);
        tokio::time::timeout(soon, counted.connection.ended()).await.is_ok()
    }

    #[tokio::test]
    async fn whoever_has_their_share_loses_the_one_that_never_asked_anything() {
        let connections = connections(3);
        let served = connections.admit(network(1)).unwrap();
        let serving = served.serve().unwrap();
        let asked = connections.admit(network(1)).unwrap();
        drop(asked.serve().unwrap());
        let silent = connections.admit(network(1)).unwrap();
        let one_more = connections.admit(network(1)).unwrap();
        assert!(is_told_to_end(&silent).await);
        assert!(!is_told_to_end(&served).await && !is_told_to_end(&asked).await);
        let busy = [one_more.serve().unwrap(), asked.serve().unwrap()];
        assert!(connections.admit(network(1)).is_none(), "all of them are being served");
        connections.admit(network(2)).unwrap();
        drop(busy);
        drop(serving);
        connections.admit(network(1)).unwrap();
        assert!(is_told_to_end(&asked).await || is_told_to_end(&one_more).await || is_told_to_end(&served).await);
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_its_answer_only_waits() {
        let connections = connections(1);
        let stalled = connections.admit(network(1)).unwrap();
        let _serving = stalled.serve().unwrap();
        assert!(connections.admit(network(1)).is_none());
        let long_open = loop {
            // A machine that has just started has no such moment yet.
            match Instant::now().checked_sub(std::time::Duration::from_secs(STALLED + 1)) {
                Some(begun) => break begun,
                None => tokio::time::sleep(std::time::Duration::from_secs(1)).await,
            }
        };
        let connections = Arc::new(Connections { begun: long_open, open: Mutex::default(), ..*connections });
        let stalled = connections.admit(network(1)).unwrap();
        let _serving = stalled.serve().unwrap();
        assert!(connections.admit(network(1)).is_none(), "it has just begun");
        stalled.connection.idle_since.store(0, Ordering::Release);
        assert!(connections.admit(network(1)).is_some() && is_told_to_end(&stalled).await);
    }

    #[tokio::test]
    async fn while_all_places_are_taken_the_network_that_has_most_gives_one_up() {
        let connections = connections(10);
        let alone = connections.admit(network(1)).unwrap();
        let crowd: Vec<Counted> = (0..3).map(|_| connections.admit(network(2)).unwrap()).collect();
        connections.make_room();
        assert!(!is_told_to_end(&alone).await);
        let mut ended = 0;
        for one in &crowd {
            ended += usize::from(is_told_to_end(one).await);
        }
        assert_eq!(ended, 1);
        drop((alone, crowd));
        assert!(connections.lock().is_empty());
    }

    #[tokio::test]
    async fn one_that_is_to_end_is_served_no_more_and_stays_counted_until_it_has_ended() {
        let connections = connections(2);
        let mut held = Vec::new();
        for _ in 0..50 {
            held.push(connections.admit(network(1)).unwrap());
            // all ask at the moment in which one was told to end
            drop(held.iter().filter_map(Counted::serve).collect::<Vec<Serving>>());
        }
        let mut ended = 0;
        for one in &held {
            let is_told = is_told_to_end(one).await;
            assert_eq!(is_told, one.serve().is_none());
            ended += usize::from(is_told);
        }
        assert_eq!((ended, connections.lock().get(&network(1)).map_or(0, Vec::len)), (48, 50));
        held.truncate(1);
        assert_eq!(connections.lock().get(&network(1)).map_or(0, Vec::len), 1);
    }

    #[tokio::test]
    async fn no_second_one_ends_while_the_first_still_ends() {
        let connections = connections(0);
        let crowd: Vec<Counted> = (0..3).map(|_| connections.admit(network(1)).unwrap()).collect();
        connections.make_room();
        connections.make_room();
        assert_eq!(crowd.iter().filter(|one| one.connection.is_ending()).count(), 1);
    }
}
