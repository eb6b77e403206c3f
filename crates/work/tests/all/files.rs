//! What jobs write, and who takes it.

use diesel::prelude::*;
use jiff::SignedDuration;
use ledger::Act;
use protocol::messages::jobs::JobState;
use store::testing::both;
use tokio::task::JoinHandle;
use vocabulary::Id128;
use work::jobs::{JobError, Jobs};

use crate::support::{Counter, ask, clock, effects, forget, jobs, officer, until_counted};

const TAKE: Act = Act::new("test:job-files.read");

diesel::table! { job_file_people (job, name, portion) { job -> Binary, name -> Text, portion -> Integer, people -> Binary, } }

#[tokio::test(flavor = "multi_thread")]
async fn whoever_took_a_jobs_file_is_found_by_everybody_of_whom_it_tells_and_by_nobody_else() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let id = ask(&jobs, "s1001", 300).await.id;
        assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
        let found = async |number: u64| {
            let acts = ledger::testing::acts_on(jobs.room(), &format!("number {number}")).await.unwrap();
            acts.iter().filter(|act| *act == TAKE.name()).count()
        };
        assert_eq!(found(1).await, 0, "written, and not taken yet");
        assert_eq!(jobs.open_file(&officer("s2002"), TAKE, id, "numbers.txt", "a test").await.unwrap().parts(), 30);
        assert_eq!(whole(&jobs, id).await.unwrap().split(|byte| *byte == b'\n').count(), 31);
        for (number, times) in [(1, 2), (150, 2), (300, 2), (301, 0)] {
            assert_eq!(found(number).await, times, "number {number}");
        }
        assert!(matches!(jobs.open_file(&officer("s2002"), TAKE, id, "others.txt", "a test").await, Err(JobError::Unknown)));
        for unsaid in ["", " ", "a\u{202E}test"] {
            let refused = jobs.open_file(&officer("s2002"), TAKE, id, "numbers.txt", unsaid).await;
            assert!(matches!(refused, Err(JobError::Cause(wire::Cause::Malformed(_)))), "{unsaid:?}: {refused:?}");
        }
        let people = || jobs.room().count(|tx| Ok::<i64, JobError>(job_file_people::table.count().get_result(tx)?));
        assert_eq!(people().await.unwrap(), 30);
        clock.advance(SignedDuration::from_hours(31 * 24));
        forget(&jobs).await;
        assert_eq!(people().await.unwrap(), 0, "names go with the file");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reason_for_which_a_file_is_taken_stands_whole_in_the_record_or_the_file_is_not_given() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let id = ask(&jobs, "s1001", 30).await.id;
        assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
        let take = async |reason: &str| jobs.open_file(&officer("s2002"), TAKE, id, "numbers.txt", reason).await;
        let before = format!("job {id}: file numbers.txt, for: ");
        let longest = "r".repeat(ledger::MAX_DETAIL - before.len());
        let long = take(&format!("{longest}r")).await;
        assert!(matches!(long, Err(JobError::LongReason(1))), "{long:?}");
        let newest = async || ledger::newest(jobs.room().raw(), 1).await.unwrap()[0].entry().unwrap().detail.to_owned();
        assert!(!newest().await.starts_with(&before));
        take(&longest).await.unwrap();
        assert_eq!(newest().await, format!("{before}{longest}"));
    })
    .await;
}

/// The whole file of a count, taken.
pub(crate) async fn whole(jobs: &Jobs, id: Id128) -> Result<Vec<u8>, JobError> {
    let blocking = jobs.clone();
    let whole = move || blocking.take_file_blocking(&officer("s2002"), TAKE, id, "numbers.txt");
    tokio::task::spawn_blocking(whole).await.unwrap()
}

/// Whoever takes the file is told that it is damaged, in parts or whole.
async fn is_damaged(jobs: &Jobs, id: Id128, case: &str) {
    let damaged = |error: JobError| matches!(error, JobError::Cause(cause) if cause.damage() == Some("a job's file"));
    assert!(jobs.open_file(&officer("s2002"), TAKE, id, "numbers.txt", "a test").await.is_err_and(damaged), "{case}");
    assert!(whole(jobs, id).await.is_err_and(damaged), "{case}");
}

