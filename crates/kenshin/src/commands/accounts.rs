//! `kenshin accounts …`: who may log in at a system's pages, for an operator at its machine. A lost password of the only administrator is mended
//! here, on record like every issue of a right (C-III-3-R2b-ATN-2).

use std::sync::Arc;

use access::{AccountLine, AccountRules, Accounts, Action, Caller, Hasher};
use anyhow::Context as _;
use deployment::systems;
use ledger::{Outcome, Room, Subject};
use serde::Serialize;

use super::runtime;
use crate::arguments::{AccountList, Accounts as AccountCommand, OneAccount, SystemRoom};
use crate::{Ending, output};

/// An account, for programs. The person's name stays in the room.
#[derive(Serialize)]
struct Line {
    id: String,
    personnel: String,
    usable: bool,
    roles: Vec<String>,
}

#[derive(Serialize)]
struct Reissued<'a> {
    id: &'a str,
    one_time_password: &'a str,
}

/// Does what was asked of the accounts.
pub(crate) fn run(asked: &AccountCommand) -> anyhow::Result<Ending> {
    match asked {
        AccountCommand::List(options) => list(options),
        AccountCommand::Reissue(options) => reissue(options),
    }
}

/// The accounts of a room, what managing them is called in the record of use, and the operator.
fn open(room: &SystemRoom) -> anyhow::Result<(Room, Accounts, Action, Caller)> {
    let office = systems::office(&room.system);
    let office = office.with_context(|| format!("the system {} has no pages for staff, and so no accounts", room.system))?;
    let (place, room, caller) = room.open_own("accounts")?;
    let accounts = room.accounts(AccountRules::default(), Hasher::new(1), Arc::clone(place.entropy()));
    Ok((room, accounts, office.actions.accounts, caller))
}

fn list(options: &AccountList) -> anyhow::Result<Ending> {
    let (room, accounts, manage, caller) = open(&options.room)?;
    let lines = runtime()?.block_on(async {
        room.event(&caller, manage, Outcome::Read, Subject::None, "list").await?;
        Ok::<_, anyhow::Error>(accounts.list().await?)
    })?;
    let lines: Vec<Line> = lines.into_iter().map(Line::from).collect();
    output::result(options.json, &lines, |lines| match lines.as_slice() {
        [] => "there are no accounts: kenshin init makes the first administrator".to_owned(),
        lines => output::under(HEADING, lines.iter().map(Line::text)),
    })?;
    Ok(Ending::Done)
}

fn reissue(options: &OneAccount) -> anyhow::Result<Ending> {
    let (room, accounts, manage, caller) = open(&options.room)?;
    let password = runtime()?.block_on(async {
        let note = format!("reissue {}", options.id);
        room.event(&caller, manage, Outcome::Written, Subject::None, &note).await?;
        match accounts.reissue_password(&caller, &options.id).await {
            Err(error) => {
                room.event(&caller, manage, Outcome::Refused, Subject::None, &note).await?;
                Err(anyhow::Error::from(error))
            }
            Ok(password) => Ok(password),
        }
    })?;
    let reissued = Reissued { id: &options.id, one_time_password: password.expose() };
    output::result(options.json, &reissued, |reissued| {
        format!("{}: one-time password {}, to be changed at the first log-in", reissued.id, reissued.one_time_password)
    })?;
    Ok(Ending::Done)
}

impl From<AccountLine> for Line {
    fn from(line: AccountLine) -> Line {
        let roles = line.roles.into_iter().map(|role| role.role).collect();
        Line { id: line.id, personnel: line.personnel, usable: line.usable, roles }
    }
}

const HEADING: &str = "ACCOUNT               STATE   ROLES";

impl Line {
    fn text(&self) -> String {
        let state = if self.usable { "open" } else { "closed" };
        format!("{:20}  {:6}  {}", self.id, state, self.roles.join(", "))
    }
}
