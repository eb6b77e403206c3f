//! The registry: the adult-screening part of 母子保健・市民健診及び予防接種システム (R-REG).
//!
//! A feature is a folder, an action is a file; the folder's `mod.rs` holds its actions and routes. To add a feature: its folder with
//! `access::actions!` and `pub(crate) fn routes`, a line in `opening.rs`, its `ACTIONS` in [`POLICIES`], their rules in `policies.cedar`, its
//! tables in `migrations/` and `columns.toml`; its kinds of work in `opening.rs` with their words in `pages/work.rs`; the remarks of its entries in
//! `pages/record.rs`. To add a page: a file beside the action it shows, its route with the `session` rule over `pages::Pages`, its words in the
//! feature's `words.rs`.

mod consultation;
mod counts;
pub mod desk;
mod entry;
mod exchange;
pub mod extraction;
pub mod files;
pub mod folder;
mod follow_up;
mod hub;
pub mod identification;
mod imports;
mod numbers;
mod opening;
mod packed;
mod pages;
mod person;
mod refused;
pub mod residents;
pub mod results;
mod returned;
mod standing;
mod tables;
mod unnamed;
pub mod vouchers;

use std::sync::Arc;
use std::time::Duration;

use catalogue::Catalogue;
use ledger::Room;
use line::{Backoff, Client};
use tokio::time::Instant;
use vocabulary::{Clock, Entropy, MunicipalityCode, Party};
use work::jobs::{DeclaredWork, JobRun, WorkKind, Workplace};
use work::outbox::{Message, Outbox};

pub use desk::Desk;
pub use files::Media;
#[doc(hidden)]
pub use opening::rehearsed;
pub use opening::{OpenError, open};
pub use refused::{Reason, RegistryError};

/// What may be done with the registry's jobs.
pub(crate) const JOBS: work::jobs::JobActions = work::job_actions!("registry");

/// The pages of its staff.
pub const OFFICE: office::System = office::System {
    title: pages::words::SYSTEM,
    actions: office::actions!("registry"),
    find: Some(consultation::FIND),
    also_named: None,
    work: pages::work::WORK,
    record: pages::record::RECORD,
};

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "registry",
    actions: &[
        residents::ACTIONS,
        extraction::ACTIONS,
        folder::ACTIONS,
        vouchers::ACTIONS,
        results::ACTIONS,
        identification::ACTIONS,
        numbers::ACTIONS,
        hub::ACTIONS,
        exchange::ACTIONS,
        follow_up::ACTIONS,
        returned::ACTIONS,
        unnamed::ACTIONS,
        consultation::ACTIONS,
        counts::ACTIONS,
        &opening::OUTBOX.all(),
        &JOBS.all(),
        &OFFICE.actions.all(),
    ],
    text: concat!(include_str!("../policies.cedar"), office::policies!("registry")),
};

/// The work that needs other parties.
pub(crate) fn kinds_with_peers() -> DeclaredWork<Registry> {
    numbers::kinds().and(hub::kinds()).and(exchange::kinds())
}

/// Every kind of work that a registry does.
pub fn work_kinds() -> Vec<WorkKind> {
    [Desk::kinds().about(), kinds_with_peers().about()].concat()
}

/// The registry's tables.
pub const MIGRATIONS: store::Migrations =
    store::migrations!("registry", "0001_residents", "0002_extraction", "0003_results", "0004_exchange", "0005_folder", "0006_media");

/// Classes of the columns of those tables.
pub const COLUMNS: &str = include_str!("../columns.toml");

/// What a process needs to be this party.
pub const PARTY: wire::Implementation = wire::Implementation {
    policies: POLICIES,
    migrations: MIGRATIONS,
    columns: COLUMNS,
    peers: &["atena", "relay", "hub-core"],
    open: |house| Box::pin(async { Ok(open(house).await?) }),
};

/// What the handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    pub(crate) room: Room,
    pub(crate) party: Party,
    pub(crate) municipality: MunicipalityCode,
    pub(crate) atena: Party,
    pub(crate) relay: Party,
    pub(crate) hub: Party,
    pub(crate) client: Client,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    /// What the city does; [`Registry::catalogue`] is what holds now.
    pub(crate) in_force: folder::CatalogueInForce,
    /// What atena and the hub are to be told.
    pub(crate) outbox: Outbox,
}

impl Registry {
    /// The city's business as it is now; at the registry of a job, as it was when the job began.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        self.in_force.now()
    }

    /// Sends what was enqueued, and waits until no message of a kind waits or patience ends: the outbox goes on.
    pub(crate) async fn wait_for<M: Message>(&self, patience: Duration) -> Result<(), RegistryError> {
        self.outbox.until_settled::<M>(patience).await?;
        Ok(())
    }
}

impl Workplace for Registry {
    type Error = RegistryError;

    fn for_job(&self, run: &JobRun) -> Result<Registry, RegistryError> {
        Ok(Registry { in_force: self.in_force.for_job(run)?, ..self.clone() })
    }
}

/// Between looks at what others have yet to do.
const PAUSES: Backoff = Backoff::new(Duration::from_millis(200), Duration::from_secs(5));

/// Looks, with growing pauses, until nothing is open any more or it is `until`; `look` says how much is open.
pub(crate) async fn look_until<Fut>(until: Instant, look: impl Fn() -> Fut) -> Result<(), RegistryError>
where
    Fut: Future<Output = Result<u64, RegistryError>>,
{
    let mut looks = 0;
    while look().await? > 0 && Instant::now() < until {
        looks += 1;
        tokio::time::sleep(PAUSES.pause_after(looks)).await;
    }
    Ok(())
}

/// Work that blocks, beside the threads that answer.
pub(crate) async fn work<T: Send + 'static, E: From<RegistryError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(RegistryError::Interrupted.into()))
}
