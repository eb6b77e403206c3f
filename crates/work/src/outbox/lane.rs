//! The lane to one peer: a few requests at once, what failed rests, and while the peer is away it is only asked whether it is there.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use line::Backoff;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use vocabulary::{Id128, Party};

use super::choose::{Chosen, Subject};
use super::deliver::Shared;
use super::send::{DeliveryOutcome, send};

/// Requests to one peer at once.
const PLACES: usize = 4;
/// Rests of a message, and of a lane whose peer is away.
const RESTS: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(60));
const AWAY: Backoff = Backoff::new(Duration::from_millis(100), LONGEST_AWAY);
const LONGEST_AWAY: Duration = Duration::from_secs(10);
/// The lane looks again even when nobody rings.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

pub(super) struct Lane {
    shared: Arc<Shared>,
    peer: Party,
    /// Rung when something was enqueued for the peer.
    bell: Arc<Notify>,
    queue: VecDeque<Chosen>,
    /// Requests that are chosen, by key.
    busy: HashMap<Id128, Busy>,
    /// Tasks of their own: each may hold the room's writer while the lane waits for it.
    going: JoinSet<(Id128, DeliveryOutcome)>,
    away: Option<Away>,
}

struct Busy {
    subjects: Vec<Subject>,
    /// Until when it rests; `None` while it is queued or under way.
    rests: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Away {
    until: Instant,
    /// How often it was asked for in vain.
    tries: u32,
}

impl Lane {
    pub(super) fn new(shared: &Arc<Shared>, peer: Party, bell: &Arc<Notify>) -> Self {
        Self {
            shared: Arc::clone(shared),
            peer,
            bell: Arc::clone(bell),
            queue: VecDeque::new(),
            busy: HashMap::new(),
            going: JoinSet::new(),
            away: None,
        }
    }

    /// Sends until nothing is left for the peer.
    pub(super) async fn run(mut self) {
        let mut hurry = self.shared.outbox.0.hurry.subscribe();
        loop {
            let now = Instant::now();
            self.busy.retain(|_, busy| busy.rests.is_none_or(|until| until > now));
            if self.away.is_none_or(|away| away.until <= now) {
                self.fill().await;
                if self.busy.is_empty() && self.away.is_none_or(|away| away.until <= now) {
                    return;
                }
            }
            let rests = self.busy.values().filter_map(|busy| busy.rests);
            let wake = rests.chain(self.away.map(|away| away.until)).filter(|until| *until > now).min().unwrap_or(now + LOOK_AGAIN);
            tokio::select! {
                Some(sent) = self.going.join_next(), if !self.going.is_empty() => match sent {
                    Ok((key, outcome)) => self.settled(key, outcome),
                    // A panic, which is in the log: the lane begins anew, after a while, with what is stored.
                    Err(_) => return tokio::time::sleep(LONGEST_AWAY).await,
                },
                () = self.bell.notified() => {}
                Ok(()) = hurry.changed() => {
                    self.busy.retain(|_, busy| busy.rests.is_none());
                    self.away = self.away.map(|_| Away { until: Instant::now(), tries: 1 });
                }
                () = sleep_until(wake) => {}
            }
        }
    }

    /// Sends as many requests as there are places, and chooses more when none is queued. To a peer that was away, one: what is sent is read
    /// and recorded first, and whoever is away has been shown nothing.
    async fn fill(&mut self) {
        let (was_away, places) = (self.away.is_some(), if self.away.is_some() { 1 } else { PLACES });
        if self.queue.is_empty() && self.going.len() < places {
            let subjects: HashSet<Subject> = self.busy.values().flat_map(|busy| busy.subjects.iter().cloned()).collect();
            match self.shared.outbox.choose(&self.peer.to_string(), &subjects, &self.shared.most).await {
                Ok(chosen) => {
                    for mut chosen in chosen {
                        let subjects = std::mem::take(&mut chosen.subjects);
                        self.busy.insert(chosen.key, Busy { subjects, rests: None });
                        self.queue.push_back(chosen);
                    }
                }
                Err(error) => {
                    tracing::warn!(peer = %self.peer, %error, "the outbox cannot be read");
                    self.pause();
                    return;
                }
            }
        }
        while self.going.len() < places
            && let Some(chosen) = self.queue.pop_front()
        {
            let (shared, peer) = (Arc::clone(&self.shared), self.peer.clone());
            self.going.spawn(async move { (chosen.key, send(&shared, &peer, chosen, was_away).await) });
        }
    }

    fn settled(&mut self, key: Id128, outcome: DeliveryOutcome) {
        match outcome {
            DeliveryOutcome::Settled => {
                self.busy.remove(&key);
                self.away = None;
            }
            DeliveryOutcome::Rest(attempts) => {
                self.away = None;
                let rest = RESTS.pause_after(u32::try_from(attempts).unwrap_or(0).saturating_add(1));
                let until = Instant::now() + line::jittered(rest, self.shared.outbox.0.entropy.as_ref());
                if let Some(busy) = self.busy.get_mut(&key) {
                    busy.rests = Some(until);
                }
            }
            DeliveryOutcome::Away => {
                self.busy.remove(&key);
                if self.away.is_none_or(|away| away.until <= Instant::now()) {
                    self.pause();
                }
            }
        }
        self.shared.outbox.0.settled.send_modify(|times| *times += 1);
    }

    /// Each pause is twice the last, until the peer answers.
    fn pause(&mut self) {
        let tries = self.away.map_or(0, |away| away.tries).saturating_add(1);
        let until = Instant::now() + line::jittered(AWAY.pause_after(tries), self.shared.outbox.0.entropy.as_ref());
        self.away = Some(Away { until, tries });
    }
}
