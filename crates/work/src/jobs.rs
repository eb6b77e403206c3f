//! Long pieces of work: asked for once, done in portions, resumed after a kill.
//!
//! A feature names its work in one line, with the function that does it; that gives the route (202 with the job) and the handler:
//!
//! ```ignore
//! DeclaredWork::new().blocking(messages::EXTRACT, peer(EXTRACT), "extract", job::extract)
//!
//! fn extract(registry: &Registry, run: &JobRun, asked: Extract) -> Result<Extracted, RegistryError> {
//!     let mut next: u64 = run.checkpoint()?.unwrap_or(0);   // `registry` is that of the job: Workplace::for_job
//!     while … {
//!         run.portion_blocking(EXTRACT, |tx, record, portion| {
//!             …                              // effect, entry, cursor and lease are one transaction
//!             portion.checkpoint(&next)?;
//!             Ok(Seen::many(people, next))   // whose data leave the portion
//!         })?;
//!     }
//!     Ok(Extracted { … })
//! }
//! ```
//!
//! How much goes into a portion is no number of the feature's: a [`Pace`] follows how long portions hold the room's writer. Rules
//! that may be changed beside the work are bound to it ([`Workplace::for_job`], [`JobRun::bind`]): its portions tell under which they were done.
//!
//! There is one door at which work is asked for, [`Jobs::ask_for`]: routes, pages and commands come through it, and the policies, the purpose and
//! the second person are judged there. [`Jobs`] also looks at work; a [`Runner`] does it, in the background of a server ([`Runner::run`]) or in front of whoever sits
//! at the command line ([`Runner::run_by_hand`]). One job of a kind runs at a time in a room. Every portion checks in its transaction that the
//! lease is still held, so that of two processes that believe they run a job only one has effects. A job acts for the person who asked.
//!
//! # The states of a job
//!
//! | from | to | who moves it, and when |
//! |---|---|---|
//! | | waiting, awaitingApproval | somebody asks for it |
//! | awaitingApproval | waiting | a second person approves, who is another person and not another account of the same |
//! | waiting | running | a runner takes it up: when its attempt is due; one of the command line, when the command is there |
//! | running | running | another runner takes it up, when its lease is over or its process gone |
//! | running | waiting | the attempt met what passes; the process stops |
//! | running | previewed | a portion that [shows](Portion::show) what the rest would bring, of work that was asked for so |
//! | running | done | its last portion, or its handler |
//! | running | refused | what was asked cannot be |
//! | waiting, running | failed | it met nothing but what passes for a day; another party refused its part for good; it cannot be read; a command was not run again for a day whose job must end |
//! | waiting, running, awaitingApproval, previewed, failed | cancelled | a person cancels it, unless a portion has [ruled that out](Portion::rule_out_cancelling); a command was not run again for a day |
//! | refused, failed, cancelled | waiting, awaitingApproval | a person resumes it, within 30 days, to where it was; where it begins anew, a second person approves it anew; one of the command line, by running the command again (not a refused one) |
//! | previewed | waiting, awaitingApproval | a person resumes it, within 30 days; one of the command line, by running the command again without the preview |
//! | each end | gone | 400 days later; what was asked and where it stood, 30 days later |
//!
//! What a job [keeps aside](Portion::keep_aside) for its own later portions is sealed like its files, and nobody takes it. It goes when the job is
//! cancelled or refused before it has [ruled cancelling out](Portion::rule_out_cancelling), which then begins anew where it is resumed. A command
//! that asks for the same preview again has it read anew.
//!
//! A failed job stands in `/readyz` and in the figures until somebody resumes or cancels it, or what it was asked is forgotten.

mod about;
mod approval;
mod aside;
mod change;
mod error;
mod files;
mod forget;
mod holder;
mod kinds;
mod lease;
mod look;
mod pace;
mod people;
mod position;
mod rehearsal;
mod routes;
mod run;
mod runner;
mod start;
mod system_work;
mod table;
mod tell;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use access::{Action, Caller};
use ledger::Room;
use tokio::sync::watch;
use vocabulary::{Clock, Entropy};
use wire::RefusedAttempts;

