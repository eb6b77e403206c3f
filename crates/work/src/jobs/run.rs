//! A job that is being done: what its handler gets.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use access::Caller;
use diesel::prelude::*;
use ledger::{Act, Impersonal, LedgerError, People, Record, Room, Seen};
use protocol::Digest;
use protocol::messages::jobs::JobProgress;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::{StoreError, Tx};
use vocabulary::{Id128, SystemEntropy};

use super::position::{Files, JobPosition};
use super::table::{job, job_row};
use super::{JobError, Jobs, SystemWork, files, lease};

/// A job as it was taken up.
pub(super) struct LeasedJob {
    pub(super) id: Id128,
    pub(super) kind: String,
    pub(super) lease: Id128,
    pub(super) caller: Caller,
    pub(super) input: serde_json::Value,
    /// As the attempt before left it.
    pub(super) standing: JobPosition,
    pub(super) progress: JobProgress,
}

/// One attempt at a job. Cheap to clone.
#[derive(Clone)]
pub struct JobRun(Arc<Attempt>);

struct Attempt {
    jobs: Jobs,
    /// Whether there is no job behind it.
    alone: bool,
    leased: LeasedJob,
    progress: Mutex<JobProgress>,
    /// For how long the last portion held the room's writer, in microseconds.
    held_us: AtomicU64,
    /// Whether somebody waited for it at its end.
    waited_for: AtomicBool,
    /// Portions that were begun.
    portions: AtomicUsize,
    /// What it was bound to.
    rules: OnceLock<[u8; 32]>,
    /// Whether no rule decides what is left of it.
    is_free: AtomicBool,
    /// Where it stands by its last portion: what the database says meanwhile is not asked.
    stands: Mutex<JobPosition>,
    /// Where it will stand once the portion that is being done is committed.
    to_stand: Mutex<Option<JobPosition>>,
}

impl JobRun {
    pub(super) fn new(jobs: &Jobs, leased: LeasedJob) -> Self {
        Self::attempt(jobs.clone(), false, leased)
    }

    fn attempt(jobs: Jobs, alone: bool, leased: LeasedJob) -> Self {
        let progress = Mutex::new(leased.progress.clone());
        let stands = Mutex::new(leased.standing.clone());
        let (held_us, waited_for, portions) = (AtomicU64::default(), AtomicBool::default(), AtomicUsize::default());
        let (rules, is_free, to_stand) = (OnceLock::new(), AtomicBool::default(), Mutex::default());
        Self(Arc::new(Attempt { jobs, alone, leased, progress, held_us, waited_for, portions, rules, is_free, stands, to_stand }))
    }

    /// The same work done at once for whoever asks, without a job: its portions are as durable, nothing resumes it, and what it writes into
    /// files is not kept. For tools and tests.
    pub fn alone(room: &Room, caller: &Caller) -> Self {
        let jobs = Jobs::of(room, Arc::new(SystemEntropy), "", SystemWork::none());
        let nobody = Id128::from_bytes([0; 16]);
        let progress = JobProgress::default();
        let (kind, input, standing) = (String::new(), serde_json::Value::Null, JobPosition::default());
        let leased = LeasedJob { id: nobody, kind, lease: nobody, caller: caller.clone(), input, standing, progress };
        Self::attempt(jobs, true, leased)
    }

    /// Which job it is.
    pub fn id(&self) -> Id128 {
        self.0.leased.id
    }

    /// Who asked, and what for: the job acts for them.
    pub fn caller(&self) -> &Caller {
        &self.0.leased.caller
    }

    /// The jobs of its room.
    pub fn jobs(&self) -> &Jobs {
        &self.0.jobs
    }

    /// The room it works in.
    pub fn room(&self) -> &Room {
        self.0.jobs.room()
    }

    pub(super) fn kind(&self) -> &str {
        &self.0.leased.kind
    }

