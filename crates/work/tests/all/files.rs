//! What jobs write, and who takes it.

use diesel::prelude::*;
use jiff::SignedDuration;
use ledger::Act;
use store::testing::both;
use work::jobs::{JobError, Start};

use crate::support::{COUNT, Counter, Counting, KIND, clock, jobs, officer};

diesel::table! { job_file_people (job, name, portion) { job -> Binary, name -> Text, portion -> Integer, people -> Binary, } }

#[tokio::test(flavor = "multi_thread")]
async fn whoever_took_a_jobs_file_is_found_by_everybody_of_whom_it_tells_and_by_nobody_else() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let start = Start::new(KIND, &Counting { upto: 300 }).unwrap();
        let id = jobs.ask(&officer("s1001"), COUNT, None, start).await.unwrap().id;
        assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
        let take = Act::new("test:job-files.read");
        let found = async |number: u64| {
            let acts = ledger::testing::acts_on(jobs.room(), &format!("number {number}")).await.unwrap();
            acts.iter().filter(|act| *act == take.name()).count()
        };
        assert_eq!(found(1).await, 0, "written, and not taken yet");
        assert_eq!(jobs.open_file(&officer("s2002"), take, id, "numbers.txt").await.unwrap().parts(), 30);
        let blocking = jobs.clone();
        let whole = move || blocking.take_file_blocking(&officer("s2002"), take, id, "numbers.txt").unwrap();
        assert_eq!(tokio::task::spawn_blocking(whole).await.unwrap().split(|byte| *byte == b'\n').count(), 31);
        for (number, times) in [(1, 2), (150, 2), (300, 2), (301, 0)] {
            assert_eq!(found(number).await, times, "number {number}");
        }
        assert!(matches!(jobs.open_file(&officer("s2002"), take, id, "others.txt").await, Err(JobError::Unknown)));
        let people = || jobs.room().count(|tx| Ok::<i64, JobError>(job_file_people::table.count().get_result(tx)?));
        assert_eq!(people().await.unwrap(), 30);
        clock.advance(SignedDuration::from_hours(31 * 24));
        let mine = jobs.clone();
        jobs.room().raw().write(move |tx| mine.forget(tx)).await.unwrap();
        assert_eq!(people().await.unwrap(), 0, "names go with the file");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_which_somebody_or_something_was_taken_away_is_given_to_nobody() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let take = Act::new("test:job-files.read");
        for sql in [
            "DELETE FROM job_file_people WHERE portion = 1",
            "DELETE FROM job_file_people WHERE portion = 2",
            "DELETE FROM job_file_people",
            "DELETE FROM job_file_part WHERE part = 2",
            "DELETE FROM job_file_part",
        ] {
            let start = Start::new(KIND, &Counting { upto: 30 }).unwrap();
            let id = jobs.ask(&officer("s1001"), COUNT, None, start).await.unwrap().id;
            assert!(Counter::new(100).runner(&jobs).run_next().await.unwrap());
            assert_eq!(jobs.open_file(&officer("s2002"), take, id, "numbers.txt").await.unwrap().parts(), 3);
            let taken_away = jobs.room().raw().write(move |tx| Ok::<_, store::StoreError>(diesel::sql_query(sql).execute(tx)?));
            assert!(taken_away.await.unwrap() > 0, "{sql}");
            let refused = |error: JobError| matches!(error, JobError::Cause(cause) if cause.damage() == Some("a job's file"));
            assert!(jobs.open_file(&officer("s2002"), take, id, "numbers.txt").await.is_err_and(refused), "{sql}");
            let blocking = jobs.clone();
            let whole = move || blocking.take_file_blocking(&officer("s2002"), take, id, "numbers.txt");
            assert!(tokio::task::spawn_blocking(whole).await.unwrap().is_err_and(refused), "{sql}");
        }
    })
    .await;
}
