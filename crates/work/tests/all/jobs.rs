//! Once, in portions, resumed, by one at a time, for whoever asked.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use ledger::Actor;
use protocol::Digest;
use protocol::messages::jobs::JobState;
use store::testing::both;
use vocabulary::{Clock as _, Entropy as _, Id128, SystemEntropy};
use wire::{Once, Problem};
use work::jobs::{JobError, Jobs, Through};

use crate::support::{
    COUNT, Counter, PORTION, approve, approving, ask, ask_by_hand, cancel, clock, effects, forget, jobs, officer, resume, try_to_ask,
    until_counted,
};

/// Damages a sealed column of a job, as a disk does.
async fn meddle(jobs: &Jobs, column: &str, id: Id128) {
    let column = column.to_owned();
    let change = move |tx: &mut store::Tx| {
        use diesel::RunQueryDsl as _;
        let (bytes, row) = match tx {
            store::Tx::Sqlite(_) => ("x'0102'".to_owned(), format!("x'{id}'")),
            store::Tx::Postgres(_) => ("'\\x0102'".to_owned(), format!("'\\x{id}'")),
        };
        diesel::sql_query(format!("UPDATE job SET {column} = {bytes} WHERE id = {row}")).execute(tx)?;
        Ok::<_, JobError>(())
    };
    jobs.room().raw().write(change).await.unwrap();
}

