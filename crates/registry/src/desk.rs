//! The registry's work without a server: what the command line does on the data themselves. The jobs of the ring call the same functions.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use access::Caller;
use catalogue::Catalogue;
use eligibility::Explanation;
use ledger::Room;
use protocol::messages::registry::{Extracted, IssuedVouchers};
use store::{RoomName, Rooms};
use vault::MasterKey;
use vocabulary::{Clock, Date, Entropy, FiscalYear, MunicipalityCode, ResidentNumber};

use crate::files::Rejects;
use crate::files::encoding::Encoding;
use crate::residents::{Event, Imported};
use crate::vouchers::Printed;
use crate::{OpenError, RegistryError, extraction, residents, vouchers};

/// One municipality's registry, open on this machine. Everything blocks.
#[derive(Clone, Debug)]
pub struct Desk {
    room: Room,
    catalogue: Arc<Catalogue>,
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
        let room = Room::open_blocking(rooms, &name, &work::migrations(crate::MIGRATIONS), master, clock, entropy)?;
        Ok(Desk { room, catalogue })
    }

    /// The room.
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// The city's business.
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.catalogue
    }

    /// Takes a file of the resident register in: all of it or nothing. Refused rows are written to `rejects` as CSV (行,列,理由,ファイル); `progress`
    /// hears of unknown headings and of rows done.
    pub fn import_residents(
        &self,
        caller: &Caller,
        path: &Path,
        encoding: Encoding,
        rejects: impl Write,
        progress: &mut dyn FnMut(&Event),
    ) -> Result<Imported, RegistryError> {
        let file = File::open(path).map_err(|error| RegistryError::File(error.into()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut rejects = Rejects::to(rejects, &name);
        let imported = residents::import(&self.room, caller, file, &name, encoding, &mut |event| {
            if let Event::Rejected(rejected) = &event {
                rejects.add(rejected);
            }
            progress(&event);
        })?;
        rejects.finish()?;
        Ok(imported)
    }

    /// Writes the year's targets (住民番号,事業,検査,年齢) among the residents of a day → lines. With a programme, its lines alone.
    pub fn eligible(
        &self,
        caller: &Caller,
        year: FiscalYear,
        programme: Option<&str>,
        on: Date,
        out: &mut (impl Write + Send),
    ) -> Result<u64, RegistryError> {
        extraction::eligible(&self.room, caller, &self.catalogue, (year, on), programme, out)
    }

    /// Why a person is due for a programme on a day, or why not; `.ja()` and `.en()` are the text.
    pub fn explain(&self, caller: &Caller, resident: &ResidentNumber, programme: &str, on: Date) -> Result<Explanation, RegistryError> {
        extraction::explain(&self.room, caller, &self.catalogue, resident, programme, on)
    }

    /// Makes and keeps the extraction of a year.
    pub fn extract(&self, caller: &Caller, year: FiscalYear, on: Date) -> Result<Extracted, RegistryError> {
        extraction::make(&self.room, caller, &self.catalogue, year, on)
    }

    /// Issues the vouchers of an extraction.
    pub fn issue_vouchers(&self, caller: &Caller, extraction: i64) -> Result<IssuedVouchers, RegistryError> {
        vouchers::issue(&self.room, caller, extraction)
    }

    /// Writes the printer's list of an extraction's vouchers: addresses as they are now, of those who may be written to now.
    pub fn print_vouchers(&self, caller: &Caller, extraction: i64, out: impl Write) -> Result<Printed, RegistryError> {
        vouchers::print(&self.room, caller, extraction, out)
    }
}
