//! What somebody with the database's account and without the keys writes into the plain columns of a job is not obeyed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use diesel::RunQueryDsl as _;
use protocol::messages::jobs::JobState;
use store::testing::both;
use store::{StoreError, Tx};
use vocabulary::Id128;
use wire::{Problem, peer};
use work::jobs::{JobError, JobRun, Jobs, Start};

use crate::support::{COUNT, Counted, Counter, Counting, KIND, Refused, clock, count, effects, jobs, officer};

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

async fn ask(jobs: &Jobs, start: Start) -> Id128 {
    jobs.ask(&officer("s1001"), COUNT, None, start).await.unwrap().id
}

fn start(upto: u64) -> Start {
    Start::new(KIND, &Counting { upto }).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn t_23_a_job_whose_kind_approval_or_asker_the_database_changes_is_failed_and_has_no_effect() {
    both(|rooms| async move {
        let jobs = jobs(&rooms, &clock()).await;
        let counter = Counter::new(100);
        let kinds =
            counter.kinds().and(work::jobs::Kinds::new().job("/registry/v1/work/other", peer(COUNT), "other", count).over(counter.clone()));
        let (runner, _) = kinds.into_runner(&jobs);
        let cases = [
            (start(1), "kind = 'other'"),
            (start(2).by_hand(), "by_hand = 0"),
            (start(3), "asked_by = 'operator s1002'"),
            (start(4), "purpose = 'operation'"),
            (start(5), "municipality = '991015'"),
            (start(6).awaiting_approval(), "needs_approval = 0, state = 'waiting'"),
            (start(7).awaiting_approval(), "state = 'waiting'"),
            (start(8).awaiting_approval(), "state = 'waiting', approved_by = 'operator s1002'"),
            (start(9).awaiting_approval(), "state = 'waiting', approved_by = ''"),
        ];
        for (start, change) in cases {
            let id = ask(&jobs, start).await;
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
        let id = ask(&jobs, start(5).awaiting_approval()).await;
        meddle(&jobs, id, "asked_by = 'operator s1002'").await;
        let approve = |account: &'static str| {
            let mine = jobs.clone();
            jobs.room().raw().write(move |tx| mine.approve(tx, id, &officer(account)))
        };
        assert!(matches!(approve("s1001").await, Err(JobError::Cause(_))));
        meddle(&jobs, id, "asked_by = 'operator s1001'").await;
        assert!(matches!(approve("s1001").await, Err(JobError::SamePerson)));
        approve("s1002").await.unwrap();
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
        let begin = start(5).by_hand().awaiting_approval();
        let id = jobs.ask(&officer("console:yamada/sato"), COUNT, None, begin).await.unwrap().id;
        let approve = |account: &'static str| {
            let mine = jobs.clone();
            jobs.room().raw().write(move |tx| mine.approve(tx, id, &officer(account)))
        };
        for same in ["console:yamada/sato", "console:yamada/suzuki", "console:yamada"] {
            assert!(matches!(approve(same).await, Err(JobError::SamePerson)), "{same}");
        }
        approve("console:suzuki").await.unwrap();
    })
    .await;
}

/// The digest of the rules that hold, and whether a portion is done before the attempt comes to nothing.
type Rules = Arc<(AtomicU8, AtomicBool)>;

async fn ruled(rules: Rules, run: JobRun, _: Counting) -> Result<Counted, Refused> {
    if !run.bind([rules.0.load(Ordering::SeqCst); 32]) {
        return Err(Problem::unprocessable("asked", "the rules have changed").into());
    }
    if rules.1.load(Ordering::SeqCst) {
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
        let runner = work::jobs::Kinds::new().job("/registry/v1/work/count", peer(COUNT), KIND, ruled).over(Arc::clone(&rules));
        let runner = runner.into_runner(&jobs).0;
        let id = ask(&jobs, start(1)).await;
        for (now, has_portion, state) in
            [(1, 0, JobState::Waiting), (2, 1, JobState::Waiting), (2, 1, JobState::Waiting), (3, 1, JobState::Refused)]
        {
            rules.0.store(now, Ordering::SeqCst);
            rules.1.store(has_portion == 1, Ordering::SeqCst);
            assert!(runner.run_next().await.unwrap());
            assert_eq!(jobs.find(id).await.unwrap().state, state, "under rules {now}");
            clock.advance(jiff::SignedDuration::from_mins(10));
        }
    })
    .await;
}
