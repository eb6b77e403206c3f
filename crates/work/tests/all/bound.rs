//! What somebody with the database's account and without the keys writes into the plain columns of a job is not obeyed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use diesel::prelude::*;
use protocol::messages::jobs::JobState;
use store::testing::both;
use store::{StoreError, Tx};
use vocabulary::Id128;
use wire::{Problem, peer};
use work::jobs::{JobError, JobRun, Jobs, Workplace};

use crate::support::{
    COUNT, Counted, Counter, Counting, KIND, Refused, approve, approving, ask, ask_by_hand, cancel, clock, count, effects, jobs,
};

diesel::table! { job_file_part (job, name, part) { job -> Binary, name -> Text, part -> Integer, content -> Binary, } }

async fn meddle(jobs: &Jobs, id: Id128, change: &str) {
    let change = change.to_owned();
    let done = jobs.room().raw().write(move |tx| {
        let row = match tx {
            Tx::Sqlite(_) => format!("x'{id}'"),
            Tx::Postgres(_) => format!("'\\x{id}'"),
        };
        diesel::sql_query(format!("UPDATE job SET {change} WHERE id = {row}")).execute(tx)?;
        Ok::<_, StoreError>(())
    });
    done.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_job_whose_kind_approval_or_asker_the_database_changes_is_failed_and_has_no_effect() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let counter = Counter::new(100);
        let kinds = counter
            .kinds()
            .and(work::jobs::DeclaredWork::new().job("/registry/v1/work/other", peer(COUNT), "other", count).over(counter.clone()));
        let (runner, _) = kinds.into_runner(&jobs);
        let cases = [
            (&jobs, "kind = 'other'"),
            (&jobs, "asked_by = 'operator s1002'"),
            (&jobs, "purpose = 'operation'"),
            (&jobs, "municipality = '991015'"),
            (&approving(&jobs), "needs_approval = 0, state = 'waiting'"),
            (&approving(&jobs), "state = 'waiting'"),
            (&approving(&jobs), "state = 'waiting', approved_by = 'operator s1002'"),
            (&approving(&jobs), "state = 'waiting', approved_by = ''"),
        ];
        let by_hand = ask_by_hand(&jobs, "s1001", 1).await;
        meddle(&jobs, by_hand, "by_hand = 0").await;
        assert!(!runner.run_next().await.unwrap());
        assert_eq!(jobs.find(by_hand).await.unwrap().state, JobState::Failed);
        for (upto, (asking, change)) in (2..).zip(cases) {
            let id = ask(asking, "s1001", upto).await.id;
            meddle(&jobs, id, change).await;
            assert!(!runner.run_next().await.unwrap(), "{change}");
            let job = jobs.find(id).await.unwrap();
            assert_eq!((job.state, job.problem.map(|problem| problem.status)), (JobState::Failed, Some(500)), "{change}");
        }
        assert!(effects(jobs.room()).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_nobody_approves_their_own_work_under_an_asker_that_the_database_names_nor_approves_what_was_changed_since() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let runner = Counter::new(100).runner(&jobs);
        let id = ask(&approving(&jobs), "s1001", 5).await.id;
        meddle(&jobs, id, "asked_by = 'operator s1002'").await;
        assert!(matches!(approve(&jobs, id, "s1001").await, Err(JobError::Cause(_))));
        meddle(&jobs, id, "asked_by = 'operator s1001'").await;
        assert!(matches!(approve(&jobs, id, "s1001").await, Err(JobError::SamePerson)));
        approve(&jobs, id, "s1002").await.unwrap();
        meddle(&jobs, id, "approved_by = 'operator s1003'").await;
        assert!(!runner.run_next().await.unwrap());
        assert_eq!(jobs.find(id).await.unwrap().state, JobState::Failed);
        assert!(effects(jobs.room()).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_command_line_the_account_of_the_machine_is_the_person_and_not_the_name_given_there() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let id = ask_by_hand(&approving(&jobs), "console:yamada/sato", 5).await;
        for same in ["console:yamada/sato", "console:yamada/suzuki", "console:yamada"] {
            assert!(matches!(approve(&jobs, id, same).await, Err(JobError::SamePerson)), "{same}");
        }
        approve(&jobs, id, "console:suzuki").await.unwrap();
    })
    .await;
}

