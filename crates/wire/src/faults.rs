//! Faults on purpose: how emulated parties and tests make a line that delays, duplicates, drops and refuses.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::problem::Problem;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is served later.
    Delay(Duration),
    /// It is refused with this status and not served.
    Refuse(StatusCode),
    /// It is lost on its way: the connection ends, nothing is served.
    DropRequest,
    /// It is served and its answer is lost: the connection ends.
    DropAnswer,
    /// It arrives twice; the second answer is given.
    Duplicate,
}

/// Which requests a fault befalls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// Requests whose route begins so; empty for all.
    pub path: String,
    /// Every which one of them, 1 for each.
    pub every: u64,
    /// How many in all; `None` without end.
    pub times: Option<u64>,
    /// What happens.
    pub fault: Fault,
}

impl FaultRule {
    /// The next request of these routes alone.
    pub fn once(path: &str, fault: Fault) -> Self {
        Self { path: path.to_owned(), every: 1, times: Some(1), fault }
    }

    /// Every `every`th request of these routes.
    pub fn every(path: &str, every: u64, fault: Fault) -> Self {
        Self { path: path.to_owned(), every: every.max(1), times: None, fault }
    }
}

struct Active {
    rule: FaultRule,
    seen: u64,
    done: u64,
}

/// The faults of one service; clones share them, so that they can be set while it serves.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Vec<Active>>>);

/// Marks a refusal that no handler made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OnPurpose;

/// Marks an answer after which the connection ends without it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut;

impl Faults {
    /// None.
    pub fn none() -> Self {
        Self::default()
    }

    /// Adds a rule.
    pub fn add(&self, rule: FaultRule) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Active { rule, seen: 0, done: 0 });
    }

    /// Takes all rules away.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn draw(&self, path: &str) -> Vec<Fault> {
        let mut active = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = active.iter_mut().filter(|active| path.starts_with(&active.rule.path));
        fitting
            .filter_map(|active| {
                active.seen += 1;
                let due = active.seen % active.rule.every == 0 && active.rule.times.is_none_or(|times| active.done < times);
                active.done += u64::from(due);
                due.then_some(active.rule.fault)
            })
            .collect()
    }

    /// Serves a request with whatever is to befall it.
    pub(crate) async fn around(&self, path: &str, request: Request, next: Next) -> Response {
        let faults = self.draw(path);
        for fault in &faults {
            match fault {
                Fault::Delay(time) => tokio::time::sleep(*time).await,
                Fault::Refuse(status) => {
                    let refused = Problem::new(*status, "fault", "refused on purpose").into_response();
                    return (axum::Extension(OnPurpose), refused).into_response();
                }
                Fault::DropRequest => return cut(),
                Fault::DropAnswer | Fault::Duplicate => {}
            }
        }
        let response = if faults.contains(&Fault::Duplicate) { twice(request, next).await } else { next.run(request).await };
        if faults.contains(&Fault::DropAnswer) { cut() } else { response }
    }
}

async fn twice(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // the guard has read the body already: it is here
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else { return cut() };
    next.clone().run(Request::from_parts(parts.clone(), Body::from(body.clone()))).await;
    next.run(Request::from_parts(parts, Body::from(body))).await
}

fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Cut);
    response
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let active = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_list().entries(active.iter().map(|active| &active.rule)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_befalls_every_nth_request_of_its_routes_so_many_times() {
        let faults = Faults::none();
        faults.add(FaultRule { path: "/atena".to_owned(), every: 3, times: Some(2), fault: Fault::DropAnswer });
        let drawn: Vec<usize> = (0..12).map(|_| faults.draw("/atena/v1/persons").len()).collect();
        assert_eq!(drawn, [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        assert!(faults.draw("/relay/v1/codes").is_empty());
    }
}
