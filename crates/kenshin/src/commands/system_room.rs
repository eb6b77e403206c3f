//! The room of a system that a command is about.

use std::sync::Arc;

use access::Caller;
use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use ledger::Room;
use store::RoomName;
use vocabulary::{Party, Purpose, Reach, System};

use crate::arguments::SystemRoom;
use crate::output::Usage;

impl SystemRoom {
    /// [`SystemRoom::open`] for what a system has in its own room alone: a party of the nation does its work and has its staff once, whatever
    /// rooms of cities it keeps. `what` names that.
    pub(crate) fn open_own(&self, what: &str) -> anyhow::Result<(Place, Room, Caller)> {
        if self.municipality.is_some() && System::named(&self.system).is_some_and(|system| system.reach != Reach::City) {
            return Err(Usage(format!("{} has its {what} for all cities together: leave --municipality out", self.system)).into());
        }
        self.open()
    }

    /// Whose room it is.
    pub(crate) fn party(&self) -> anyhow::Result<Party> {
        let system = System::named(&self.system).context("a system that is in the table of names")?;
        Ok(match (system.reach, self.municipality) {
            (Reach::City, Some(code)) => Party::of(&self.system, code)?,
            (Reach::City, None) => bail!("each city has a {} of its own: name the city by --municipality CODE", self.system),
            _ => Party::national(&self.system)?,
        })
    }

    /// The place, the room that is there, and the operator.
    pub(crate) fn open(&self) -> anyhow::Result<(Place, Room, Caller)> {
        let (place, party) = (self.place.look()?, self.party()?);
        let name = RoomName::of_system(&self.system, self.municipality);
        if !place.rooms().has(&name)? {
            bail!("there is no room {name} in {place}: are --data, --system and --municipality right?");
        }
        let migrations = work::migrations(systems::named(&self.system).context("a system that has rooms")?.migrations);
        let (clock, entropy) = (Arc::clone(place.clock()), Arc::clone(place.entropy()));
        let room = Room::open_blocking(place.rooms(), &name, &migrations, place.master(&party)?, clock, entropy)?;
        place.expect_witnesses(&party, &room)?;
        let caller = self.operator.caller(self.municipality, Purpose::Operation, place.entropy().id128())?;
        Ok((place, room, caller))
    }
}
