//! What sorts of work there are: each with the function that does it, and the route that asks for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError};

use access::Action;
use axum::extract::State;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use wire::{Asked, Json, LaterAt, Once, Problem, Routes, Rule};

use super::runner::{Handler, Missed, Outcome, Runner};
use super::{JobError, JobRun, Jobs, Start};

type AddRoute = Box<dyn FnOnce(Routes<Jobs>) -> Routes<Jobs> + Send>;

struct Kind {
    name: &'static str,
    action: Action,
    handler: Handler,
    route: Option<AddRoute>,
}

/// Sorts of work over the state that their handlers share.
pub struct Kinds<S = ()> {
    state: S,
    kinds: Vec<Kind>,
}

impl<S: Clone + Send + Sync + 'static> Kinds<S> {
    /// None yet, over this state.
    pub fn of(state: S) -> Self {
        Self { state, kinds: Vec::new() }
    }

    /// Work that awaits. `POST path` with a `T` asks for it and answers 202 with the job; its result is the `R`.
    #[must_use]
    pub fn job<T, R, E, F, Fut>(self, path: &'static str, rule: Rule, kind: &'static str, run: F) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
        R: Serialize,
        E: fmt::Display + Into<Problem>,
        F: Fn(S, JobRun, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let (state, run) = (self.state.clone(), Arc::new(run));
        let handler: Handler = Arc::new(move |job| {
            let (state, run) = (state.clone(), Arc::clone(&run));
            Box::pin(async move {
                let asked = job.input().map_err(Missed::of)?;
                written(run(state, job, asked).await)
            })
        });
        self.with::<T>(path, rule, kind, handler)
    }

    /// Work that blocks: it has a thread of its own.
    #[must_use]
    pub fn blocking<T, R, E, F>(self, path: &'static str, rule: Rule, kind: &'static str, run: F) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
        R: Serialize,
        E: fmt::Display + Into<Problem>,
        F: Fn(&S, &JobRun, T) -> Result<R, E> + Send + Sync + 'static,
    {
        let (state, run) = (self.state.clone(), Arc::new(run));
        let handler: Handler = Arc::new(move |job| {
            let (state, run) = (state.clone(), Arc::clone(&run));
            Box::pin(async move {
                let work = move || {
                    let asked = job.input().map_err(Missed::of)?;
                    written(run(&state, &job, asked))
                };
                match tokio::task::spawn_blocking(work).await.map_err(tokio::task::JoinError::try_into_panic) {
                    Ok(outcome) => outcome,
                    // counted where every panic of a handler is
                    Err(Ok(panic)) => std::panic::resume_unwind(panic),
                    Err(Err(_)) => Err(Missed::of(Problem::unavailable("the program is stopping"))),
                }
            })
        });
        self.with::<T>(path, rule, kind, handler)
    }

    fn with<T>(mut self, path: &'static str, rule: Rule, name: &'static str, handler: Handler) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
    {
        let ask = move |State(jobs): State<Jobs>, Asked(caller): Asked, once: Once, Json(asked): Json<T>| async move {
            let start = Start::new(name, &asked)?;
            let job = jobs.ask(&caller, rule.action(), Some(once), start).await?;
            Ok::<_, Problem>(LaterAt(jobs.path(job.id), job))
        };
        let action = rule.action();
        let route: AddRoute = Box::new(move |routes| routes.post(path, rule, ask));
        self.kinds.push(Kind { name, action, handler, route: Some(route) });
        self
    }

    /// These and those over another state.
    #[must_use]
    pub fn and<T>(mut self, others: Kinds<T>) -> Self {
        self.kinds.extend(others.kinds);
        self
    }

    /// What does them, and the routes that ask for them.
    pub fn into_runner(self, jobs: &Jobs) -> (Runner, Routes<Jobs>) {
        let mut routes = Routes::of(jobs.clone()).refusing::<JobError>();
        let mut handlers = HashMap::new();
        for Kind { name, action, handler, route } in self.kinds {
            handlers.insert(name, handler);
            jobs.0.kinds.write().unwrap_or_else(PoisonError::into_inner).insert(name, action);
            if let Some(add) = route {
                routes = add(routes);
            }
        }
        (Runner::of(jobs, handlers), routes)
    }
}

fn written<R: Serialize, E: fmt::Display + Into<Problem>>(outcome: Result<R, E>) -> Outcome {
    let result = outcome.map_err(Missed::of)?;
    serde_json::to_value(result).map_err(|_| Missed::of(wire::Defect("a job that cannot be written")))
}

impl<S> fmt::Debug for Kinds<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.kinds.iter().map(|kind| kind.name)).finish()
    }
}
