//! A message that was chosen in the list: the room in whose outbox it stands, and its key there. Two rooms can have messages of one key.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use vocabulary::Id128;
use work::outbox::Outbox;

use crate::{Fields, Office};

/// As it stands in a row: `hub_core_991015/8f…3c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChosenMessage {
    pub(super) room: String,
    pub(super) key: Id128,
}

impl fmt::Display for ChosenMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.room, self.key)
    }
}

impl FromStr for ChosenMessage {
    type Err = ();

    fn from_str(text: &str) -> Result<ChosenMessage, ()> {
        let (room, key) = text.rsplit_once('/').ok_or(())?;
        Ok(ChosenMessage { room: room.to_owned(), key: key.parse().map_err(drop)? })
    }
}

/// The messages that were chosen, each with its outbox; those of a room that is not there any more are left out.
pub(super) async fn chosen(office: &Office, fields: &Fields) -> Vec<(Outbox, Id128)> {
    let all = office.outboxes.all().await.into_iter();
    let outboxes: HashMap<String, Outbox> = all.map(|outbox| (outbox.room().to_string(), outbox)).collect();
    let rows: Vec<ChosenMessage> = fields.rows();
    rows.into_iter().filter_map(|ChosenMessage { room, key }| Some((outboxes.get(&room)?.clone(), key))).collect()
}
