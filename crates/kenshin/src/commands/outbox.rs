//! `kenshin outbox …`: the messages that a system has to send, with its server or without one.

use std::sync::Arc;

use access::{Action, Caller};
use anyhow::{Context as _, bail};
use deployment::systems;
use ledger::{Outcome, Room, Subject};
use protocol::messages::console::OutboxMessage;
use vocabulary::Id128;
use work::outbox::{Outbox, OutboxError};

use super::runtime;
use crate::arguments::{DropMessage, OneMessage, Outbox as OutboxCommand, OutboxList, SystemRoom};
use crate::output::in_japan;
use crate::{Ending, output};

/// Messages that a list shows.
const MOST: i64 = 1_000;

/// Does what was asked of the messages.
pub(crate) fn run(asked: &OutboxCommand) -> anyhow::Result<Ending> {
    match asked {
        OutboxCommand::List(options) => list(options),
        OutboxCommand::Retry(options) => retry(options),
        OutboxCommand::Drop(options) => drop_message(options),
    }
}

/// The outbox of a room that is there, what looking at it is called in the record of use, and the operator.
fn open(room: &SystemRoom) -> anyhow::Result<(Room, Outbox, Action, Caller)> {
    let look = systems::named(&room.system).and_then(|one| systems::action(&one, "outbox.read"));
    let look = look.with_context(|| format!("{} sends nothing by itself, and so has no outbox", room.system))?;
    let (place, room, caller) = room.open()?;
    let outbox = Outbox::of(&room, Arc::clone(place.entropy()));
    Ok((room, outbox, look, caller))
}

fn list(options: &OutboxList) -> anyhow::Result<Ending> {
    let (room, outbox, look, caller) = open(&options.room)?;
    let messages = runtime()?.block_on(async {
        room.event(&caller, look, Outcome::Read, Subject::None, "list").await?;
        Ok::<_, anyhow::Error>(outbox.messages(MOST).await?)
    });
    let messages: Vec<OutboxMessage> = messages?.into_iter().map(OutboxMessage::from).collect();
    output::result(options.json, &messages, |messages| match messages.as_slice() {
        [] => "nothing waits to be sent".to_owned(),
        messages => output::under(HEADING, messages.iter().map(line)),
    })?;
    Ok(Ending::Done)
}

fn retry(options: &OneMessage) -> anyhow::Result<Ending> {
    let (_, outbox, _, caller) = open(&options.room)?;
    told(&options.room, options.key, runtime()?.block_on(outbox.retry(&caller, options.key)))?;
    output::say(&format!("{} goes again: at once where its system runs, else when that starts", options.key));
    Ok(Ending::Done)
}

fn drop_message(options: &DropMessage) -> anyhow::Result<Ending> {
    let (_, outbox, _, caller) = open(&options.message.room)?;
    let key = options.message.key;
    told(&options.message.room, key, runtime()?.block_on(outbox.drop_message(&caller, key, &options.reason)))?;
    output::say(&format!("{key} is given up"));
    Ok(Ending::Done)
}

/// What cannot be done, with what to do.
fn told(room: &SystemRoom, key: Id128, outcome: Result<(), OutboxError>) -> anyhow::Result<()> {
    match outcome {
        Err(OutboxError::Unknown) => bail!("there is no message {key} in this outbox: {} shows them", room.command("outbox list")),
        outcome => Ok(outcome?),
    }
}

const HEADING: &str = "MESSAGE                           SINCE (JAPAN)              STATE    KIND                      TO                          TRIES  LAST REFUSAL";

fn line(message: &OutboxMessage) -> String {
    let (at, state) = (in_japan(message.enqueued_at), if message.dead { "dead" } else { "waiting" });
    let refusal = message.last_error.as_deref().unwrap_or("-");
    format!("{}  {at}  {state:7}  {:24}  {:26}  {:5}  {refusal}", message.key, message.kind, message.peer, message.attempts)
}