/// The digest of the rules that hold, and whether a portion is done before the attempt comes to nothing.
#[derive(Clone, Default)]
struct Rules(Arc<(AtomicU8, AtomicBool)>);

impl Workplace for Rules {
    type Error = Refused;

    fn for_job(&self, run: &JobRun) -> Result<Self, Refused> {
        let is_bound = run.bind([self.0.0.load(Ordering::SeqCst); 32]);
        if is_bound { Ok(self.clone()) } else { Err(Problem::unprocessable("asked", "the rules have changed").into()) }
    }
}

async fn ruled(rules: Rules, run: JobRun, _: Counting) -> Result<Counted, Refused> {
    if rules.0.1.load(Ordering::SeqCst) {
        run.portion(COUNT, |_, _, _| Ok::<_, JobError>(ledger::Seen::nobody(()))).await?;
    }
    Err(Problem::unavailable("later").into())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_left_portions_and_no_cursor_is_bound_to_its_rules_and_one_without_a_portion_is_not() {
    both(|rooms| async move {
        let clock = clock();
        let jobs = jobs(&rooms, &clock).await;
        let rules = Rules::default();
        let runner = work::jobs::DeclaredWork::new().job("/registry/v1/work/count", peer(COUNT), KIND, ruled).over(rules.clone());
        let runner = runner.into_runner(&jobs).0;
        let id = ask(&jobs, "s1001", 1).await.id;
        for (now, has_portion, state) in
            [(1, 0, JobState::Waiting), (2, 1, JobState::Waiting), (2, 1, JobState::Waiting), (3, 1, JobState::Refused)]
        {
            rules.0.0.store(now, Ordering::SeqCst);
            rules.0.1.store(has_portion == 1, Ordering::SeqCst);
            assert!(runner.run_next().await.unwrap());
            assert_eq!(jobs.find(id).await.unwrap().state, state, "under rules {now}");
            clock.advance(jiff::SignedDuration::from_mins(10));
        }
    })
    .await;
}

async fn kept_aside(_: Counter, run: JobRun, _: Counting) -> Result<Counted, Refused> {
    let portion = run.portion(COUNT, |tx, _, portion| {
        portion.keep_aside(tx, b"what was read")?;
        portion.show(&Counted { numbers: 1 })?;
        Ok::<_, JobError>(ledger::Seen::nobody(()))
    });
    portion.await?;
    Ok(Counted { numbers: 1 })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_job_kept_aside_goes_with_its_cancelling_even_where_nobody_can_read_any_more_where_it_stands() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let kinds = work::jobs::DeclaredWork::new().job("/registry/v1/work/count", peer(COUNT), KIND, kept_aside).over(Counter::new(0));
        let runner = kinds.into_runner(&jobs).0;
        let aside = || jobs.room().count(|tx| Ok::<i64, JobError>(job_file_part::table.count().get_result(tx)?));
        for (upto, damage) in [(1, None), (2, Some("checkpoint = input"))] {
            let id = ask(&jobs, "s1001", upto).await.id;
            assert!(runner.run_next().await.unwrap());
            assert_eq!((jobs.find(id).await.unwrap().state, aside().await.unwrap()), (JobState::Previewed, 1));
            if let Some(damage) = damage {
                meddle(&jobs, id, damage).await;
            }
            cancel(&jobs, id).await.unwrap();
            assert_eq!((jobs.find(id).await.unwrap().state, aside().await.unwrap()), (JobState::Cancelled, 0), "{damage:?}");
        }
    })
    .await;
}
