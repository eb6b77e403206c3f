//! Serving: what a system hands back as its [`Service`], and [`serve`], which lets nobody past a route without a policy.

mod accept;
mod body;
mod budgets;
mod built_in;
mod connections;
mod describe;
mod extract;
mod guard;
mod known;
mod metrics;
mod openapi;
mod outer;
mod pages;
mod peer;
mod ready;
mod routes;
mod rule;
mod running;
mod start;
mod stream;
mod upkeep;

use std::fmt;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;

pub use self::body::{BodyError, read_value};
pub use self::describe::{Answer, Argument, Described, Sketch};
pub use self::extract::{Json, Later, LaterAt, Path, Query, RequestCaller};
pub(crate) use self::guard::{collect, request_of};
pub use self::metrics::Figure;
pub(crate) use self::metrics::Figures;
pub use self::peer::Peer;
use self::ready::Probe;
pub use self::ready::{Check, Readiness};
use self::routes::Route;
pub use self::routes::{Listed, Routes};
pub use self::rule::{Door, Rule, Sessions, Shown, anyone, cookie, peer, session, unauthenticated};
pub use self::running::{Running, Stop};
pub use self::start::{ServeError, serve};
pub use self::stream::{Download, Events};
pub use self::upkeep::keep_room;
use crate::attempts::RefusedAttempts;
use crate::faults::Faults;
use crate::tap::Tap;

/// The name of the keys that a party shows under `/keys`: `vault.receiver(wire::RING)` opens what was sealed to it, `vault.signer(wire::RING)`
/// signs in its name.
pub const RING: &str = "ring";

/// Who may connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Parties with a certificate; its pages, where it has any, for anybody over TLS at a door of their own.
    Ring,
    /// Anybody, over TLS: the portal.
    Public,
    /// Browsers and proxies on this machine, without TLS: pages.
    Pages,
}

type Work = Box<dyn FnOnce(Stop) -> BoxFuture<'static, ()> + Send>;

/// What a system hands back: its routes, its background tasks, what it needs to be ready.
pub struct Service {
    pub(crate) mode: Mode,
    pub(crate) routes: Vec<Route>,
    pub(crate) room: Option<ledger::Room>,
    pub(crate) refused: Option<RefusedAttempts>,
    pub(crate) sessions: Option<Arc<dyn Sessions>>,
    pub(crate) probes: Vec<Probe>,
    pub(crate) figures: Vec<Figures>,
    pub(crate) tasks: Vec<(&'static str, Work)>,
    pub(crate) faults: Faults,
    pub(crate) tap: Option<Tap>,
}

impl Service {
    /// A service for the parties of the ring, on `setting.listen`; its pages and forms for people with a browser are on `setting.pages`, over
    /// TLS too. Its room keeps keys, tokens and what was answered, and says when it is not ready.
    pub fn new(room: &ledger::Room) -> Self {
        Self { room: Some(room.clone()), ..Self::without_room() }
    }

    /// A service that keeps nothing, such as pages that only show what other parties answer.
    pub fn without_room() -> Self {
        Self {
            mode: Mode::Ring,
            routes: Vec::new(),
            room: None,
            refused: None,
            sessions: None,
            probes: Vec::new(),
            figures: Vec::new(),
            tasks: Vec::new(),
            faults: Faults::none(),
            tap: None,
        }
    }

    /// Serves anybody over TLS on `setting.listen`; a certificate is checked when one is shown. For the portal.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.mode = Mode::Public;
        self
    }

    /// Serves browsers on this machine over plain HTTP on `setting.pages`. For the page of the demonstration.
    #[must_use]
    pub fn pages(mut self) -> Self {
        self.mode = Mode::Pages;
        self
    }

    /// What its routes ask of whoever calls them; for tests that try every one.
    pub fn listed(&self) -> Vec<Listed> {
        self.routes.iter().map(Route::listed).collect()
    }

    /// Adds routes.
    #[must_use]
    pub fn routes<S: Clone + Send + Sync + 'static>(mut self, routes: Routes<S>) -> Self {
        self.routes.extend(routes.into_routes());
        self
    }

    /// Knows people by their sessions.
    #[must_use]
    pub fn sessions(mut self, sessions: impl Sessions + 'static) -> Self {
        self.sessions = Some(Arc::new(sessions));
        self
    }

    /// Counts refused attempts together with those that the system records itself.
    #[must_use]
    pub fn refused(mut self, attempts: &RefusedAttempts) -> Self {
        self.refused = Some(attempts.clone());
        self
    }

    /// Adds something without which the system is not ready; the error says what is wrong, in words without personal data.
    #[must_use]
    pub fn ready<F, Fut>(mut self, name: &'static str, probe: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.probes.push(Probe::new(name, probe));
        self
    }

    /// Adds something that `/readyz` tells beside whether the system is ready, in words without personal data.
    #[must_use]
    pub fn telling<F, Fut>(mut self, name: &'static str, ask: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<String>, String>> + Send + 'static,
    {
        self.probes.push(Probe::telling(name, ask));
        self
    }

    /// Adds figures to `/metrics`, by name and what it says, which are read together when it is asked for; labels hold names of parties and
    /// the like, never what was asked.
    #[must_use]
    pub fn figures<const N: usize, F, Fut>(mut self, names: [(&'static str, &'static str); N], read: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = [Vec<Figure>; N]> + Send + 'static,
    {
        let read = move || read().map(Vec::from);
        self.figures.push(Figures { names: names.into(), read: Box::new(move || Box::pin(read())) });
        self
    }

    /// Adds work in the background that ends when it is told to stop.
    #[must_use]
    pub fn task<F, Fut>(mut self, name: &'static str, work: F) -> Self
    where
        F: FnOnce(Stop) -> Fut + Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.tasks.push((name, Box::new(|stop| Box::pin(work(stop)))));
        self
    }

    /// Serves with faults on purpose; for emulated parties and tests.
    #[must_use]
    pub fn faults(mut self, faults: &Faults) -> Self {
        self.faults = faults.clone();
        self
    }

    /// Tells somebody of every request and answer; for tests.
    #[must_use]
    pub fn tap(mut self, tap: &Tap) -> Self {
        self.tap = Some(tap.clone());
        self
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("mode", &self.mode).field("routes", &self.routes).finish_non_exhaustive()
    }
}