pub use self::about::{FieldError, MessageField, Shape, WorkKind};
pub use self::change::Change;
pub use self::error::JobError;
pub use self::kinds::{DeclaredWork, HandledWork, Workplace};
pub use self::pace::Pace;
#[doc(hidden)]
pub use self::rehearsal::Rehearsal;
pub use self::routes::{JobActions, JobDesk, routes};
pub use self::run::{JobRun, Portion};
pub use self::runner::{ByHand, Runner};
pub use self::start::{PREVIEW, Through, is_preview};
pub use self::system_work::{SystemWork, UnknownWork};
pub use self::tell::count_failed;

/// How long a lease holds without being renewed; a process that is known to be gone holds none.
const LEASE: Duration = Duration::from_secs(30);
/// How long a file of a job is kept, in milliseconds.
pub const FILES_KEPT_MS: i64 = 30 * DAY_MS;
/// How long a job is kept after its end, in days.
pub const JOBS_KEPT_DAYS: i64 = 400;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// The jobs of a room. Cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    room: Room,
    entropy: Arc<dyn Entropy>,
    /// Where their routes begin: `/registry/v1`.
    base: String,
    /// Counts what this process changed, for whoever waits.
    changed: watch::Sender<u64>,
    /// The service stops: nobody waits any more.
    closed: AtomicBool,
    /// Whoever may do the action of a kind may ask for it, and let it go on.
    work: SystemWork,
    /// Of those who may not.
    refused: OnceLock<RefusedAttempts>,
    /// Of tests.
    rehearsal: Option<Rehearsal>,
}

impl Jobs {
    /// The jobs of a room whose system does this work; their routes begin with `base`.
    pub fn of(room: &Room, entropy: Arc<dyn Entropy>, base: &str, work: SystemWork) -> Self {
        Self::rehearsed(room, entropy, base, work, None)
    }

    /// [`Jobs::of`] for tests: with portions that are small, and fail.
    #[doc(hidden)]
    pub fn rehearsed(room: &Room, entropy: Arc<dyn Entropy>, base: &str, work: SystemWork, rehearsal: Option<Rehearsal>) -> Self {
        Self(Arc::new(Inner {
            room: room.clone(),
            entropy,
            base: base.to_owned(),
            changed: watch::Sender::new(0),
            closed: AtomicBool::new(false),
            work,
            refused: OnceLock::new(),
            rehearsal,
        }))
    }

    /// The same jobs, with a second person's approval before work of these kinds is done.
    pub fn with_second_person(&self, kinds: &[String]) -> Result<Self, UnknownWork> {
        let Inner { room, entropy, base, work, rehearsal, .. } = &*self.0;
        Ok(Self::rehearsed(room, Arc::clone(entropy), base, work.clone().with_second_person(kinds)?, rehearsal.clone()))
    }

    /// Counts whoever is refused work with those whom their service refuses; without that each has an entry of their own in the record of use.
    pub fn count_refused(&self, attempts: &RefusedAttempts) {
        let _ = self.0.refused.set(attempts.clone());
    }

    fn refused_attempts(&self) -> &RefusedAttempts {
        self.0.refused.get_or_init(|| RefusedAttempts::of(self.room(), 0))
    }

    /// The room.
    pub fn room(&self) -> &Room {
        &self.0.room
    }

    /// What can be asked for.
    pub fn work(&self) -> &SystemWork {
        &self.0.work
    }

    /// The kinds of work that can be asked for, in their order.
    pub fn kinds(&self) -> &[WorkKind] {
        self.0.work.kinds()
    }

    /// A kind of work that can be asked for.
    pub fn kind(&self, name: &str) -> Option<&WorkKind> {
        self.0.work.kind(name)
    }

    /// Whether the policies permit a caller an action here, for the purpose that they have.
    pub fn allows(&self, caller: &Caller, action: &Action) -> bool {
        self.0.work.allows(caller, action, self.room().name().municipality())
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.0.room.clock()
    }

    fn now_ms(&self) -> i64 {
        self.clock().now_ms()
    }

    /// Something changed: whoever waits in this process looks again.
    fn ring(&self) {
        self.0.changed.send_modify(|count| *count = count.wrapping_add(1));
    }

    fn close(&self) {
        self.0.closed.store(true, Ordering::Relaxed);
        self.ring();
    }

    fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Relaxed)
    }

    /// Waits until something changes in this process, and no longer than this.
    async fn changed(&self, seen: &mut watch::Receiver<u64>, longest: Duration) {
        let _ = tokio::time::timeout(longest, seen.changed()).await;
    }

    fn watch(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Jobs({})", self.0.base)
    }
}
