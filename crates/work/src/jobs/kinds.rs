//! The kinds of work that there are: each with the function that does it, over what is handed to that job, and the route that asks for it.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use wire::{Json, LaterAt, Once, Problem, Refusal, RequestCaller, Routes, Rule};

use super::runner::{AttemptResult, FailedAttempt, Handler, Runner};
use super::{JobError, JobRun, Jobs, Through, WorkKind};

type AddRoute = Box<dyn FnOnce(Routes<Jobs>) -> Routes<Jobs> + Send>;

/// A kind of work that is declared: what it is, who does it once the state is there, and the route that asks for it.
struct Declaration<S> {
    about: WorkKind,
    bind: Box<dyn FnOnce(S) -> Handler + Send>,
    route: AddRoute,
}

/// What the functions of a system's work share.
pub trait Workplace: Clone + Send + Sync + 'static {
    /// Why a job is refused before it begins.
    type Error: fmt::Display + Into<Problem>;

    /// The same for one attempt at a job, which its function gets and nothing else: what can be changed beside the job (the city's folder) is in it as it
    /// was when the job began, bound to its cursors by [`JobRun::bind`]; where that is not to be had any more, the job is refused.
    fn for_job(&self, run: &JobRun) -> Result<Self, Self::Error>;
}

/// Kinds of work that a system declares, before what their handlers share is there.
pub struct DeclaredWork<S>(Vec<Declaration<S>>);

impl<S: Workplace> DeclaredWork<S> {
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
                    let (asked, state) = (job.input().map_err(FailedAttempt::of)?, state.for_job(&job).map_err(FailedAttempt::of)?);
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
                        let (asked, state) = (job.input().map_err(FailedAttempt::of)?, state.for_job(&job).map_err(FailedAttempt::of)?);
                        written(run(&state, &job, asked))
                    };
                    match tokio::task::spawn_blocking(|| seal::wiping(work)).await.map_err(tokio::task::JoinError::try_into_panic) {
                        Ok(outcome) => outcome,
                        // counted where every panic of a handler is
                        Err(Ok(panic)) => std::panic::resume_unwind(panic),
                        Err(Err(_)) => Err(FailedAttempt::of(Problem::unavailable("the program is stopping"))),
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
        let ask = move |State(jobs): State<Jobs>, RequestCaller(caller): RequestCaller, once: Once, Json(asked): Json<T>| async move {
            let kind = jobs.kind(name).ok_or(JobError::NoSuchWork)?;
            let input = serde_json::to_value(&asked).map_err(|_| wire::Defect("a job that cannot be written"))?;
            let job = jobs.ask_for(kind, &caller, input, Through::Request(once)).await?;
            Ok::<_, Problem>(LaterAt(jobs.path(job.id), job))
        };
        let about = WorkKind::of::<T, R>(name, rule.action());
        let route: AddRoute = Box::new(move |routes| routes.post(path, rule, ask));
        self.0.push(Declaration { about, bind: Box::new(bind), route });
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
    pub fn over(self, state: S) -> HandledWork {
        let handled = |one: Declaration<S>| Handled { about: one.about, handler: (one.bind)(state.clone()), route: one.route };
        HandledWork(self.0.into_iter().map(handled).collect())
    }
}

impl<S: Workplace> Default for DeclaredWork<S> {
    fn default() -> Self {
        Self::new()
    }
}

/// A kind of work with what does it.
struct Handled {
    about: WorkKind,
    handler: Handler,
    route: AddRoute,
}

/// Kinds of work with what does them.
pub struct HandledWork(Vec<Handled>);

impl HandledWork {
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
        for Handled { about, handler, route } in self.0 {
            handlers.insert(about.name, handler);
            routes = route(routes);
        }
        (Runner::of(jobs, handlers), routes)
    }
}

fn written<R: Serialize, E: Refusal>(outcome: Result<R, E>) -> AttemptResult {
    let result = outcome.map_err(FailedAttempt::of_work)?;
    serde_json::to_value(result).map_err(|_| FailedAttempt::of(wire::Defect("a job that cannot be written")))
}

impl<S> fmt::Debug for DeclaredWork<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|kind| kind.about.name)).finish()
    }
}

impl fmt::Debug for HandledWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|kind| kind.about.name)).finish()
    }
}
