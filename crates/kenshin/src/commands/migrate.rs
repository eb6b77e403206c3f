//! `kenshin migrate`: every room brought up to this version.

use crate::arguments;
use crate::place::Place;
use crate::{Ending, output, systems};

/// Forward only; a room that is newer than this program is refused.
pub(crate) fn run(place: &arguments::Place) -> anyhow::Result<Ending> {
    let place = Place::look(place)?;
    let mut count = 0;
    for system in systems::implementations() {
        for name in place.rooms().list(&system.rooms())? {
            place.rooms().room(&name, &work::every_migration(system.migrations))?;
            output::say(&format!("{name}: up to date"));
            count += 1;
        }
    }
    output::text(&format!("{count} rooms are of version {}", env!("CARGO_PKG_VERSION")));
    Ok(Ending::Done)
}
