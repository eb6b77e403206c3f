//! Opening the registry: its room, its routes, its background tasks.

use std::sync::Arc;
use std::time::Duration;

use office::Office;
use protocol::messages::console;
use vocabulary::{Party, Purpose};
use wire::rounds::{self, Bell};
use wire::{House, Routes, Service, peer};
use work::jobs::{Rehearsal, SystemWork};
use work::outbox::{self, Deliverer, Outbox, OutboxActions};

use crate::files::Media;
use crate::folder::{self, FolderInUse};
use crate::pages::Pages;
use crate::{Desk, Registry, RegistryError, consultation, counts, entry, exchange, hub, pages, residents, results, returned, unnamed};

/// A party that is not reached for so long is told of; the work tries again later.
const ABSENT: Duration = Duration::from_secs(3);
/// A file that was begun since is not taken for one that was left: whoever takes it in may just be going on with it.
const LEFT_MS: i64 = 60_000;

/// What an operator may do with what is to be sent.
pub(crate) const OUTBOX: OutboxActions = work::outbox_actions!("registry");

/// Why the registry does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The house is not for a municipality's registry.
    #[error("a registry is a municipality's: name the party registry.<municipality code>")]
    Party,
    /// The name of a peer.
    #[error(transparent)]
    Peer(#[from] vocabulary::PartyNameError),
    /// The room.
    #[error(transparent)]
    Ledger(#[from] ledger::LedgerError),
    /// The keys.
    #[error(transparent)]
    Vault(#[from] vault::VaultError),
    /// The city's business.
    #[error(transparent)]
    Catalogue(#[from] catalogue::CatalogueError),
    /// What was accepted of the city's folder.
    #[error(
        "the accepted version of the city's folder does not fit this program: mend the folder and accept it with `kenshin catalogue accept`: {0}"
    )]
    Accepted(#[source] catalogue::CatalogueError),
    /// The version that was accepted cannot be read or kept, or the work was interrupted.
    #[error(transparent)]
    Folder(#[from] RegistryError),
    /// Work that a second person approves.
    #[error(transparent)]
    SecondPerson(#[from] work::jobs::UnknownWork),
    /// The policies.
    #[error(transparent)]
    Policies(#[from] access::PoliciesError),
    /// The folder of the managed media.
    #[error(transparent)]
    Media(#[from] crate::files::MediaError),
}

/// Opens the registry of one municipality.
pub async fn open(house: House) -> Result<Service, OpenError> {
    rehearsed(house, None).await
}

/// [`open`] for tests of its jobs.
#[doc(hidden)]
pub async fn rehearsed(house: House, rehearsal: Option<Rehearsal>) -> Result<Service, OpenError> {
    let municipality = house.party.municipality().ok_or(OpenError::Party)?;
    let media = Media::open(house.setting.media.as_deref())?;
    let room = work::open_room(&house, crate::MIGRATIONS).await?;
    let (of_room, path, caller) = (room.clone(), house.setting.catalogue.clone(), house.caller(Purpose::Operation));
    let folder = crate::work(move || FolderInUse::open(&of_room, path.as_deref(), &caller)).await?;
    let registry = Registry {
        outbox: Outbox::of(&room, Arc::clone(&house.entropy)),
        room,
        party: house.party.clone(),
        municipality,
        atena: Party::of("atena", municipality)?,
        relay: Party::of("relay", municipality)?,
        hub: Party::national("hub-core")?,
        client: house.client.absent_after(ABSENT),
        clock: Arc::clone(&house.clock),
        entropy: Arc::clone(&house.entropy),
        in_force: folder.in_force().clone(),
    };
    let work = SystemWork::of(house.party.system(), crate::work_kinds(), &house.policies, &house.setting.second_person)?;
    let desk = Desk::at(registry.room.clone(), registry.in_force.clone(), media.clone(), Arc::clone(&registry.entropy), work, rehearsal);
    let kinds = Desk::kinds().over(desk.clone()).and(crate::kinds_with_peers().over(registry.clone()));
    let (runner, asked) = kinds.into_runner(desk.jobs());
    let counts = Routes::of(registry.clone()).refusing::<crate::RegistryError>().get(
        &console::counts("registry"),
        peer(crate::counts::COUNTS),
        counts::counts,
    );
    let messages = outbox::routes(registry.outbox.clone(), "registry", OUTBOX);
    let deliverer = Deliverer::new(&registry.outbox, &house);
    let deliverer = exchange::messages(hub::messages(deliverer, &registry), &registry);
    let jobs = work::jobs::routes(desk.jobs(), crate::JOBS);
    let caller = house.caller(Purpose::HubRegistration);
    let office = Office::open(&house, &registry.room, crate::OFFICE).with_jobs(desk.jobs()).with_outboxes(registry.outbox.clone());
    let chooses = desk.clone();
    let office = office.with_choices(move |caller, language, field| pages::work::choices(&chooses, caller, language, field));
    let pages = Pages { registry: registry.clone(), office: office.clone(), folder: folder.clone() };
    let of_staff = pages::routes(pages.clone())
        .and(consultation::routes(pages.clone()))
        .and(entry::routes(pages.clone()))
        .and(results::pages(pages.clone()))
        .and(folder::routes(pages.clone()))
        .and(returned::routes(pages.clone()))
        .and(unnamed::routes(pages));
    let service = folder::serve(runner.serve(Service::new(&registry.room)), &house, &folder)
        .routes(asked)
        .routes(jobs)
        .routes(counts)
        .routes(messages);
    let (jobs, upkeep, clock) = (desk.jobs().clone(), house.caller(Purpose::ResidentImport), Arc::clone(&house.clock));
    let service = deliverer.serve(office.serve(service, of_staff)).task("left imports", move |stop| {
        rounds::repeat("left imports", Bell::default(), stop, move || {
            let (jobs, media, caller, before) = (jobs.clone(), media.clone(), upkeep.clone(), clock.now_ms() - LEFT_MS);
            crate::work(move || {
                residents::clear_left(&jobs, &caller, before)?;
                media.erase_over(jobs.room(), &caller)
            })
        })
    });
    Ok(service.task("hub tasks", move |stop| {
        rounds::repeat("hub tasks", Bell::default(), stop, move || {
            let (registry, caller) = (registry.clone(), caller.clone());
            async move { hub::look(registry, caller).await.map(drop) }
        })
    }))
}
