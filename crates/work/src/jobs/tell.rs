//! How many jobs there are, for `/readyz` and `/metrics`: those that are not at their end, and the previewed and failed ones that somebody may
//! resume.

use diesel::dsl::{count_star, min};
use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use store::{StoreError, Tx};
use wire::{Figure, Service};

use super::table::job;
use super::{JobError, Runner};

/// The states that are told.
const TOLD: [JobState; 5] = [JobState::Waiting, JobState::Running, JobState::AwaitingApproval, JobState::Previewed, JobState::Failed];

/// Jobs of one kind in one state.
struct Heap {
    kind: &'static str,
    state: &'static str,
    jobs: i64,
    oldest_seconds: i64,
}

impl Runner {
    /// Adds the task to a service, and how many jobs there are to its `/readyz` and `/metrics`. A failed job leaves the system ready.
    pub fn serve(self, service: Service) -> Service {
        let (of_ready, of_figures) = (self.clone(), self.clone());
        let names = [
            ("jobs", "Jobs that are not at their end, and failed ones, by kind and state"),
            ("jobs_age_seconds", "Age of the oldest of these jobs, by kind and state"),
        ];
        service
            .telling("jobs", move || {
                let runner = of_ready.clone();
                async move { Ok(told(&runner.heaps().await.map_err(|error| error.to_string())?)) }
            })
            .figures(names, move || {
                let runner = of_figures.clone();
                async move {
                    let heaps = runner.heaps().await.unwrap_or_default();
                    let figures =
                        |figure: fn(&Heap) -> i64| heaps.iter().map(|heap| (labels(heap), figure(heap) as f64)).collect::<Vec<Figure>>();
                    [figures(|heap| heap.jobs), figures(|heap| heap.oldest_seconds)]
                }
            })
            .task("jobs", |stop| self.run(stop))
    }
}

/// How many jobs of a room have failed and wait for somebody to resume or cancel them.
pub fn count_failed(tx: &mut Tx) -> Result<i64, StoreError> {
    let failed = job::state.eq(JobState::Failed.as_str()).and(job::input.is_not_null());
    Ok(job::table.filter(failed).count().get_result(tx)?)
}

impl Runner {
    async fn heaps(&self) -> Result<Vec<Heap>, JobError> {
        let now = self.jobs().now_ms();
        let mut heaps = Vec::new();
        for kind in self.kinds() {
            for state in TOLD.map(JobState::as_str) {
                let counted = self.jobs().room().count(move |tx| {
                    let told = job::kind.eq(kind).and(job::state.eq(state)).and(job::input.is_not_null());
                    let (jobs, oldest): (i64, Option<i64>) =
                        job::table.filter(told).select((count_star(), min(job::created_at))).first(tx)?;
                    Ok::<_, JobError>([jobs, oldest.unwrap_or(now)])
                });
                let [jobs, oldest] = counted.await?;
                if jobs > 0 {
                    heaps.push(Heap { kind, state, jobs, oldest_seconds: (now - oldest) / 1000 });
                }
            }
        }
        heaps.sort_by_key(|heap| heap.kind);
        Ok(heaps)
    }
}

fn labels(heap: &Heap) -> Vec<(String, String)> {
    vec![("kind".to_owned(), heap.kind.to_owned()), ("state".to_owned(), heap.state.to_owned())]
}

/// Nothing when none has failed.
fn told(heaps: &[Heap]) -> Option<String> {
    let failed = heaps.iter().filter(|heap| heap.state == JobState::Failed.as_str());
    let lines: Vec<String> = failed.map(|heap| format!("{} {} failed", heap.jobs, heap.kind)).collect();
    (!lines.is_empty()).then(|| format!("{}: resume or cancel them", lines.join("; ")))
}
