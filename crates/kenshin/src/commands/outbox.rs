//! `kenshin outbox …`: the messages that a system has to send, with its server or without one.

use std::sync::Arc;

use access::Caller;
use anyhow::bail;
use ledger::{Act, Outcome, Room, Subject};
use protocol::messages::console::OutboxLetter;
use vocabulary::Id128;
use work::outbox::{Outbox, OutboxError};

use super::runtime;
use crate::arguments::{DropLetter, OneLetter, Outbox as Asked, OutboxList, SystemRoom};
use crate::{Ending, output};

const READ: Act = Act::new("outbox:letters.read");
/// Messages that a list shows.
const MOST: i64 = 1_000;

/// Does what was asked of the messages.
pub(crate) fn run(asked: &Asked) -> anyhow::Result<Ending> {
    match asked {
        Asked::List(options) => list(options),
        Asked::Retry(options) => retry(options),
        Asked::Drop(options) => drop_letter(options),
    }
}

/// The outbox of a room that is there, and the operator.
fn open(room: &SystemRoom) -> anyhow::Result<(Room, Outbox, Caller)> {
    let (place, room, caller) = room.open()?;
    let outbox = Outbox::of(&room, Arc::clone(place.entropy()));
    Ok((room, outbox, caller))
}

fn list(options: &OutboxList) -> anyhow::Result<Ending> {
    let (room, outbox, caller) = open(&options.room)?;
    let letters = runtime()?.block_on(async {
        room.event(&caller, READ, Outcome::Read, Subject::None, "list").await?;
        Ok::<_, anyhow::Error>(outbox.letters(MOST).await?)
    });
    let letters: Vec<OutboxLetter> = letters?.into_iter().map(OutboxLetter::from).collect();
    output::result(options.json, &letters, |letters| match letters.as_slice() {
        [] => "nothing waits to be sent".to_owned(),
        letters => letters.iter().map(line).collect::<Vec<_>>().join("\n"),
    })?;
    Ok(Ending::Done)
}

fn retry(options: &OneLetter) -> anyhow::Result<Ending> {
    let (_, outbox, caller) = open(&options.room)?;
    told(options.key, runtime()?.block_on(outbox.retry(&caller, options.key)))?;
    output::say(&format!("{} goes again: at once where its system runs, else when that starts", options.key));
    Ok(Ending::Done)
}

fn drop_letter(options: &DropLetter) -> anyhow::Result<Ending> {
    let (_, outbox, caller) = open(&options.letter.room)?;
    let key = options.letter.key;
    told(key, runtime()?.block_on(outbox.drop_letter(&caller, key, &options.reason)))?;
    output::say(&format!("{key} is given up"));
    Ok(Ending::Done)
}

/// What cannot be done, with what to do.
fn told(key: Id128, outcome: Result<(), OutboxError>) -> anyhow::Result<()> {
    match outcome {
        Err(OutboxError::Unknown) => bail!("there is no message {key} in this outbox: kenshin outbox list shows them"),
        outcome => Ok(outcome?),
    }
}

fn line(letter: &OutboxLetter) -> String {
    let state = if letter.dead { "dead" } else { "waiting" };
    let refusal = letter.last_error.as_deref().unwrap_or("-");
    format!(
        "{}  {}  {state:7}  {:24}  {}  {} attempts  {refusal}",
        letter.key, letter.enqueued_at, letter.kind, letter.peer, letter.attempts
    )
}