    pub(super) fn input<T: DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.0.leased.input.clone()).map_err(|_| wire::Damaged("the input of a job").into())
    }

    /// Where the last portion of an earlier attempt left off; none at the beginning.
    pub fn checkpoint<T: DeserializeOwned>(&self) -> Result<Option<T>, JobError> {
        self.0.leased.standing.cursor()
    }

    /// Binds the work to rules that may be changed beside it, by their digest: every portion from now on says so, whether it leaves a cursor
    /// or not → whether the portions of earlier attempts, if there were some, were done under the same rules. An attempt without a portion
    /// leaves nothing bound. Once in an attempt, before its first portion.
    pub fn bind(&self, rules: [u8; 32]) -> bool {
        let rules = self.0.rules.get_or_init(|| rules);
        self.0.leased.standing.rules.is_none_or(|before| before.0 == *rules)
    }

    /// Of this kind of work no rule decides what is left: its portions are bound to none, and it goes on under whatever holds then. Before the
    /// first portion.
    pub fn work_under_any_rules(&self) {
        self.0.is_free.store(true, Ordering::SeqCst);
    }

    fn stands(&self) -> JobPosition {
        self.0.stands.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What it has written.
    pub(super) fn files(&self) -> Files {
        self.stands().files
    }

    /// Tells how far the work is; written down with the next portion, and every second.
    pub fn progress(&self, step: &str, done: u64, total: Option<u64>) {
        *self.0.progress.lock().unwrap_or_else(PoisonError::into_inner) = JobProgress { done, total, step: step.to_owned() };
    }

    pub(super) fn told(&self) -> JobProgress {
        self.0.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A file that the job has written so far leaves it, with an entry that names everybody of whom it tells; empty when there is none. For a
    /// thread that may block.
    pub fn take_file_blocking(&self, act: impl Into<Act>, name: &str) -> Result<Vec<u8>, JobError> {
        if self.0.alone {
            return Ok(Vec::new());
        }
        self.0.jobs.take_of_blocking(self.caller(), act, Some(self.files()), (self.id(), name))
    }

    pub(super) fn held(&self, tx: &mut Tx) -> Result<(), JobError> {
        if self.0.alone {
            return Ok(());
        }
        lease::held(tx, self.0.leased.id, self.0.leased.lease)
    }

    pub(super) fn renew(&self, tx: &mut Tx) -> Result<(), JobError> {
        self.held(tx)?;
        self.0.jobs.renew(tx, self.0.leased.id, &self.told())
    }

    /// One portion: what it changes, its entry in the record of use, the cursor, the progress and the lease are one transaction. When the
    /// job is cancelled or another process has taken it up, nothing of it has an effect. What leaves it says whose it is. Keep it short: others
    /// wait for it to read.
    pub async fn portion<T, E, F>(&self, act: impl Into<Act>, f: F) -> Result<T, E>
    where
        F: FnOnce(&mut Tx, &mut Record<'_>, &mut Portion<'_>) -> Result<Seen<T>, E> + Send + 'static,
        T: Send + 'static,
        E: From<JobError> + From<StoreError> + From<LedgerError> + Send + 'static,
    {
        let run = self.clone();
        let done = self.room().change(self.caller(), act, move |tx, record| run.fenced(tx, |tx, portion| f(tx, record, portion))).await;
        self.ended(done)
    }

    /// [`JobRun::portion`] for a thread that may block.
    ///
    /// ```
    /// # use ledger::{Act, PersonId, Seen};
    /// # use work::jobs::{JobError, JobRun};
    /// # fn example(run: &JobRun) -> Result<String, JobError> {
    /// run.portion_blocking(Act::new("test:names.read"), |_tx, _record, _portion| {
    ///     Ok::<_, JobError>(Seen::person(PersonId::new("0000012"), "見本".to_owned()))
    /// })
    /// # }
    /// ```
    ///
    /// Without saying whose name it is this does not compile, and neither does a name that leaves [`JobRun::aside_blocking`]:
    ///
    /// ```compile_fail,E0308
    /// # use ledger::Act;
    /// # use work::jobs::{JobError, JobRun};
    /// # fn example(run: &JobRun) -> Result<String, JobError> {
    /// run.portion_blocking(Act::new("test:names.read"), |_tx, _record, _portion| Ok::<_, JobError>("見本".to_owned()))
    /// # }
    /// ```
    ///
    /// ```compile_fail,E0277
    /// # use work::jobs::{JobError, JobRun};
    /// # fn example(run: &JobRun) -> Result<String, JobError> {
    /// run.aside_blocking(|_tx, _portion| Ok::<_, JobError>("見本".to_owned()))
    /// # }
    /// ```
    pub fn portion_blocking<T, E>(
        &self,
        act: impl Into<Act>,
        f: impl FnOnce(&mut Tx, &mut Record<'_>, &mut Portion<'_>) -> Result<Seen<T>, E>,
    ) -> Result<T, E>
    where
        E: From<JobError> + From<StoreError> + From<LedgerError>,
    {
        self.timed(|began| {
            self.room().change_blocking(self.caller(), act, |tx, record| {
                *began = Some(Instant::now());
                self.fenced(tx, |tx, portion| f(tx, record, portion))
            })
        })
    }

    /// A portion without an entry in the record of use, for what is kept aside and shown to nobody yet: nothing leaves it but what is [`Impersonal`]. For a
    /// thread that may block.
    pub fn aside_blocking<N, E>(&self, f: impl FnOnce(&mut Tx, &mut Portion<'_>) -> Result<N, E>) -> Result<N, E>
    where
        N: Impersonal,
        E: From<JobError> + From<StoreError>,
    {
        self.timed(|began| {
            self.room().maintain_blocking(|tx| {
                *began = Some(Instant::now());
                self.fenced(tx, f)
            })
        })
    }

    /// Rows of a portion of which a feature takes so many: all of them, but in a rehearsal.
    pub fn rows(&self, usual: usize) -> usize {
        self.0.jobs.0.rehearsal.as_ref().map_or(usual, |rehearsal| usual.min(rehearsal.rows()))
    }

    /// [`JobRun::rows`] for a query's limit.
    pub fn limit(&self, usual: usize) -> i64 {
        i64::try_from(self.rows(usual)).unwrap_or(i64::MAX)
    }

    /// For how long the last portion that blocked held the room's writer, its commit included.
    pub(super) fn held_for(&self) -> Duration {
        Duration::from_micros(self.0.held_us.load(Ordering::Relaxed))
    }

    /// Whether somebody waited for the room's writer when the last portion was about to give it back.
    pub fn was_waited_for(&self) -> bool {
        self.0.waited_for.load(Ordering::Relaxed)
    }

    /// A portion that tells when it got the writer.
    fn timed<T, E>(&self, portion: impl FnOnce(&mut Option<Instant>) -> Result<T, E>) -> Result<T, E> {
        let mut began = None;
        let done = portion(&mut began);
        let held = began.map_or(Duration::ZERO, |began| began.elapsed());
        self.0.held_us.store(u64::try_from(held.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.ended(done)
    }

    /// A portion is over: if it was committed, the job stands where it says.
    fn ended<T, E>(&self, done: Result<T, E>) -> Result<T, E> {
        let to_stand = self.0.to_stand.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Ok(_), Some(standing)) = (&done, to_stand) {
            *self.0.stands.lock().unwrap_or_else(PoisonError::into_inner) = standing;
        }
        self.0.jobs.ring();
        done
    }

    fn fenced<T, E: From<JobError>>(&self, tx: &mut Tx, f: impl FnOnce(&mut Tx, &mut Portion<'_>) -> Result<T, E>) -> Result<T, E> {
        self.held(tx)?;
        let mut portion = Portion { run: self, standing: self.stands(), result: None, preview: None, must_end: false };
        let value = f(tx, &mut portion)?;
        portion.settle(tx)?;
        self.0.waited_for.store(self.room().is_waited_for(), Ordering::Relaxed);
        let place = self.0.portions.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.jobs.0.rehearsal.as_ref().map_or(Ok(()), |rehearsal| rehearsal.portion(place))?;
        Ok(value)
    }
}

impl fmt::Debug for JobRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobRun({} {})", self.kind(), self.id())
    }
}

/// What a portion says about the job.
#[derive(Debug)]
pub struct Portion<'r> {
    run: &'r JobRun,
    standing: JobPosition,
    result: Option<serde_json::Value>,
    preview: Option<serde_json::Value>,
    must_end: bool,
}

impl Portion<'_> {
    /// Where the next portion begins, should this process end before it: under the rules to which the work is bound.
    pub fn checkpoint(&mut self, cursor: &impl Serialize) -> Result<(), JobError> {
        self.standing.point(cursor)
    }

    /// The job is done with this portion; its handler returns the same result.
    pub fn done(&mut self, result: &impl Serialize) -> Result<(), JobError> {
        self.result = Some(serde_json::to_value(result).map_err(|_| wire::Defect("a job that cannot be written"))?);
        Ok(())
    }

    /// The job stops with this portion and shows what the rest of it would bring, in the form of its result; its handler returns the same. A
    /// person resumes it, and it goes on from the portion's checkpoint.
    pub fn show(&mut self, preview: &impl Serialize) -> Result<(), JobError> {
        self.preview = Some(serde_json::to_value(preview).map_err(|_| wire::Defect("a job that cannot be written"))?);
        Ok(())
    }

    /// From this portion on the job changes what holds, and is done to its end: nobody cancels it any more.
    pub fn rule_out_cancelling(&mut self) {
        self.must_end = true;
    }

    /// Adds to the end of a file of the job. Whoever takes the file has these people in their entry: all of whom `content` tells.
    pub fn append(&mut self, tx: &mut Tx, name: &str, content: &[u8], people: &People) -> Result<(), JobError> {
        if self.run.0.alone || content.is_empty() {
            return Ok(());
        }
        let jobs = &self.run.0.jobs;
        files::append(tx, jobs, &mut self.standing.files, (self.run.id(), name), content, people)
    }

    /// Adds to the end of a file of the job what tells of nobody: places in a file that somebody brought, and what is wrong there.
    pub fn append_of_nobody(&mut self, tx: &mut Tx, name: &str, content: &[u8]) -> Result<(), JobError> {
        self.append(tx, name, content, &self.run.room().people())
    }

    /// Takes away a file that an earlier attempt began.
    pub fn remove(&mut self, tx: &mut Tx, name: &str) -> Result<(), JobError> {
        files::remove(tx, &mut self.standing.files, self.run.id(), name)
    }

    /// Writes down where the job stands now, whether this portion has moved its cursor or not.
    fn settle(self, tx: &mut Tx) -> Result<(), JobError> {
        let Self { run, mut standing, result, preview, must_end } = self;
        if run.0.alone {
            return Ok(());
        }
        let (jobs, id) = (&run.0.jobs, run.id());
        jobs.renew(tx, id, &run.told())?;
        if !run.0.is_free.load(Ordering::SeqCst) {
            standing.rules = run.0.rules.get().copied().map(Digest).or(standing.rules);
        }
        standing.has_shown |= preview.is_some();
        let sealed = standing.seal(jobs.room().vault(), id)?;
        let changes = (job::checkpoint.eq(Some(sealed)), job::failures.eq(0), job::failing_since.eq(None::<i64>));
        diesel::update(job_row(id)).set(changes).execute(tx)?;
        if must_end {
            diesel::update(job_row(id)).set(job::must_end.eq(1)).execute(tx)?;
        }
        if let Some(result) = result {
            jobs.done(tx, id, result, standing.files.clone())?;
        }
        if let Some(preview) = preview {
            jobs.previewed(tx, id, preview)?;
        }
        *run.0.to_stand.lock().unwrap_or_else(PoisonError::into_inner) = Some(standing);
        Ok(())
    }
}
