//! From a house and a service to something that answers.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use access::{Caller, Clients, ResourceRef, Scope};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use ledger::{LedgerError, Witness};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use vocabulary::Id128;

use super::accept::{Door, accept};
use super::budgets::{Budgets, within};
use super::built_in::{self, BuiltIn, ShownKeys};
use super::guard::{Guard, Keeper, guard};
use super::known::KnownLately;
use super::metrics::Metrics;
use super::outer::{Outer, outer};
use super::ready::{Probe, Readings};
use super::routes::Route;
use super::rule;
use super::{Mode, RING, Running, Service, Stop, openapi, pages, upkeep};
use crate::attempts::RefusedAttempts;
use crate::house::House;
use crate::oauth::{self, EnrolError, Tokens};
use crate::tap::hear;
use crate::witness::{self, WitnessSettingError};
use line::pki::{PkiError, RENEW_BELOW};
use line::tls::{self, Admission};

/// Why a service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A route whose action no policy permits.
    #[error("{method} {path}: no policy permits {action}; write one in the system's policies.cedar")]
    Uncovered {
        /// The route's method.
        method: String,
        /// The route's path.
        path: String,
        /// The action it names.
        action: &'static str,
    },
    /// Two routes of one method and path.
    #[error("{method} {path}: stands twice")]
    Twice {
        /// The routes' method.
        method: String,
        /// The routes' path.
        path: String,
    },
    /// A route for people with sessions in a service that knows none.
    #[error("{path}: a route for sessions needs Service::sessions")]
    NoSessions {
        /// The route's path.
        path: String,
    },
    /// Pages would be served over plain HTTP beyond this machine, or have no address.
    #[error("pages are served on a loopback address that `pages` names; put a proxy with TLS before it")]
    NotLoopback,
    /// The address cannot be listened on.
    #[error("{addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// Certificate or key.
    #[error(transparent)]
    Pki(#[from] PkiError),
    /// The keys that are shown to others cannot be had.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The witnesses of the setting.
    #[error(transparent)]
    Witness(#[from] WitnessSettingError),
    /// The record of use cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A consumer cannot be enrolled.
    #[error(transparent)]
    Enrol(#[from] Box<EnrolError>),
    /// The scopes of the routes cannot be written.
    #[error(transparent)]
    Scope(#[from] access::ScopeError),
    /// The OpenAPI document cannot be written.
    #[error("openapi: {0}")]
    OpenApi(#[from] serde_json::Error),
}

/// Starts a service: checks that every route has a policy, enrols the consumers, listens, and writes the address into the house's peers.
pub async fn serve(house: &House, service: Service) -> Result<Running, ServeError> {
    check(house, &service)?;
    let (addr, tls) = match service.mode {
        Mode::Ring => (house.setting.listen, Some(tls::server(&house.identity, Admission::Certified, &house.clock)?)),
        Mode::Public => (house.setting.listen, Some(tls::server(&house.identity, Admission::Public, &house.clock)?)),
        Mode::Pages => (house.setting.pages.filter(|addr| addr.ip().is_loopback()).ok_or(ServeError::NotLoopback)?, None),
    };
    let clients = clients(house, &service);
    if let Some(clients) = &clients {
        enrol(house, &service, clients).await?;
    }
    let (listener, addr) = bound(addr).await?;
    let mut service = service;
    // Whoever asks a witness needs no certificate of the ring: another city's authority certifies none of ours.
    let is_for_browsers = service.routes.iter().any(Route::is_page);
    let is_for_logs = service.room.is_some() && !house.setting.witnessed.is_empty();
    let pages = match house.setting.pages.filter(|_| service.mode == Mode::Ring && (is_for_browsers || is_for_logs)) {
        Some(addr) => Some((bound(addr).await?, tls::server(&house.identity, Admission::Public, &house.clock)?)),
        None => None,
    };

    let (stop, stopped) = watch::channel(false);
    let stopped = Stop(stopped);
    let mut work = JoinSet::new();
    if let Some(room) = service.room.as_ref().filter(|_| service.mode != Mode::Pages) {
        work.spawn(upkeep::keep(room.clone(), clients.clone(), Arc::clone(&house.clock), stopped.clone()));
        room.expect_witnesses(house.setting.expected_witnesses()?).await?;
        for telling in witness::witnesses(house, room)? {
            work.spawn(telling.keep(stopped.clone()));
        }
        if let Some(file) = &house.setting.checkpoint_file {
            work.spawn(witness::keep_file(room.clone(), file.clone(), stopped.clone()));
        }
    }
    for (name, task) in service.tasks.drain(..) {
        let running = task(stopped.clone());
        let party = house.party.clone();
        work.spawn(async move {
            running.await;
            tracing::debug!(%party, task = name, "ended");
        });
    }
    let mode = service.mode;
    let limits = house.setting.limits;
    if service.refused.is_none() {
        service.refused = service.room.as_ref().map(|room| RefusedAttempts::of(room, limits.refusals_seconds));
    }
    let refused = service.refused.clone();
    if let Some(refused) = refused.clone() {
        work.spawn(refused.keep(stopped.clone()));
    }
    let Routers { own, of_pages } = routers(house, service, clients).await?;
    work.spawn(accept(listener, Door { mode, tls: tls.map(TlsAcceptor::from), router: own, limits }, stopped.clone()));
    let pages = pages.map(|((listener, addr), tls)| {
        let door = Door { mode: Mode::Public, tls: Some(TlsAcceptor::from(tls)), router: of_pages, limits };
        work.spawn(accept(listener, door, stopped));
        addr
    });
    if mode != Mode::Pages {
        house.client.peers().put(house.party.clone(), addr);
    }
    if mode != Mode::Pages {
        match house.identity.check(house.clock.as_ref()) {
            Ok(days) if days < RENEW_BELOW => {
                tracing::warn!(party = %house.party, days, "the certificate ends soon: renew it and start again")
            }
            Ok(_) => {}
            Err(error) => tracing::error!(party = %house.party, %error, "no party will believe this certificate"),
        }
    }
    tracing::info!(party = %house.party, %addr, ?pages, ?mode, "serves");
    Ok(Running { party: house.party.clone(), addr, pages, stop, work, refused })
}

async fn bound(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |source| ServeError::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    Ok((listener, addr))
}

fn check(house: &House, service: &Service) -> Result<(), ServeError> {
    let mut seen = BTreeMap::new();
    for Route { method, path, rule, .. } in &service.routes {
        if !house.policies.knows(&rule.action) {
            return Err(ServeError::Uncovered { method: method.to_string(), path: path.clone(), action: rule.action.name() });
        }
        if seen.insert((method.as_str(), path.as_str()), ()).is_some() {
            return Err(ServeError::Twice { method: method.to_string(), path: path.clone() });
        }
        if rule.door == rule::Door::Session && service.sessions.is_none() {
            return Err(ServeError::NoSessions { path: path.clone() });
        }
    }
    Ok(())
}

/// The clients of a party that issues tokens.
fn clients(house: &House, service: &Service) -> Option<Clients> {
    let room = service.room.as_ref().filter(|_| service.mode != Mode::Pages && line::oauth::provides(&house.party))?;
    Some(room.clients(Arc::clone(&house.entropy)))
}

async fn enrol(house: &House, service: &Service, clients: &Clients) -> Result<(), ServeError> {
    for consumer in house.setting.consumers.iter().filter(|consumer| line::oauth::needed(consumer, &house.party)) {
        let permitted = service.routes.iter().filter(|route| {
            let caller = Caller::peer(consumer, route.rule.purpose(), Id128::from_bytes([0; 16]));
            let resource = ResourceRef { system: house.party.system(), municipality: house.party.municipality() };
            route.rule.door == rule::Door::Peer && house.policies.allows(&caller, &route.rule.action, resource).is_allowed()
        });
        let scopes: Vec<String> = permitted.map(|route| oauth::scope(&house.party, &route.method, &route.path)).collect();
        let scopes: Scope = scopes.join(" ").parse()?;
        if !scopes.is_empty() {
            oauth::enrol(clients, &house.party, consumer, &scopes, &house.setting.secrets()).await.map_err(Box::new)?;
        }
    }
    Ok(())
}

/// What the doors answer.
struct Routers {
    own: Router,
    /// The pages of a service whose own door is for programs.
    of_pages: Router,
}

async fn routers(house: &House, service: Service, clients: Option<Clients>) -> Result<Routers, ServeError> {
    let Service { mode, routes, room, refused, sessions, mut probes, mut figures, faults, tap, tasks: _ } = service;
    let of_keys = room.clone().filter(|_| mode != Mode::Pages);
    if let Some(room) = &of_keys {
        room.vault().receiver(RING).await?;
        room.vault().signer(RING).await?;
    }
    if let Some(room) = &room {
        probes.extend(Probe::of_room(room, house.rooms.data()));
    }
    if let Some(room) = of_keys.as_ref().filter(|_| !house.setting.witnesses.is_empty()) {
        probes.push(Probe::of_witnesses(room));
        figures.push(witness::figures(room));
    }
    if mode != Mode::Pages {
        probes.push(Probe::of_identity(house.identity.clone(), Arc::clone(&house.clock)));
    }
    let limits = house.setting.limits;
    let readings = Readings::of(probes, limits.readiness_seconds);
    let metrics = Metrics::of(figures);
    let logs = house.setting.witnessed_logs()?;
    let witness = match of_keys.as_ref().filter(|_| !logs.is_empty()) {
        Some(room) => witness::routes(Witness::of(room, &logs).await?, refused.clone(), limits),
        None => Router::new(),
    };
    let openapi = serde_json::to_string(&openapi::document(&house.party, &routes, clients.is_some()))?;
    let tokens = clients.map(|clients| Tokens::new(clients, house.party.clone(), Arc::clone(&house.clock)));
    let budgets = Budgets::of(&limits);
    let keeper = Arc::new(Keeper {
        party: house.party.clone(),
        policies: house.policies.clone(),
        limits,
        tokens: tokens.clone(),
        sessions: sessions.clone(),
        room,
        refused,
        budgets: budgets.clone(),
        known: KnownLately::default(),
        faults,
    });
    // The pages of the ring's parties have a door of their own; elsewhere all is behind one.
    let (pages, routes): (Vec<Route>, Vec<Route>) = routes.into_iter().partition(|route| mode == Mode::Ring && route.is_page());
    let around = || {
        let places = Arc::new(Semaphore::new(limits.requests));
        Arc::new(Outer { entropy: Arc::clone(&house.entropy), limits, places, metrics: metrics.clone() })
    };
    let mut beside =
        built_in::routes(BuiltIn { mode, readings: readings.clone(), metrics: metrics.clone(), keys: of_keys.map(ShownKeys::of), openapi });
    if let Some(tokens) = tokens {
        beside = beside.merge(oauth::routes(tokens));
    }
    let health = built_in::health(readings, metrics.clone()).merge(witness.clone()).layer(from_fn_with_state(budgets.clone(), within));
    let own = guarded(routes, &keeper).merge(beside.merge(witness).layer(from_fn_with_state(budgets, within)));
    let mut own = own.fallback(async || http::StatusCode::NOT_FOUND).layer(from_fn_with_state(around(), outer));
    let mut of_pages =
        guarded(pages, &keeper).merge(health).fallback(async || http::StatusCode::NOT_FOUND).layer(from_fn_with_state(around(), outer));
    if let Some(sessions) = sessions {
        of_pages = of_pages.layer(from_fn_with_state(sessions, pages::told));
    }
    if let Some(tap) = tap.map(|tap| (tap, house.party.clone())) {
        own = own.layer(from_fn_with_state(tap.clone(), hear));
        of_pages = of_pages.layer(from_fn_with_state(tap, hear));
    }
    Ok(Routers { own, of_pages })
}

fn guarded(routes: Vec<Route>, keeper: &Arc<Keeper>) -> Router {
    let mut router = Router::new();
    for route in routes {
        let refusals = route.refusals();
        let Route { method, path, rule, handler, .. } = route;
        let guarding = Arc::new(Guard { method, path: path.clone(), rule, refusals, of: Arc::clone(keeper) });
        let handler: MethodRouter = handler.route_layer(from_fn_with_state(guarding, guard));
        router = router.route(&path, handler);
    }
    // The guard reads the body and holds it to the party's own limit; axum's is another.
    router.layer(DefaultBodyLimit::disable())
}
