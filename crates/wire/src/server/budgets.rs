//! What everybody who asks one service has together: allowances by address, account and party, and the memory for large bodies.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use vocabulary::Reach;

use crate::budget::{Allowance, Budget, Place, TooMany};
use crate::network::Network;
use crate::problem::Problem;
use crate::server::Peer;
use crate::setting::Limits;

/// Bodies up to this are not counted: as many as there may be requests are little.
const SMALL: usize = 64 << 10;
/// What memory is counted in.
const UNIT: usize = 1 << 10;

/// Shared by the doors of a service; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Budgets {
    /// By address: whoever shows neither session nor certificate.
    pub(super) visitor: Budget,
    /// By address: whoever shows a session that was not known lately, until it is known. So many at once as come: it is one short look.
    pub(super) unknown: Budget,
    /// The same for what every server answers: whoever asks for readiness without end shuts no door of people's at their address.
    health: Budget,
    /// By account, or resident.
    pub(super) account: Budget,
    system: Budget,
    facility: Budget,
    /// In [`UNIT`]s, of which there are so many.
    memory: (Arc<Semaphore>, usize),
}

/// What a request holds until it is answered.
pub(super) struct Taken {
    pub(super) _place: Place,
    pub(super) _memory: Option<OwnedSemaphorePermit>,
}

impl Budgets {
    pub(super) fn of(limits: &Limits) -> Self {
        let unknown = Allowance { at_once: 0, ..limits.visitor };
        let of = [limits.visitor, unknown, limits.visitor, limits.account, limits.system, limits.facility];
        let [visitor, unknown, health, account, system, facility] = of.map(Budget::of);
        let units = (limits.bodies_bytes / UNIT).min(Semaphore::MAX_PERMITS);
        Self { visitor, unknown, health, account, system, facility, memory: (Arc::new(Semaphore::new(units)), units) }
    }

    /// Counts a request of a party that showed its certificate.
    pub(super) fn of_peer(&self, peer: &Peer) -> Result<Place, TooMany> {
        let who = (peer.party.system(), peer.party.place());
        match peer.party.kind().reach {
            Reach::Facility => self.facility.enter(&who),
            Reach::City | Reach::Nation => self.system.enter(&who),
        }
    }

    /// Sets memory aside for a body of so many bytes.
    pub(super) fn memory_for(&self, bytes: usize) -> Result<Option<OwnedSemaphorePermit>, Problem> {
        if bytes <= SMALL {
            return Ok(None);
        }
        let (memory, all) = &self.memory;
        let units = u32::try_from(bytes.div_ceil(UNIT).min(*all)).unwrap_or(u32::MAX);
        let taken = Arc::clone(memory).try_acquire_many_owned(units);
        taken.map(Some).map_err(|_| Problem::unavailable("too much is being sent at once; try again"))
    }
}

/// The answer to an address that asks for too much; it ends the connection, so that its place is free for others.
pub(super) fn turn_off(error: TooMany) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// What every server answers besides its own routes is within the same allowances.
pub(super) async fn within(State(budgets): State<Budgets>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let entered = match extensions.get::<Peer>() {
        Some(peer) => budgets.of_peer(peer).map_err(IntoResponse::into_response),
        None => budgets.health.enter(&Network::of(extensions)).map_err(turn_off),
    };
    match entered {
        Ok(_place) => next.run(request).await,
        Err(refusal) => refusal,
    }
}
