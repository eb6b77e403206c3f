//! The registry's work without a server: what the command line does on the data themselves. The jobs of the ring call the same functions.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use access::{Caller, Policies, PoliciesError};
use catalogue::Catalogue;
use eligibility::Explanation;
use ledger::Room;
use protocol::messages::jobs::Job;
use protocol::messages::registry::{Extracted, IssuedVouchers, PrintedVouchers};
use serde::Serialize;
use store::{RoomName, Rooms};
use vault::MasterKey;
use vocabulary::{Clock, Date, Entropy, FiscalYear, Id128, MunicipalityCode, ResidentNumber};
use work::jobs::{DeclaredWork, JobError, JobRun, Jobs, Rehearsal, Runner, SystemWork, Through, UnknownWork, Workplace};

use crate::files::encoding::Encoding;
use crate::folder::{CatalogueInForce, FolderInUse};
use crate::{Media, OpenError, RegistryError, extraction, follow_up, identification, residents, results, vouchers};

/// Where the routes of jobs begin.
const JOBS_BASE: &str = "/registry/v1";

/// What tells a file from another of its name: where it lies, how long it is, and when it was written.
fn place_and_time(file: &Path) -> String {
    let path = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let about = file.metadata().map(|of| (of.len(), of.modified().ok())).ok();
    format!("{} {about:?}", path.display())
}

/// One municipality's registry, open on this machine. Everything blocks.
#[derive(Clone, Debug)]
pub struct Desk {
    room: Room,
    in_force: CatalogueInForce,
    media: Media,
    jobs: Jobs,
}

impl Desk {
    /// Opens the room, makes it when it is not there.
    pub fn open(
        rooms: &Rooms,
        municipality: MunicipalityCode,
        catalogue: Arc<Catalogue>,
        master: Arc<dyn MasterKey>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Desk, OpenError> {
        let name = RoomName::new("registry", Some(municipality));
        let room = Room::open_blocking(rooms, &name, &work::migrations(crate::MIGRATIONS), master, clock, Arc::clone(&entropy))?;
        let work = SystemWork::of(crate::POLICIES.system, crate::work_kinds(), &own_policies()?, &[])?;
        Ok(Desk::at(room, catalogue.into(), Media::default(), entropy, work, None))
    }

    /// The same desk with what holds of a city's folder.
    #[must_use]
    pub fn with_folder(self, folder: &FolderInUse) -> Desk {
        Desk { in_force: folder.in_force().clone(), ..self }
    }

    /// The same desk under other rules, for tests.
    #[doc(hidden)]
    #[must_use]
    pub fn with_catalogue(self, catalogue: Catalogue) -> Desk {
        Desk { in_force: Arc::new(catalogue).into(), ..self }
    }

    /// At a room that is open.
    pub(crate) fn at(
        room: Room,
        in_force: CatalogueInForce,
        media: Media,
        entropy: Arc<dyn Entropy>,
        work: SystemWork,
        rehearsal: Option<Rehearsal>,
    ) -> Desk {
        let jobs = Jobs::rehearsed(&room, entropy, JOBS_BASE, work, rehearsal);
        Desk { room, in_force, media, jobs }
    }

    /// The same desk for tests of its jobs.
    #[doc(hidden)]
    #[must_use]
    pub fn rehearsed(self, entropy: Arc<dyn Entropy>, rehearsal: Rehearsal) -> Desk {
        let work = self.jobs.work().clone();
        Desk::at(self.room, self.in_force, self.media, entropy, work, Some(rehearsal))
    }

    /// The same desk, with a second person's approval before work of these kinds is done.
    pub fn with_second_person(self, kinds: &[String]) -> Result<Desk, UnknownWork> {
        Ok(Desk { jobs: self.jobs.with_second_person(kinds)?, ..self })
    }

    /// Takes away what is left of files whose jobs were cancelled or have failed, as a server does from time to time.
    pub fn clear_left_imports(&self, caller: &Caller) -> Result<(), RegistryError> {
        Ok(residents::clear_left(&self.jobs, caller, i64::MAX)?)
    }

    /// The same desk with other media: a file that somebody at the command line names themselves.
    #[must_use]
    pub fn with_media(self, media: Media) -> Desk {
        Desk { media, ..self }
    }

    /// What does the work that needs no other party, for the command line.
    pub fn runner(&self) -> Runner {
        Desk::kinds().over(self.clone()).into_runner(&self.jobs).0
    }

    /// The work that needs no other party.
    pub(crate) fn kinds() -> DeclaredWork<Desk> {
        residents::kinds()
            .and(results::kinds())
            .and(extraction::kinds())
            .and(vouchers::kinds())
            .and(identification::kinds())
            .and(follow_up::kinds())
    }

    /// Asks for work that the command which asks does itself, under the name of its kind. A file that it names is told from another of its name by
    /// its place, its length and when it was written; the same asked for again before it is done is the same job.
    pub async fn ask_by_hand(&self, caller: &Caller, kind: &str, asked: &impl Serialize, file: Option<&Path>) -> Result<Job, JobError> {
        let kind = self.jobs.kind(kind).ok_or(JobError::NoSuchWork)?;
        let input = serde_json::to_value(asked).map_err(|_| wire::Defect("a job that cannot be written"))?;
        let distinct = file.map_or_else(String::new, place_and_time);
        self.jobs.ask_for(kind, caller, input, Through::Command(distinct)).await
    }

    /// A file that a job wrote, with an entry in the record of use; empty when there is none.
    pub fn file_of_job(&self, caller: &Caller, id: Id128, name: &str) -> Result<Vec<u8>, RegistryError> {
        Ok(self.jobs.take_file_blocking(caller, crate::JOBS.take, id, name)?)
    }

    /// The jobs of the room.
    pub fn jobs(&self) -> &Jobs {
        &self.jobs
    }

    /// Where files come from and go to.
    pub(crate) fn media(&self) -> &Media {
        &self.media
    }

    /// The room.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The city's business as it is now; at the desk of a job, as it was when the job began.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.in_force.now()
    }

