//! A city with its pages open, its people and its staff.

use std::path::Path;
use std::sync::Arc;

use access::Policies;
use office::testing::{Browser, Staff};
use registry::POLICIES;
use registry::files::encoding::Encoding;
use store::Rooms;
use vocabulary::{Clock, ManualClock, SystemClock};
use wire::testing::{Failed, Ring};
use wire::{Listed, Running, Setting};

pub(super) use office::testing::GOOD;

use crate::support::{Line, file, officer};

pub(super) struct City {
    pub(super) running: Running,
    pub(super) room: ledger::Room,
    pub(super) staff: Staff,
    pub(super) routes: Vec<Listed>,
}

/// A clock of the test's own that stands where the machine's does: the browser looks at certificates on that one.
pub(super) fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(SystemClock.now()))
}

pub(super) fn ring(rooms: Rooms, clock: &Arc<ManualClock>) -> Result<Ring, Failed> {
    Ring::at(
        rooms,
        Policies::load(&[POLICIES])?,
        &["registry.991015", "registry.992020", "console.991015"],
        Arc::clone(clock) as Arc<dyn Clock>,
    )
}

/// What stands in a hidden field of a page.
pub(super) fn sealed(html: &str, name: &str) -> String {
    let rest = html.split(&format!("name=\"{name}\" value=\"")).nth(1);
    rest.and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

impl City {
    pub(super) async fn open(ring: &Ring, clock: &Arc<ManualClock>, code: &str) -> Result<City, Failed> {
        City::with_catalogue(ring, clock, code, None).await
    }

    /// With the city's folder.
    pub(super) async fn with_catalogue(
        ring: &Ring,
        clock: &Arc<ManualClock>,
        code: &str,
        catalogue: Option<&Path>,
    ) -> Result<City, Failed> {
        City::with_setting(ring, clock, code, |setting| setting.catalogue = catalogue.map(Path::to_owned)).await
    }

    /// With more in its setting.
    pub(super) async fn with_setting(
        ring: &Ring,
        clock: &Arc<ManualClock>,
        code: &str,
        set: impl FnOnce(&mut Setting),
    ) -> Result<City, Failed> {
        let mut house = ring.house(&format!("registry.{code}"))?;
        set(&mut house.setting);
        (house.setting.name, house.setting.english_name) = (Some("みほん市".to_owned()), Some("Mihon City".to_owned()));
        let room = work::open_room(&house, registry::MIGRATIONS).await?;
        let staff = Staff::at(&room, house.party.municipality(), Arc::clone(clock) as Arc<dyn Clock>);
        let service = registry::open(house.clone()).await?;
        let routes = service.listed();
        let running = wire::serve(&house, service).await?;
        Ok(City { running, room, staff, routes })
    }

    pub(super) fn browser(&self, ring: &Ring) -> Result<Browser, Failed> {
        Browser::new(ring, self.running.pages.ok_or("it has no pages")?)
    }

    /// An account with the password [`GOOD`], past its first log-in.
    pub(super) async fn employ(&self, id: &str, role: &str) -> Result<(), Failed> {
        self.staff.employ(id, role).await.map(drop)
    }

    /// A browser in which an account of this role is logged in.
    pub(super) async fn officer(&self, ring: &Ring, id: &str, role: &str) -> Result<Browser, Failed> {
        self.staff.officer(ring, self.running.pages.ok_or("it has no pages")?, id, role).await
    }

    pub(super) fn people(&self, lines: &[Line]) -> Result<(), Failed> {
        let text = file(lines);
        let import = || registry::residents::import(&self.room, &officer(), text.as_bytes(), "residents.csv", Encoding::Utf8, &mut |_| {});
        tokio::task::block_in_place(import)?;
        Ok(())
    }

    /// The newest entries of the record of use: who, action, outcome, purpose, remark.
    pub(super) async fn entries(&self, most: u64) -> Result<Vec<String>, Failed> {
        let mut entries = Vec::new();
        for found in ledger::newest(self.room.raw(), most).await? {
            let entry = found.entry()?;
            let who = match entry.actor {
                ledger::Actor::Named(_, id) => id,
                ledger::Actor::Resident(_) => "resident",
            };
            let subjects = match entry.subjects {
                ledger::Subjects::Nobody => 0,
                ledger::Subjects::Tokens(tokens) => tokens.len() as u64,
                ledger::Subjects::Many(count, _) => count,
            };
            let (action, outcome, purpose, detail) = (entry.action, entry.outcome.as_str(), entry.purpose, entry.detail);
            entries.push(format!("{who} {action} {outcome} {purpose} {subjects} {detail}"));
        }
        Ok(entries)
    }

    /// Takes the record of use away, or gives it back: nothing can be recorded in between.
    pub(super) async fn rename(&self, from: &'static str, to: &'static str) -> Result<(), Failed> {
        use diesel::connection::SimpleConnection as _;
        let rename = move |tx: &mut store::Tx| Ok::<_, store::StoreError>(tx.batch_execute(&format!("ALTER TABLE {from} RENAME TO {to}"))?);
        Ok(self.room.raw().write(rename).await?)
    }
}
