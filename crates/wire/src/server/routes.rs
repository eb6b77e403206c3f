//! Routes: path, rule and handler in one line each.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;

use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter, on};
use http::Method;

use super::describe::{Described, Sketch};
use super::rule::{Door, Rule};
use crate::cause::Cause;
use crate::refusal::Refusal;

/// One route, before it is guarded.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) rule: Rule,
    /// `None` for a page: it is not for programs.
    pub(crate) sketch: Option<Sketch>,
    /// The statuses with which its handler refuses.
    refusals: Vec<u16>,
    pub(crate) handler: MethodRouter<(), Infallible>,
}

/// A route as it is declared, without its handler.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its method.
    pub method: Method,
    /// Its path, with names in braces for what varies.
    pub path: String,
    /// Whether people ask for it, and not programs.
    pub is_page: bool,
    /// What it asks of its caller.
    pub rule: Rule,
}

impl Route {
    pub(crate) fn listed(&self) -> Listed {
        Listed { method: self.method.clone(), path: self.path.clone(), is_page: self.is_page(), rule: self.rule }
    }

    /// Whether people ask for it, and not programs.
    pub(crate) fn is_page(&self) -> bool {
        self.sketch.is_none()
    }

    /// Every status with which a program may be refused: by what stands before every handler, and by the handler. None for a page.
    pub(crate) fn refusals(&self) -> Option<BTreeSet<u16>> {
        let sketch = self.sketch.as_ref()?;
        // more than the caller's allowance, a failure inside, and too many requests of all or too long a one
        let mut statuses = BTreeSet::from([429, 500, 503]);
        if self.rule.door != Door::Anyone {
            statuses.extend([401, 403]);
        }
        if !sketch.query.is_empty() {
            statuses.insert(400);
        }
        if self.path.contains('{') {
            statuses.insert(404);
        }
        if self.method != Method::GET {
            // cut off or without a key, slow, too large; a key that was used for another request
            statuses.extend([400, 408, 413, 422]);
        }
        if sketch.body.is_some() {
            statuses.insert(415);
        }
        if sketch.refuses {
            statuses.extend(&self.refusals);
        }
        Some(statuses)
    }
}

/// The routes of a feature over the state that its handlers share.
///
/// ```ignore
/// Routes::of(atena).post(messages::atena::PERSONS, peer(MINT, Purpose::Numbering), mint::mint)
/// ```
pub struct Routes<S = ()> {
    state: S,
    routes: Vec<Route>,
    refusals: Vec<u16>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// None yet, over this state.
    pub fn of(state: S) -> Self {
        Self { state, routes: Vec::new(), refusals: Cause::STATUSES.to_vec() }
    }

    /// The error with which the handlers of the routes that follow refuse: its statuses stand in OpenAPI, and are all that they may answer.
    /// Without it, the causes that every system shares.
    #[must_use]
    pub fn refusing<E: Refusal>(self) -> Self {
        Self { refusals: E::statuses(), ..self }
    }

    /// A GET for programs.
    #[must_use]
    pub fn get<H, T>(self, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S> + Described<T>,
        T: 'static,
    {
        self.described(Method::GET, MethodFilter::GET, path, rule, handler)
    }

    /// A POST for programs.
    #[must_use]
    pub fn post<H, T>(self, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S> + Described<T>,
        T: 'static,
    {
        self.described(Method::POST, MethodFilter::POST, path, rule, handler)
    }

    /// A PUT for programs.
    #[must_use]
    pub fn put<H, T>(self, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S> + Described<T>,
        T: 'static,
    {
        self.described(Method::PUT, MethodFilter::PUT, path, rule, handler)
    }

    /// A GET for people: any axum handler, left out of the OpenAPI document.
    #[must_use]
    pub fn page<H, T>(self, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.added(Method::GET, MethodFilter::GET, path, rule, None, handler)
    }

    /// A form that people send: any axum handler, left out of the OpenAPI document.
    #[must_use]
    pub fn form<H, T>(self, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.added(Method::POST, MethodFilter::POST, path, rule, None, handler)
    }

    /// These and those of another feature over the same state.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.routes.extend(others.routes);
        self
    }

    fn described<H, T>(self, method: Method, filter: MethodFilter, path: &str, rule: Rule, handler: H) -> Self
    where
        H: Handler<T, S> + Described<T>,
        T: 'static,
    {
        self.added(method, filter, path, rule, Some(H::describe()), handler)
    }

    fn added<H, T>(mut self, method: Method, filter: MethodFilter, path: &str, rule: Rule, sketch: Option<Sketch>, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        let handler = on(filter, handler).with_state(self.state.clone());
        let refusals = self.refusals.clone();
        self.routes.push(Route { method, path: path.to_owned(), rule, sketch, refusals, handler });
        self
    }

    pub(crate) fn into_routes(self) -> Vec<Route> {
        self.routes
    }
}

impl<S> fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.routes).finish()
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.method, self.path, self.rule.action.name())
    }
}