    /// How a file of the city's is read: its encoding, and what the city's own characters stand for.
    pub fn options(&self, encoding: Encoding) -> sheets::Options {
        sheets::Options { encoding, gaiji: Arc::clone(self.catalogue().gaiji()), ..sheets::Options::default() }
    }

    /// Why a person is due for a programme on a day, or why not; `.ja()` and `.en()` are the text.
    pub fn explain(&self, caller: &Caller, resident: &ResidentNumber, programme: &str, on: Date) -> Result<Explanation, RegistryError> {
        extraction::explain(&self.room, caller, &self.catalogue(), resident, programme, on)
    }

    /// Makes and keeps the extraction of a year.
    pub fn extract(&self, caller: &Caller, year: FiscalYear, on: Date) -> Result<Extracted, RegistryError> {
        extraction::make(&JobRun::alone(&self.room, caller), &self.catalogue(), year, on)
    }

    /// Issues the vouchers of an extraction.
    pub fn issue_vouchers(&self, caller: &Caller, extraction: i64) -> Result<IssuedVouchers, RegistryError> {
        vouchers::issue(&JobRun::alone(&self.room, caller), &self.catalogue(), extraction)
    }

    /// Writes the printer's list of an extraction's vouchers: addresses as they are now, of those who may be written to now.
    pub fn print_vouchers(&self, caller: &Caller, extraction: i64, mut out: impl Write) -> Result<PrintedVouchers, RegistryError> {
        vouchers::print(&JobRun::alone(&self.room, caller), &self.catalogue(), extraction, &mut |text| out.write_all(text))
    }
}

impl Workplace for Desk {
    type Error = RegistryError;

    fn for_job(&self, run: &JobRun) -> Result<Desk, RegistryError> {
        Ok(Desk { in_force: self.in_force.for_job(run)?, ..self.clone() })
    }
}

/// The registry's policies alone, for whoever works without a server; read once in a process.
fn own_policies() -> Result<Policies, PoliciesError> {
    static OWN: OnceLock<Policies> = OnceLock::new();
    if let Some(policies) = OWN.get() {
        return Ok(policies.clone());
    }
    let policies = Policies::load(&[crate::POLICIES])?;
    Ok(OWN.get_or_init(|| policies).clone())
}
