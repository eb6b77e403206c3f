//! One bounded pool for all rooms. A connection stays with its room while others are free, because a change of role is cheap on PostgreSQL
//! and costs a new worker connection on Citus; when all are taken, the one that rests longest changes its room.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::Session;
use super::address::Address;
use super::tunnel::Tunnel;
use crate::StoreError;

pub(crate) struct Pool {
    /// What libpq connects to.
    url: String,
    /// One for each connection that may be in use; whoever holds one finds or opens a connection.
    pub(crate) places: Arc<Semaphore>,
    most: usize,
    state: Mutex<State>,
    /// Where the URL asks for TLS; after the connections, which end through it.
    _tunnel: Option<Tunnel>,
}

#[derive(Default)]
struct State {
    /// Least recently used first.
    idle: Vec<(String, Session)>,
    /// Idle or in use.
    open: usize,
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("most", &self.most).finish_non_exhaustive()
    }
}

impl Pool {
    /// No server is asked yet; a URL that asks for TLS in a way that cannot be kept is refused.
    pub(crate) fn new(url: &str, most: usize) -> Result<Arc<Self>, StoreError> {
        let most = most.max(1);
        let (url, tunnel) = match Address::parse(url)? {
            Address::Plain(url) => (url, None),
            Address::Verified(address) => {
                let tunnel = Tunnel::open(address)?;
                (tunnel.url().to_owned(), Some(tunnel))
            }
        };
        Ok(Arc::new(Self { url, _tunnel: tunnel, places: Arc::new(Semaphore::new(most)), most, state: Mutex::default() }))
    }

    /// A connection for `room`. The caller holds a place.
    pub(crate) fn take(&self, room: &str) -> Result<Session, StoreError> {
        let other = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = state.idle.iter().rposition(|(name, _)| name == room) {
                return Ok(state.idle.remove(at).1);
            }
            // At most `most - 1` are in use by others, so when all are open one of them rests.
            if state.open < self.most || state.idle.is_empty() {
                state.open += 1;
                None
            } else {
                Some(state.idle.remove(0).1)
            }
        };
        if let Some(mut session) = other
            && session.change_room().is_ok_and(|young| young)
        {
            return Ok(session);
        }
        self.connect()
    }

    /// A connection that was not used before, in the stead of one that is gone.
    pub(crate) fn connect(&self) -> Result<Session, StoreError> {
        Session::connect(&self.url).inspect_err(|_| self.forget())
    }

    pub(crate) fn give_back(&self, room: &str, session: Session) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Reads aside of the places may have opened more than there are places.
        if state.open > self.most {
            state.open -= 1;
            return;
        }
        state.idle.push((room.to_owned(), session));
    }

    /// A connection was closed.
    pub(crate) fn forget(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open = state.open.saturating_sub(1);
    }
}