fn upto(count: u64) -> Vec<i64> {
    (1..=i64::try_from(count).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_again_under_its_key_is_the_same_job_even_when_it_has_ended() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let runner = Counter::new(100).runner(&jobs);
        let key = SystemEntropy.id128();
        let request = |upto: u64| {
            let (jobs, digest) = (jobs.clone(), Digest::of(&upto.to_be_bytes()));
            let once = Once::new("operator s1001", key, digest, jobs.room().vault());
            async move { try_to_ask(&jobs, &officer("s1001"), upto, Through::Request(once)).await }
        };
        let first = request(20).await.unwrap();
        assert_eq!(request(20).await.unwrap().id, first.id);
        assert!(matches!(request(30).await, Err(JobError::Cause(_))), "the key stands for other work");
        let unkeyed = ask(&jobs, "s1001", 30).await;
        assert_eq!(ask(&jobs, "s1001", 30).await.id, unkeyed.id, "the same work is not begun twice");
        while runner.run_next().await.unwrap() {}
        let ended = request(20).await.unwrap();
        assert_eq!((ended.id, ended.state, ended.result), (first.id, JobState::Done, Some(serde_json::json!({ "numbers": 20 }))));
        assert_ne!(ask(&jobs, "s1001", 30).await.id, unkeyed.id, "what has ended can be asked for again");
        assert_eq!(effects(jobs.room()).await.len(), 50);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_whose_process_ends_between_portions_goes_on_where_it_stood_with_one_effect() {
    both(|rooms| async move {
        let clock = clock();
        let (mine, others) = (jobs(&rooms, &clock).await, jobs(&rooms, &clock).await);
        let counter = Counter::new(3);
        let asked = ask(&mine, "s1001", 95).await;
        let runner = counter.runner(&mine);
        let killed = tokio::spawn(async move { runner.run_next().await });
        until_counted(&mine, 30).await;
        killed.abort();
        let _ = killed.await;
        let heir = Counter::new(100);
        assert!(!heir.runner(&others).run_next().await.unwrap(), "the lease still holds");
        clock.advance(SignedDuration::from_secs(31));
        assert!(heir.runner(&others).run_next().await.unwrap());
        let job = others.find(asked.id).await.unwrap();
        assert_eq!((job.state, job.attempts, job.progress.done), (JobState::Done, 2, 95));
        assert_eq!(effects(others.room()).await, upto(95));
        let written = crate::files::whole(&others, asked.id).await.unwrap();
        assert_eq!(String::from_utf8(written).unwrap().lines().count(), 10, "a portion's part of a file is its effect too");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_lost_its_lease_has_no_effect_any_more() {
    both(|rooms| async move {
        let clock = clock();
        let (mine, others) = (jobs(&rooms, &clock).await, jobs(&rooms, &clock).await);
        let asked = ask(&mine, "s1001", 40).await;
        let slow = Counter::new(1);
        let runner = slow.runner(&mine);
        let first = tokio::spawn(async move { runner.run_next().await });
        until_counted(&mine, 1).await;
        // It sleeps past its lease, as a machine that was suspended, while another does the job; then it wakes.
        let quick = Counter::new(100);
        let heir = quick.runner(&others);
        clock.advance(SignedDuration::from_secs(31));
        assert!(heir.run_next().await.unwrap());
        slow.gate.add_permits(100);
        first.await.unwrap().unwrap();
        assert_eq!(effects(mine.room()).await, upto(40));
        let job = mine.find(asked.id).await.unwrap();
        assert_eq!((job.state, job.problem), (JobState::Done, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runners_never_run_one_job_nor_two_of_a_kind_at_once() {
    both(|rooms| async move {
        let clock = clock();
        let counter = Counter::new(10_000);
        let mut ids: Vec<Id128> = Vec::new();
        let first = jobs(&rooms, &clock).await;
        for number in 0..8 {
            ids.push(ask(&first, "s1001", 50 + number).await.id);
        }
        let mut runners = tokio::task::JoinSet::new();
        for _ in 0..4 {
            let (jobs, counter, ids) = (jobs(&rooms, &clock).await, counter.clone(), ids.clone());
            runners.spawn(async move {
                let runner = counter.runner(&jobs);
                loop {
                    let began = runner.run_next().await.unwrap();
                    let mut open = false;
                    for id in &ids {
                        open |= !jobs.find(*id).await.unwrap().state.is_final();
                    }
                    if !open {
                        return;
                    }
                    if !began {
                        tokio::time::sleep(Duration::from_millis(2)).await;
                    }
                }
            });
        }
        while let Some(ended) = runners.join_next().await {
            ended.unwrap();
        }
        assert_eq!(counter.most_under_way.load(Ordering::SeqCst), 1);
        for id in ids {
            assert_eq!(first.find(id).await.unwrap().attempts, 1);
        }
        assert_eq!(effects(first.room()).await.len(), (50..58).sum::<usize>());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_stops_at_its_next_portion_and_can_be_resumed() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(1);
        let runner = counter.runner(&jobs);
        let waiting = ask(&jobs, "s1001", 5).await.id;
        cancel(&jobs, waiting).await.unwrap();
        assert_eq!(jobs.find(waiting).await.unwrap().state, JobState::Cancelled);
        assert!(!runner.run_next().await.unwrap());
        let id = ask(&jobs, "s1001", 25).await.id;
        let running = tokio::spawn({
            let runner = runner.clone();
            async move { runner.run_next().await }
        });
        until_counted(&jobs, 1).await;
        cancel(&jobs, id).await.unwrap();
        counter.gate.add_permits(100);
        running.await.unwrap().unwrap();
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Cancelled);
        assert_eq!(effects(jobs.room()).await, upto(PORTION));
        resume(&jobs, id).await.unwrap();
        assert!(runner.run_next().await.unwrap());
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
        assert_eq!(effects(jobs.room()).await, upto(25));
        let done = cancel(&jobs, id).await;
        assert!(matches!(done, Err(JobError::NotNow("done"))));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_tried_again_with_growing_pauses_and_what_cannot_be_is_refused_at_once() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(100);
        let runner = counter.runner(&jobs);
        let id = ask(&jobs, "s1001", 5).await.id;
        *counter.problems.lock().unwrap() = vec![Problem::unavailable("not yet"), Problem::unavailable("not yet")];
        for pause in [1, 2] {
            assert!(runner.run_next().await.unwrap());
            let job = jobs.find(id).await.unwrap();
            assert_eq!((job.state, job.problem.unwrap().status), (JobState::Waiting, 503));
            clock.advance(SignedDuration::from_millis(pause * 1000 - 1));
            assert!(!runner.run_next().await.unwrap(), "not before {pause} s");
            clock.advance(SignedDuration::from_millis(1));
        }
        assert!(runner.run_next().await.unwrap());
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);

        let id = ask(&jobs, "s1001", 6).await.id;
        counter.problems.lock().unwrap().push(Problem::unprocessable("asked", "name another file"));
        assert!(runner.run_next().await.unwrap());
        let job = jobs.find(id).await.unwrap();
        assert_eq!((job.state, job.attempts, job.problem.unwrap().code()), (JobState::Refused, 1, "asked"));

        let id = ask(&jobs, "s1001", 7).await.id;
        *counter.problems.lock().unwrap() = vec![Problem::unavailable("never"); 500];
        let began = clock.now_ms();
        while runner.run_next().await.unwrap() {
            clock.advance(SignedDuration::from_mins(5));
        }
        let job = jobs.find(id).await.unwrap();
        assert_eq!(job.state, JobState::Failed);
        let ended = job.finished_at.unwrap().as_millisecond() - began;
        assert!((24 * 60..24 * 60 + 6).contains(&(ended / 60_000)), "tried for a day: {ended} ms, {} attempts", job.attempts);
        counter.problems.lock().unwrap().clear();
        resume(&jobs, id).await.unwrap();
        assert!(runner.run_next().await.unwrap());
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_cannot_be_read_is_failed_and_the_others_go_on() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let first = ask(&jobs, "s1001", 5).await.id;
        clock.advance(SignedDuration::from_secs(1));
        let second = ask(&jobs, "s1001", 6).await.id;
        meddle(&jobs, "input", first).await;
        let runner = Counter::new(100).runner(&jobs);
        assert!(runner.run_next().await.unwrap());
        let job = jobs.find(first).await.unwrap();
        assert_eq!((job.state, job.problem.map(|problem| problem.status)), (JobState::Failed, Some(500)));
        assert_eq!(jobs.find(second).await.unwrap().state, JobState::Done);

        // what came of it cannot be read either: the list shows it all the same
        meddle(&jobs, "outcome", first).await;
        let mine = jobs.clone();
        let listed = jobs.room().raw().read(move |tx| mine.newest(tx, &officer("s1001"))).await.unwrap();
        assert_eq!(listed.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_party_refused_for_good_is_failed_at_once() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(100);
        let id = ask(&jobs, "s1001", 5).await.id;
        counter.problems.lock().unwrap().push(Problem::new(http::StatusCode::BAD_GATEWAY, "peer", "refused there"));
        assert!(counter.runner(&jobs).run_next().await.unwrap());
        let job = jobs.find(id).await.unwrap();
        assert_eq!((job.state, job.attempts), (JobState::Failed, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_acts_for_whoever_asked_and_its_entries_name_them() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let job = ask(&jobs, "s1001", 20).await;
        assert_eq!((job.asked_by.as_str(), job.purpose.as_str()), ("operator s1001", "statistics"));
        assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
        let newest = ledger::newest(jobs.room().raw(), 2).await.unwrap();
        for found in newest {
            let entry = found.entry().unwrap();
            assert!(matches!(entry.actor, Actor::Named(_, "s1001")), "{entry:?}");
            assert_eq!((entry.action, entry.purpose), (COUNT.name(), "statistics"));
            assert!(entry.detail.contains(" to "), "an entry of the job's own portion: {entry:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_awaits_approval_begins_when_somebody_else_has_approved_it() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let runner = Counter::new(100).runner(&jobs);
        let id = ask(&approving(&jobs), "s1001", 5).await.id;
        assert!(!runner.run_next().await.unwrap());
        assert!(matches!(approve(&jobs, id, "s1001").await, Err(JobError::SamePerson)));
        assert!(!runner.run_next().await.unwrap());
        cancel(&jobs, id).await.unwrap();
        resume(&jobs, id).await.unwrap();
        assert!(!runner.run_next().await.unwrap(), "cancelling it and taking that back is no second person's word");
        approve(&jobs, id, "s1002").await.unwrap();
        assert!(runner.run_next().await.unwrap());
        let job = jobs.find(id).await.unwrap();
        assert_eq!((job.state, job.approved_by.as_deref()), (JobState::Done, Some("operator s1002")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_by_hand_is_left_alone_by_servers_and_goes_on_when_it_is_asked_for_again() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let counter = Counter::new(2);
        let id = ask_by_hand(&jobs, "console:root", 35).await;
        assert!(!counter.runner(&jobs).run_next().await.unwrap());
        let runner = counter.runner(&jobs);
        let command = tokio::spawn(async move { runner.run_by_hand(id, &mut |_| {}).await.map(|ended| ended.job) });
        until_counted(&jobs, 20).await;
        command.abort();
        let _ = command.await;
        clock.advance(SignedDuration::from_secs(31));
        assert!(!counter.runner(&jobs).run_next().await.unwrap(), "a server does not take it up");
        let again = ask_by_hand(&jobs, "console:root", 35).await;
        assert_eq!(again, id);
        counter.gate.add_permits(100);
        let ended = counter.runner(&jobs).run_by_hand(again, &mut |_| {}).await.unwrap();
        assert_eq!((ended.job.state, ended.told), (JobState::Done, None));
        assert_eq!(effects(jobs.room()).await, upto(35));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_forgotten_after_thirty_days_and_jobs_after_four_hundred() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let id = ask(&jobs, "s1001", 5).await.id;
        assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
        clock.advance(SignedDuration::from_hours(24 * 30 - 1));
        assert_eq!((forget(&jobs).await, jobs.find(id).await.unwrap().files.len()), (0, 1));
        clock.advance(SignedDuration::from_hours(1));
        assert_eq!((forget(&jobs).await, jobs.find(id).await.unwrap().files.len()), (2, 0), "the file, and what was asked");
        clock.advance(SignedDuration::from_hours(24 * 371));
        assert_eq!(forget(&jobs).await, 1);
        assert!(matches!(jobs.find(id).await, Err(JobError::Unknown)));
    })
    .await;
}

#[test]
fn t_39_every_column_of_jobs_is_classed_and_both_databases_have_the_same() {
    let own = store::Migrations::new("test", &[]);
    assert_eq!(
        store::columns::compare(&work::columns(""), &store::testing::same_on_both(&work::every_migration(own))),
        Vec::<String>::new()
    );
}
