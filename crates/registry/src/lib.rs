//! The registry: the adult-screening part of 母子保健・市民健診及び予防接種システム (R-REG).
//!
//! A feature is a folder, an action is a file; the folder's `mod.rs` holds its routes. To add a feature: its folder with
//! `pub(crate) fn routes`, a line in `opening.rs`, its [`Action`]s in [`POLICIES`] and `policies.cedar`, its tables in `migrations/` and
//! `columns.toml`. To add a page: a file beside the action it shows, its route with the `session` rule over `pages::Pages`, its words in the
//! feature's `words.rs`.

mod consultation;
mod counts;
pub mod desk;
mod entry;
mod exchange;
mod extraction;
pub mod files;
mod follow_up;
mod hub;
pub mod identification;
mod imports;
mod numbers;
mod opening;
mod pages;
mod person;
mod refused;
pub mod residents;
pub mod results;
mod standing;
mod tables;
pub mod vouchers;

use std::sync::Arc;

use access::Action;
use catalogue::Catalogue;
use ledger::Room;
use line::Client;
use vocabulary::{Clock, Entropy, MunicipalityCode, Party};
use wire::pending::Bell;

pub use desk::{Desk, HandWork};
pub use files::Media;
pub use opening::{OpenError, open};
pub use refused::RegistryError;

pub(crate) const IMPORT_RESIDENTS: Action = Action::personal("registry:residents.import");
pub(crate) const EXTRACT: Action = Action::personal("registry:extractions.make");
pub(crate) const LIST: Action = Action::personal("registry:extractions.list");
pub(crate) const EXPLAIN: Action = Action::personal("registry:extractions.explain");
pub(crate) const ISSUE: Action = Action::personal("registry:vouchers.issue");
pub(crate) const PRINT: Action = Action::personal("registry:vouchers.print");
/// What may be done with the registry's jobs.
pub(crate) const JOBS: work::jobs::JobActions = work::job_actions!("registry");
pub(crate) const COUNTS: Action = Action::plain("registry:counts.read");

/// The pages of its staff.
pub(crate) const OFFICE: office::System = office::System {
    title: pages::words::SYSTEM,
    actions: office::actions!("registry"),
    find: Some(consultation::FIND),
    action_word: consultation::action_word,
    job_word: pages::words::job,
};

/// What a caller may do here, and the policies.
pub const POLICIES: access::SystemPolicies = access::SystemPolicies {
    system: "registry",
    actions: access::actions![
        &[
            IMPORT_RESIDENTS,
            EXTRACT,
            LIST,
            EXPLAIN,
            ISSUE,
            PRINT,
            COUNTS,
            JOBS.read,
            JOBS.take,
            JOBS.change,
            results::IMPORT,
            results::ENTER,
            identification::IDENTIFY,
            numbers::NUMBER,
            hub::TEMPLATES,
            hub::TARGETS,
            hub::DOWNLOAD,
            follow_up::MAKE,
            exchange::MAKE,
            exchange::INQUIRE,
            exchange::FETCH,
            consultation::FIND,
            consultation::SEE,
            consultation::SEE_PROTECTED,
            consultation::SEE_USES,
        ],
        &OFFICE.actions.all()
    ],
    text: concat!(include_str!("../policies.cedar"), office::policies!("registry")),
};

/// The registry's tables.
pub const MIGRATIONS: store::Migrations =
    store::migrations!("registry", "0001_residents", "0002_extraction", "0003_results", "0004_exchange");

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
    pub(crate) catalogue: Arc<Catalogue>,
    /// Wakes the task that sends what is pending.
    pub(crate) bell: Bell,
    /// Who sends: a job of the console or the background, not both at once.
    pub(crate) sending: Arc<tokio::sync::Mutex<()>>,
}

/// Work that blocks, beside the threads that answer.
pub(crate) async fn work<T: Send + 'static, E: From<RegistryError> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(RegistryError::Interrupted.into()))
}
