//! A city's desk, and files taken in as the command line takes them in: a job in portions.

use std::path::Path;
use std::sync::Arc;

use access::Caller;
use protocol::messages::registry::{ImportResidents, ImportedResidents};
use registry::{Desk, Media};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Rooms;
use vocabulary::{MunicipalityCode, SystemClock, SystemEntropy};

/// The desk of a city's room.
pub(crate) fn desk(rooms: &Rooms, code: &str) -> Desk {
    let master = Arc::new(ledger::testing::master().unwrap());
    let catalogue = Arc::new(catalogue::Catalogue::built_in().unwrap());
    Desk::open(rooms, MunicipalityCode::parse(code).unwrap(), catalogue, master, Arc::new(SystemClock), Arc::new(SystemEntropy)).unwrap()
}

/// Takes a file of the resident register in.
pub(crate) fn import_residents(desk: &Desk, caller: &Caller, file: &Path) -> ImportedResidents {
    let asked = ImportResidents { file: file.display().to_string(), ..ImportResidents::default() };
    take_in(desk, caller, (registry::residents::IMPORT, &asked), file)
}

/// Takes a file in by this kind of work, from asking until the job is done → its result.
pub(crate) fn take_in<T: DeserializeOwned>(desk: &Desk, caller: &Caller, (kind, asked): (&str, &impl Serialize), file: &Path) -> T {
    let kind_of = desk.jobs().kind(kind).unwrap();
    let city = desk.room().name().municipality();
    let caller = Caller::console(caller.id(), city, kind_of.action.purpose(), caller.request());
    let desk = desk.clone().with_media(Media::of_file(file));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(async {
        let id = desk.ask_by_hand(&caller, kind, asked, Some(file)).await.unwrap().id;
        desk.runner().run_by_hand(id, &mut |_| {}).await.unwrap()
    });
    assert!(ended.told.is_none(), "{:?}", ended.told);
    serde_json::from_value(ended.job.result.unwrap()).unwrap()
}
