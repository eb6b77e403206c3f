//! What sorts of work there are: each with the function that does it, and the route that asks for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError};

use axum::extract::State;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use wire::{Asked, Json, LaterAt, Once, Problem, Refusal, Routes, Rule};

use super::runner::{Handler, Missed, Outcome, Runner};
use super::{JobError, JobRun, Jobs, Start, WorkKind};

type AddRoute = Box<dyn FnOnce(Routes<Jobs>) -> Routes<Jobs> + Send>;

struct Kind<S> {
    about: WorkKind,
    bind: Box<dyn FnOnce(S) -> Handler + Send>,
    route: AddRoute,
}

/// Sorts of work, before what their handlers share is there.
pub struct Kinds<S = ()>(Vec<Kind<S>>);

impl<S: Clone + Send + Sync + 'static> Kinds<S> {
    /// None yet.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// Work that awaits. `POST path` with a `T` asks for it and answers 202 with the job; its result is the `R`.
    #[must_use]
    pub fn job<T, R, E, F, Fut>(self, path: &'static str, rule: Rule, kind: &'static str, run: F) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
        R: Serialize + ToSchema,
        E: Refusal,
        F: Fn(S, JobRun, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, E>> + Send + 'static,
    {
        let run = Arc::new(run);
        let bind = move |state: S| -> Handler {
            Arc::new(move |job| {
                let (state, run) = (state.clone(), Arc::clone(&run));
                Box::pin(async move {
                    let asked = job.input().map_err(Missed::of)?;
                    written(run(state, job, asked).await)
                })
            })
        };
        self.with::<T, R>(path, rule, kind, bind)
    }

    /// Work that blocks: it has a thread of its own.
    #[must_use]
    pub fn blocking<T, R, E, F>(self, path: &'static str, rule: Rule, kind: &'static str, run: F) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
        R: Serialize + ToSchema,
        E: Refusal,
        F: Fn(&S, &JobRun, T) -> Result<R, E> + Send + Sync + 'static,
    {
        let run = Arc::new(run);
        let bind = move |state: S| -> Handler {
            Arc::new(move |job| {
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
            })
        };
        self.with::<T, R>(path, rule, kind, bind)
    }

    fn with<T, R>(mut self, path: &'static str, rule: Rule, name: &'static str, bind: impl FnOnce(S) -> Handler + Send + 'static) -> Self
    where
        T: Serialize + DeserializeOwned + ToSchema + Send + 'static,
        R: ToSchema,
    {
        let ask = move |State(jobs): State<Jobs>, Asked(caller): Asked, once: Once, Json(asked): Json<T>| async move {
            let start = Start::new(name, &asked)?;
            let job = jobs.ask(&caller, rule.action(), Some(once), start).await?;
            Ok::<_, Problem>(LaterAt(jobs.path(job.id), job))
        };
        let about = WorkKind::of::<T, R>(name, rule.action());
        let route: AddRoute = Box::new(move |routes| routes.post(path, rule, ask));
        self.0.push(Kind { about, bind: Box::new(bind), route });
        self
    }

    /// These and others over the same state.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// What each is.
    pub fn about(&self) -> Vec<WorkKind> {
        self.0.iter().map(|kind| kind.about.clone()).collect()
    }

    /// The same with what their handlers share.
    pub fn over(self, state: S) -> WorkKinds {
        let bound = |kind: Kind<S>| BoundKind { about: kind.about, handler: (kind.bind)(state.clone()), route: kind.route };
        WorkKinds(self.0.into_iter().map(bound).collect())
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Kinds<S> {
    fn default() -> Self {
        Self::new()
    }
}

struct BoundKind {
    about: WorkKind,
    handler: Handler,
    route: AddRoute,
}

/// Sorts of work that can be done.
pub struct WorkKinds(Vec<BoundKind>);

impl WorkKinds {
    /// These and those over another state.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// What does them, and the routes that ask for them.
    pub fn into_runner(self, jobs: &Jobs) -> (Runner, Routes<Jobs>) {
        let mut routes = Routes::of(jobs.clone()).refusing::<JobError>();
        let mut handlers = HashMap::new();
        let mut known = jobs.0.kinds.write().unwrap_or_else(PoisonError::into_inner);
        for BoundKind { about, handler, route } in self.0 {
            handlers.insert(about.name, handler);
            known.retain(|kind| kind.name != about.name);
            known.push(about);
            routes = route(routes);
        }
        drop(known);
        (Runner::of(jobs, handlers), routes)
    }
}

fn written<R: Serialize, E: Refusal>(outcome: Result<R, E>) -> Outcome {
    let result = outcome.map_err(Missed::of_work)?;
    serde_json::to_value(result).map_err(|_| Missed::of(wire::Defect("a job that cannot be written")))
}

impl<S> fmt::Debug for Kinds<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|kind| kind.about.name)).finish()
    }
}

impl fmt::Debug for WorkKinds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|kind| kind.about.name)).finish()
    }
}
