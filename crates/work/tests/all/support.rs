//! Rooms with jobs, and a sort of work whose effects can be counted.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use access::{Action, Caller, Policies};
use diesel::prelude::*;
use ledger::PersonId;
use protocol::messages::jobs::Job;
use serde::{Deserialize, Serialize};
use store::{Migration, Migrations, RoomName, Rooms, Tx};
use tokio::sync::Semaphore;
use utoipa::ToSchema;
use vocabulary::{Id128, ManualClock, Purpose, SystemEntropy};
use wire::testing::open_policies;
use wire::{Problem, peer};
use work::jobs::{DeclaredWork, HandledWork, JobError, JobRun, Jobs, Runner, SystemWork, Through, WorkKind, Workplace};

diesel::table! { effect (place) { place -> BigInt, number -> BigInt, } }

const EFFECTS: Migrations =
    Migrations::new("test", &[Migration::new("0001_effect", "CREATE TABLE effect (place {serial}, number BIGINT NOT NULL)")]);

pub(crate) const COUNT: Action = Action::plain("registry:counting.do");
pub(crate) const PATH: &str = "/registry/v1/work/count";
pub(crate) const KIND: &str = "count";
/// Numbers of one portion.
pub(crate) const PORTION: u64 = 10;

/// From this number on, the count is done to its end.
pub(crate) const MUST_END: u64 = 200;

/// Asks for numbers to be written down, from 1.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counting {
    pub(crate) upto: u64,
}

/// How many were written down, ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Counted {
    pub(crate) numbers: u64,
}

/// What the handlers of a test share.
#[derive(Clone)]
pub(crate) struct Counter {
    /// A portion needs one of these.
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) under_way: Arc<AtomicU32>,
    pub(crate) most_under_way: Arc<AtomicU32>,
    /// Refusals that come first.
    pub(crate) problems: Arc<std::sync::Mutex<Vec<Problem>>>,
}

impl Workplace for Counter {
    type Error = Refused;

    fn for_job(&self, _: &JobRun) -> Result<Self, Refused> {
        Ok(self.clone())
    }
}

impl Counter {
    pub(crate) fn new(portions: usize) -> Self {
        Self {
            gate: Arc::new(Semaphore::new(portions)),
            under_way: Arc::default(),
            most_under_way: Arc::default(),
            problems: Arc::default(),
        }
    }

    pub(crate) fn kinds(&self) -> HandledWork {
        DeclaredWork::new().job(PATH, peer(COUNT), KIND, count).over(self.clone())
    }

    pub(crate) fn runner(&self, jobs: &Jobs) -> Runner {
        self.kinds().into_runner(jobs).0
    }
}

/// A refusal that a test put there, or the job's own.
#[derive(Debug)]
pub(crate) struct Refused(Problem);

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<JobError> for Refused {
    fn from(error: JobError) -> Self {
        Self(error.into())
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        refused.0
    }
}

impl wire::Refusal for Refused {
    fn shared(&self) -> Option<&wire::Cause> {
        None
    }

    fn statuses() -> Vec<u16> {
        Vec::new()
    }

    fn codes() -> Vec<&'static str> {
        Vec::new()
    }
}

pub(crate) async fn count(counter: Counter, run: JobRun, asked: Counting) -> Result<Counted, Refused> {
    let under_way = counter.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    counter.most_under_way.fetch_max(under_way, Ordering::SeqCst);
    let done = counted(&counter, &run, asked).await;
    counter.under_way.fetch_sub(1, Ordering::SeqCst);
    done
}

async fn counted(counter: &Counter, run: &JobRun, asked: Counting) -> Result<Counted, Refused> {
    if let Some(problem) = counter.problems.lock().unwrap().pop() {
        return Err(Refused(problem));
    }
    let mut done: u64 = run.checkpoint()?.unwrap_or(0);
    while done < asked.upto {
        counter.gate.acquire().await.unwrap().forget();
        let last = (done + PORTION).min(asked.upto);
        run.progress("counting", last, Some(asked.upto));
        done = portion(run, done, last).await?;
    }
    Ok(Counted { numbers: done })
}

