//! `kenshin hub held …`: what the hub holds for cities, with its server or without one.

use access::Caller;
use anyhow::bail;
use hub_core::{HeldList, HeldRows, HubError};
use store::RoomName;
use wire::Cause;

use crate::arguments::{DropHeld, Held, HeldList as HeldListOptions, Hub, NationRoom, ReturnHeld, SystemRoom};
use crate::{Ending, output};

/// Does what was asked of the hub.
pub(crate) fn run(asked: &Hub) -> anyhow::Result<Ending> {
    match asked {
        Hub::Held(Held::List(options)) => list(options),
        Hub::Held(Held::Return(options)) => give_back(options),
        Hub::Held(Held::Drop(options)) => drop_held(options),
    }
}

fn open(NationRoom { place, operator }: &NationRoom) -> anyhow::Result<(HeldRows, Caller)> {
    let room = SystemRoom { place: place.clone(), system: "hub-core".to_owned(), municipality: None, operator: operator.clone() };
    let (place, room, caller) = room.open()?;
    let rooms = place.rooms().list(RoomName::of_system("hub-core", None).system())?;
    Ok((HeldRows::of(&room, rooms.iter().filter_map(store::RoomName::municipality).collect()), caller))
}

fn list(options: &HeldListOptions) -> anyhow::Result<Ending> {
    let (rows, caller) = open(&options.room)?;
    output::result(options.json, &rows.list(&caller)?, text)?;
    Ok(Ending::Done)
}

fn give_back(options: &ReturnHeld) -> anyhow::Result<Ending> {
    let (rows, caller) = open(&options.room)?;
    let given = known(rows.give_back(&caller, options.sequence))?;
    output::say(&format!("{given} go back to their cities: in the next round where the hub runs, else when it starts"));
    Ok(Ending::Done)
}

fn drop_held(options: &DropHeld) -> anyhow::Result<Ending> {
    let (rows, caller) = open(&options.room)?;
    match options.sequence {
        Some(sequence) => {
            known(rows.drop_row(&caller, sequence, &options.reason))?;
            output::say("it is given up");
        }
        None => {
            known(rows.settle_missing(&caller, &options.reason))?;
            output::say("what is there now is what there is: nothing is told as missing any more");
        }
    }
    Ok(Ending::Done)
}

/// What cannot be done, with what to do.
fn known<T>(outcome: Result<T, HubError>) -> anyhow::Result<T> {
    match outcome {
        Err(HubError::Cause(Cause::Unknown(_))) => {
            bail!("there is no such row among those that were put aside: kenshin hub held list shows them")
        }
        outcome => Ok(outcome?),
    }
}

fn text(list: &HeldList) -> String {
    let aside = list.put_aside.iter().map(|row| match row.opens_for {
        Some(city) => format!("{}  put aside  lies there for {:06}, opens for {city}: return it", row.sequence, row.lies_for),
        None => format!("{}  put aside  lies there for {:06}, opens for no city: damaged", row.sequence, row.lies_for),
    });
    let waiting = list.waiting.iter().map(|of| format!("{} rows wait for {:06}, whose room does not take them", of.rows, of.municipality));
    let lines: Vec<String> = list.wrong.iter().cloned().chain(aside).chain(waiting).collect();
    if lines.is_empty() { "nothing is held".to_owned() } else { lines.join("\n") }
}
