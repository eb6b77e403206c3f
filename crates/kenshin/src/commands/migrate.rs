//! `kenshin migrate`: every room brought up to this version.

use deployment::systems;

use crate::arguments;
use crate::{Ending, output};

/// Forward only; a room that is newer than this program is refused.
pub(crate) fn run(place: &arguments::Place) -> anyhow::Result<Ending> {
    let place = place.look()?;
    let mut count = 0;
    for system in systems::implementations() {
        for name in place.rooms().list(&system.rooms())? {
            place.rooms().room(&name, &work::every_migration(system.migrations))?;
            output::say(&format!("{name}: up to date"));
            count += 1;
        }
    }
    output::text(&format!("{count} rooms are of version {}", env!("CARGO_PKG_VERSION")))?;
    Ok(Ending::Done)
}
