//! Members of staff with accounts.

use std::net::SocketAddr;
use std::sync::Arc;

use access::{AccountRules, Accounts, Action, Caller, Hasher, LogIn, NewAccount, Origin, Password, Resumed, SessionToken, Terminal};
use protocol::messages::Nothing;
use vocabulary::{Id128, MunicipalityCode, Party, Purpose, SystemEntropy};
use wire::House;
use wire::testing::{Failed, Ring, open_policies};

use work::jobs::{Jobs, SystemWork, Through, WorkKind};

use super::Browser;
use super::browser::AGENT;

/// The password of everybody who has been here before.
pub const GOOD: &str = "kaze-no-toorimichi";

/// The staff of one system.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Their accounts.
    pub accounts: Accounts,
    operator: Caller,
}

impl Staff {
    /// Nobody yet, in the room of a system.
    pub fn of(house: &House, room: &ledger::Room) -> Staff {
        Self::at(room, house.party.municipality(), Arc::clone(&house.clock))
    }

    /// The same by a clock of the test's own.
    pub fn at(room: &ledger::Room, municipality: Option<MunicipalityCode>, clock: Arc<dyn vocabulary::Clock>) -> Staff {
        let accounts = Accounts::new(room.raw().clone(), AccountRules::default(), Hasher::new(2), clock, Arc::new(SystemEntropy));
        Staff { accounts, operator: Caller::console("operator", municipality, Purpose::Operation, Id128::from_bytes([1; 16])) }
    }

    /// An account with the password [`GOOD`], past its first log-in.
    pub async fn employ(&self, id: &str, role: &str) -> Result<access::Session, Failed> {
        self.employ_with(id, &[role]).await
    }

    /// The same with these roles, or none.
    pub async fn employ_with(&self, id: &str, roles: &[&str]) -> Result<access::Session, Failed> {
        let new = NewAccount {
            id: id.to_owned(),
            personnel: format!("P{id}"),
            name: "Kenshin Hanako".to_owned(),
            privileged: roles.contains(&"administrator"),
            valid_from: None,
            valid_until: None,
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        };
        let once = self.accounts.create(&self.operator, new).await?;
        let desk = Terminal { agent: "desk", id: None };
        let LogIn::Opened(_, session) = self.accounts.log_in(id, once, &desk, &Origin::default()).await? else {
            return Err("refused".into());
        };
        self.accounts.change_password(&session, None, Password::new(GOOD)).await?.map_err(|refusal| refusal.as_str())?;
        self.accounts.log_out(&session).await?;
        let LogIn::Opened(_, session) = self.accounts.log_in(id, Password::new(GOOD), &desk, &Origin::default()).await? else {
            return Err("refused".into());
        };
        self.accounts.log_out(&session).await?;
        Ok(session)
    }

    /// The session of a new account of this role, opened by a [`Browser`].
    pub async fn session(&self, id: &str, role: &str) -> Result<SessionToken, Failed> {
        self.employ(id, role).await?;
        let browser = Terminal { agent: AGENT, id: None };
        let LogIn::Opened(token, _) = self.accounts.log_in(id, Password::new(GOOD), &browser, &Origin::default()).await? else {
            return Err("refused".into());
        };
        match self.accounts.resume(token.expose(), &browser).await? {
            Resumed::Open(_) => Ok(token),
            Resumed::Idle(_) | Resumed::Gone => Err("the session of a moment ago is over".into()),
        }
    }

    /// A browser in which a new account of this role is logged in.
    pub async fn officer(&self, ring: &Ring, pages: SocketAddr, id: &str, role: &str) -> Result<Browser, Failed> {
        self.employ(id, role).await?;
        let mut browser = Browser::new(ring, pages)?;
        let opened = browser.log_in(id, GOOD).await?;
        if opened.leads_to() != (303, "/") {
            return Err(format!("{id} is not let in: {}", opened.status).into());
        }
        Ok(browser)
    }
}

/// Work that nobody does.
const ASK: Action = Action::plain("test:jobs.ask");

impl Staff {
    /// A job of this kind that the console has asked for, for its purpose, and that waits for a second person, in the room of a system.
    pub async fn ask_for_job(&self, room: &ledger::Room, kind: &'static str, purpose: Purpose) -> Result<Id128, Failed> {
        let policies = open_policies(&[("test", &[ASK])])?;
        let work = SystemWork::of("test", vec![WorkKind::of::<Nothing, Nothing>(kind, ASK)], &policies, &[kind.to_owned()])?;
        let jobs = Jobs::of(room, Arc::new(SystemEntropy), "/test/v1", work);
        let kind = jobs.kind(kind).ok_or("the kind of a moment ago")?;
        let console = match room.name().municipality() {
            Some(code) => Party::of("console", code)?,
            None => "console.991015".parse()?,
        };
        let console = Caller::peer(&console, purpose, Id128::from_bytes([1; 16]));
        Ok(jobs.ask_for(kind, &console, serde_json::json!({}), Through::Form).await?.id)
    }
}