/// Writes down the numbers after `done` up to `last`.
pub(crate) async fn portion(run: &JobRun, done: u64, last: u64) -> Result<u64, JobError> {
    let mut people = run.room().people();
    people.extend((done + 1..=last).map(|number| PersonId::new(format!("number {number}"))));
    run.portion(COUNT, move |tx, record, portion| {
        record.note(format!("{} to {last}", done + 1));
        for number in done + 1..=last {
            diesel::insert_into(effect::table).values(effect::number.eq(i64::try_from(number).unwrap())).execute(tx)?;
        }
        portion.append(tx, "numbers.txt", format!("{}-{last}\n", done + 1).as_bytes(), &people)?;
        portion.checkpoint(&last)?;
        if last >= MUST_END {
            portion.rule_out_cancelling();
        }
        Ok::<_, JobError>(ledger::Seen::nobody(last))
    })
    .await
}

/// A room with jobs, opened as another process would.
pub(crate) async fn jobs(rooms: &Rooms, clock: &Arc<ManualClock>) -> Jobs {
    let migrations = [access::MIGRATIONS, wire::MIGRATIONS, work::MIGRATIONS, EFFECTS];
    let clock: Arc<dyn vocabulary::Clock> = clock.clone();
    let room = ledger::testing::room_at(rooms, &RoomName::national("jobs"), &migrations, clock).await.unwrap();
    Jobs::of(&room, Arc::new(SystemEntropy), "/registry/v1", counting(&policies()))
}

/// What the registry of these tests does.
pub(crate) fn counting(policies: &Policies) -> SystemWork {
    SystemWork::of("registry", vec![WorkKind::of::<Counting, Counted>(KIND, COUNT)], policies, &[]).unwrap()
}

/// Everybody may count.
pub(crate) fn policies() -> Policies {
    static LOADED: OnceLock<Policies> = OnceLock::new();
    LOADED.get_or_init(|| open_policies(&[("registry", &[COUNT])]).unwrap()).clone()
}

pub(crate) async fn try_to_ask(jobs: &Jobs, caller: &Caller, upto: u64, through: Through) -> Result<Job, JobError> {
    let kind = jobs.kind(KIND).unwrap();
    jobs.ask_for(kind, caller, serde_json::to_value(Counting { upto }).unwrap(), through).await
}

pub(crate) async fn ask(jobs: &Jobs, account: &str, upto: u64) -> Job {
    try_to_ask(jobs, &officer(account), upto, Through::Form).await.unwrap()
}

/// As a command that does the work itself.
pub(crate) async fn ask_by_hand(jobs: &Jobs, account: &str, upto: u64) -> Id128 {
    try_to_ask(jobs, &officer(account), upto, Through::Command(String::new())).await.unwrap().id
}

/// The same jobs, where a second person approves.
pub(crate) fn approving(jobs: &Jobs) -> Jobs {
    jobs.with_second_person(&[KIND.to_owned()]).unwrap()
}

async fn change<T: Send + 'static>(
    jobs: &Jobs,
    f: impl FnOnce(&Jobs, &mut Tx) -> Result<T, JobError> + Send + 'static,
) -> Result<T, JobError> {
    let mine = jobs.clone();
    jobs.room().raw().write(move |tx| f(&mine, tx)).await
}

pub(crate) async fn cancel(jobs: &Jobs, id: Id128) -> Result<(), JobError> {
    change(jobs, move |jobs, tx| jobs.cancel(tx, id, &officer("s1001"))).await
}

pub(crate) async fn resume(jobs: &Jobs, id: Id128) -> Result<(), JobError> {
    change(jobs, move |jobs, tx| jobs.resume(tx, id, &officer("s1001"))).await
}

pub(crate) async fn approve(jobs: &Jobs, id: Id128, account: &str) -> Result<(), JobError> {
    let by = officer(account);
    change(jobs, move |jobs, tx| jobs.approve(tx, id, &by)).await
}

/// Upkeep, as it is done every hour → how many it dealt with.
pub(crate) async fn forget(jobs: &Jobs) -> usize {
    change(jobs, |jobs, tx| jobs.forget(tx)).await.unwrap()
}

/// Waits until so many numbers are written down.
pub(crate) async fn until_counted(jobs: &Jobs, numbers: usize) {
    while effects(jobs.room()).await.len() < numbers {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) const MIGRATIONS: [Migrations; 2] = [work::MIGRATIONS, EFFECTS];

pub(crate) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at("2026-11-22T00:00:00Z".parse().unwrap()))
}

pub(crate) fn officer(account: &str) -> Caller {
    ledger::testing::caller(account, Purpose::Statistics)
}

/// What was written down, in its order.
pub(crate) async fn effects(room: &ledger::Room) -> Vec<i64> {
    let numbers = room.raw().read(|tx| Ok::<_, store::StoreError>(effect::table.order(effect::place).select(effect::number).load(tx)?));
    numbers.await.unwrap()
}