/// Changes rows as somebody with the database's account and without the keys can.
async fn meddle(jobs: &Jobs, statements: &'static [&'static str]) {
    let done = jobs.room().raw().write(move |tx| {
        for sql in statements {
            diesel::sql_query(*sql).execute(tx)?;
        }
        Ok::<_, store::StoreError>(())
    });
    done.await.unwrap();
}

/// Asks for a count and runs it in the background; a portion of it is done for each permit of the counter's gate.
async fn counting(jobs: &Jobs, counter: &Counter, upto: u64) -> (Id128, JoinHandle<()>) {
    let id = ask(jobs, "s1001", upto).await.id;
    let runner = counter.runner(jobs);
    (id, tokio::spawn(async move { assert!(runner.run_next().await.unwrap()) }))
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_file_of_which_somebody_or_something_was_taken_away_is_given_to_nobody() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let cases: [&[&str]; 8] = [
            &["DELETE FROM job_file_people WHERE portion = 1"],
            &["DELETE FROM job_file_people WHERE portion = 2"],
            &["DELETE FROM job_file_people"],
            &["DELETE FROM job_file_part WHERE part = 2"],
            &["DELETE FROM job_file_part"],
            &["DELETE FROM job_file_part", "DELETE FROM job_file_people", "DELETE FROM job_file"],
            &["UPDATE job SET outcome = NULL"],
            &["UPDATE job SET outcome = NULL, state = 'cancelled'"],
        ];
        for statements in cases {
            let (id, ended) = counting(&jobs, &Counter::new(100), 30).await;
            ended.await.unwrap();
            assert_eq!(jobs.open_file(&officer("s2002"), TAKE, id, "numbers.txt", "a test").await.unwrap().parts(), 3);
            meddle(&jobs, statements).await;
            is_damaged(&jobs, id, statements[0]).await;
        }
    })
    .await;
}

const CUT: [&str; 4] = [
    "DELETE FROM job_file",
    "INSERT INTO job_file SELECT * FROM earlier_file",
    "DELETE FROM job_file_part WHERE part > 0",
    "DELETE FROM job_file_people WHERE portion > 0",
];

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_file_that_is_put_back_as_it_was_after_an_earlier_portion_is_given_to_nobody() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let counter = Counter::new(1);
        let (id, ended) = counting(&jobs, &counter, 30).await;
        until_counted(&jobs, 10).await;
        meddle(&jobs, &["CREATE TABLE earlier_file AS SELECT * FROM job_file"]).await;
        counter.gate.add_permits(100);
        ended.await.unwrap();
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
        meddle(&jobs, &CUT).await;
        is_damaged(&jobs, id, "cut").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_file_that_is_put_back_while_its_job_runs_does_not_become_a_whole_one_without_the_middle() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let counter = Counter::new(1);
        let (id, ended) = counting(&jobs, &counter, 30).await;
        until_counted(&jobs, 10).await;
        meddle(
            &jobs,
            &["CREATE TABLE earlier_file AS SELECT * FROM job_file", "CREATE TABLE earlier_job AS SELECT id, checkpoint FROM job"],
        )
        .await;
        counter.gate.add_permits(1);
        until_counted(&jobs, 20).await;
        meddle(&jobs, &CUT).await;
        meddle(&jobs, &["UPDATE job SET checkpoint = (SELECT checkpoint FROM earlier_job WHERE earlier_job.id = job.id)"]).await;
        counter.gate.add_permits(100);
        ended.await.unwrap();
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Done);
        is_damaged(&jobs, id, "without the middle").await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_file_that_is_taken_away_between_two_portions_is_missed_and_not_begun_anew() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let counter = Counter::new(1);
        let (id, ended) = counting(&jobs, &counter, 30).await;
        until_counted(&jobs, 10).await;
        meddle(&jobs, &["DELETE FROM job_file_part", "DELETE FROM job_file_people", "DELETE FROM job_file"]).await;
        counter.gate.add_permits(100);
        ended.await.unwrap();
        let job = jobs.find(id).await.unwrap();
        assert_eq!((job.state, job.problem.map(|problem| problem.status)), (JobState::Waiting, Some(500)), "somebody is told");
        assert_eq!(effects(jobs.room()).await, (1..=10).collect::<Vec<i64>>());
        is_damaged(&jobs, id, "taken away").await;
    })
    .await;
}
