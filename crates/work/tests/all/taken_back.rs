//! Taking a cancelling back: that act alone, once, and nobody else's.

use access::Caller;
use protocol::messages::jobs::{Job, JobState};
use store::testing::both;
use vocabulary::Id128;
use work::jobs::{Change, JobError, Jobs};

use crate::support::{COUNT, Counter, ask, clock, jobs, officer, until_counted};

const AT: i64 = 1_000;

async fn change(jobs: &Jobs, by: &Caller, id: Id128, change: Change) -> Result<Job, JobError> {
    jobs.change(by, COUNT, id, change).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_else_has_cancelled_is_not_this_act_and_is_not_taken_back_by_it() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let (one, other) = (officer("s1001"), officer("s2002"));
        let id = ask(&jobs, "s1001", 5).await.id;
        change(&jobs, &other, id, Change::Cancel).await.unwrap();
        let stale = change(&jobs, &one, id, Change::CancelAt(AT)).await;
        assert!(matches!(stale, Err(JobError::NotNow("cancelled"))), "{stale:?}");
        let back = change(&jobs, &one, id, Change::TakeBack(AT)).await;
        assert!(matches!(back, Err(JobError::NotNow(_))), "{back:?}");
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Cancelled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelling_is_taken_back_once_and_not_what_was_cancelled_on_purpose_since() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let (one, other) = (officer("s1001"), officer("s2002"));
        let id = ask(&jobs, "s1001", 5).await.id;
        change(&jobs, &one, id, Change::CancelAt(AT)).await.unwrap();
        for (by, at) in [(&other, AT), (&one, AT + 1)] {
            let back = change(&jobs, by, id, Change::TakeBack(at)).await;
            assert!(matches!(back, Err(JobError::NotNow(_))), "{back:?}");
        }
        assert_eq!(change(&jobs, &one, id, Change::TakeBack(AT)).await.unwrap().state, JobState::Waiting);
        assert!(matches!(change(&jobs, &one, id, Change::TakeBack(AT)).await, Err(JobError::NotNow("waiting"))), "a second press");
        change(&jobs, &other, id, Change::Cancel).await.unwrap();
        assert!(matches!(change(&jobs, &one, id, Change::TakeBack(AT)).await, Err(JobError::NotNow("cancelled"))));
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Cancelled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelling_that_whoever_runs_the_job_has_not_heard_of_is_taken_back_too() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let (one, other, counter) = (officer("s1001"), officer("s2002"), Counter::new(1));
        let id = ask(&jobs, "s1001", 25).await.id;
        let runner = counter.runner(&jobs);
        let running = tokio::spawn({
            let runner = runner.clone();
            async move { runner.run_next().await }
        });
        until_counted(&jobs, 1).await;
        assert!(matches!(change(&jobs, &one, id, Change::TakeBack(AT)).await, Err(JobError::NotNow("running"))), "nobody stopped it");
        change(&jobs, &one, id, Change::CancelAt(AT)).await.unwrap();
        let second = change(&jobs, &other, id, Change::CancelAt(AT + 1)).await;
        assert!(matches!(second, Err(JobError::NotNow("cancelled"))), "{second:?}");
        assert!(matches!(change(&jobs, &other, id, Change::TakeBack(AT + 1)).await, Err(JobError::NotNow(_))));
        change(&jobs, &one, id, Change::TakeBack(AT)).await.unwrap();
        counter.gate.add_permits(100);
        running.await.unwrap().unwrap();
        // Whoever ran it may have heard of it in between, and left it; it goes on all the same.
        while runner.run_next().await.unwrap() {}
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
    })
    .await;
}
