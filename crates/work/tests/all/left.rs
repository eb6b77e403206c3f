//! Jobs that nobody goes on with, that are no longer to be cancelled, that failed.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use protocol::messages::jobs::JobState;
use store::testing::both;
use vocabulary::{Id128, ManualClock};
use wire::Problem;
use work::jobs::{JobError, Jobs};

use crate::support::{
    Counter, MUST_END, approve, approving, ask, ask_by_hand, cancel, clock, effects, forget, jobs, resume, until_counted,
};

/// A command that is killed once so many numbers are there.
async fn killed_at(jobs: &Jobs, clock: &Arc<ManualClock>, upto: u64, numbers: u64) -> Id128 {
    let id = ask_by_hand(jobs, "console:root", upto).await;
    let runner = Counter::new(usize::try_from(numbers).unwrap() / 10).runner(jobs);
    let command = tokio::spawn(async move { runner.run_by_hand(id, &mut |_| {}).await.map(|_| ()) });
    until_counted(jobs, usize::try_from(numbers).unwrap()).await;
    command.abort();
    let _ = command.await;
    clock.advance(SignedDuration::from_hours(25));
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_ends_every_process_that_does_it_fails_and_keeps_no_other_from_being_done() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let deadly = ask(&jobs, "s1001", 50).await.id;
        for attempt in 1..=50 {
            let runner = Counter::new(0).runner(&jobs);
            let process = tokio::spawn(async move { runner.run_next().await.map(|_| ()) });
            while jobs.find(deadly).await.unwrap().attempts < attempt {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            process.abort();
            let _ = process.await;
            clock.advance(SignedDuration::from_hours(1));
        }
        assert_eq!(jobs.find(deadly).await.unwrap().state, JobState::Running, "nobody gave it back");
        let other = ask(&jobs, "s1001", 20).await.id;
        Counter::new(100).runner(&jobs).run_next().await.unwrap();
        let failed = jobs.find(deadly).await.unwrap();
        assert_eq!((failed.state, failed.problem.as_ref().map(|problem| problem.code())), (JobState::Failed, Some("deadly")));
        assert_eq!(jobs.find(other).await.unwrap().state, JobState::Done);
        assert_eq!(effects(jobs.room()).await, (1..=20).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_command_that_is_not_run_again_is_cancelled_after_a_day_and_the_command_goes_on_with_it() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let id = killed_at(&jobs, &clock, 50, 20).await;
        let resumed = resume(&jobs, id).await;
        assert!(matches!(resumed, Err(JobError::ByHand)), "nobody would take it up: {resumed:?}");
        forget(&jobs).await;
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Cancelled);
        let resumed = resume(&jobs, id).await;
        assert!(matches!(resumed, Err(JobError::ByHand)), "nobody would take it up: {resumed:?}");
        assert_eq!(ask_by_hand(&jobs, "console:root", 50).await, id, "the command run again");
        let ended = Counter::new(100).runner(&jobs).run_by_hand(id, &mut |_| {}).await.unwrap();
        assert_eq!(ended.job.state, JobState::Done);
        assert_eq!(effects(jobs.room()).await, (1..=50).collect::<Vec<i64>>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_command_that_was_approved_days_later_is_not_left_before_a_day_since() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = approving(&jobs(&rooms, &clock).await);
        let id = ask_by_hand(&jobs, "console:root", 20).await;
        clock.advance(SignedDuration::from_hours(72));
        forget(&jobs).await;
        approve(&jobs, id, "console:suzuki").await.unwrap();
        clock.advance(SignedDuration::from_hours(23));
        forget(&jobs).await;
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Waiting);
        clock.advance(SignedDuration::from_hours(2));
        forget(&jobs).await;
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Cancelled);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_has_begun_to_change_what_holds_is_not_cancelled_and_fails_when_its_command_is_left() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let id = killed_at(&jobs, &clock, MUST_END + 50, MUST_END).await;
        let cancelled = cancel(&jobs, id).await;
        assert!(matches!(cancelled, Err(JobError::MustEnd)), "{cancelled:?}");
        forget(&jobs).await;
        let job = jobs.find(id).await.unwrap();
        assert_eq!(job.state, JobState::Failed, "somebody is told");
        let (hindrance, can_cancel) = jobs.hindrance(&job).await.unwrap();
        assert!(matches!(hindrance, Some(JobError::ByHand)), "{hindrance:?}");
        assert!(!can_cancel);
        let given_up = cancel(&jobs, id).await;
        assert!(matches!(given_up, Err(JobError::MustEnd)), "{given_up:?}");
        assert_eq!(ask_by_hand(&jobs, "console:root", MUST_END + 50).await, id);
        let ended = Counter::new(100).runner(&jobs).run_by_hand(id, &mut |_| {}).await.unwrap();
        assert_eq!(ended.job.state, JobState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_comes_after_the_portion_that_rules_it_out_does_not_stop_the_job() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(usize::try_from(MUST_END / 10).unwrap());
        let id = ask(&jobs, "s1001", MUST_END + 30).await.id;
        let runner = counter.runner(&jobs);
        let running = tokio::spawn(async move { runner.run_next().await });
        until_counted(&jobs, usize::try_from(MUST_END).unwrap()).await;
        let cancelled = cancel(&jobs, id).await;
        assert!(matches!(cancelled, Err(JobError::MustEnd)), "{cancelled:?}");
        counter.gate.add_permits(100);
        running.await.unwrap().unwrap();
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_of_a_job_that_nobody_resumes_is_forgotten_after_thirty_days() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(100);
        counter.problems.lock().unwrap().push(Problem::unprocessable("asked", "name another file"));
        let refused = ask(&jobs, "s1001", 5).await.id;
        assert!(counter.runner(&jobs).run_next().await.unwrap());
        let unapproved = ask(&approving(&jobs), "s1001", 5).await.id;
        clock.advance(SignedDuration::from_hours(24 * 30));
        forget(&jobs).await;
        let resumed = resume(&jobs, refused).await;
        assert!(matches!(resumed, Err(JobError::Forgotten)), "{resumed:?}");
        assert_eq!(jobs.find(refused).await.unwrap().problem.unwrap().code(), "asked", "what came of it is still shown");
        clock.advance(SignedDuration::from_hours(24 * 371));
        forget(&jobs).await;
        assert!(matches!(jobs.find(refused).await, Err(JobError::Unknown)));
        assert!(matches!(jobs.find(unapproved).await, Err(JobError::Unknown)), "nobody approved it for 400 days");
    })
    .await;
}
