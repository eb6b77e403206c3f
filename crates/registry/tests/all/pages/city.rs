//! A city with its pages open, its people and its staff.

use std::sync::Arc;

use access::{AccountRules, Accounts, Caller, Hasher, LogIn, NewAccount, Password, Policies, Terminal};
use registry::POLICIES;
use registry::files::encoding::Encoding;
use store::Rooms;
use vocabulary::{Clock, Entropy, Id128, ManualClock, Purpose, SystemClock, SystemEntropy};
use wire::Running;
use wire::testing::{Failed, Ring};

use super::browser::Browser;
use crate::support::{Line, file, officer};

/// The password of everybody who has been here before.
pub(super) const GOOD: &str = "kaze-no-toorimichi";

pub(super) struct City {
    pub(super) running: Running,
    pub(super) room: ledger::Room,
    pub(super) accounts: Accounts,
    pub(super) operator: Caller,
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

impl City {
    pub(super) async fn open(ring: &Ring, clock: &Arc<ManualClock>, code: &str) -> Result<City, Failed> {
        let mut house = ring.house(&format!("registry.{code}"))?;
        (house.setting.name, house.setting.english_name) = (Some("みほん市".to_owned()), Some("Mihon City".to_owned()));
        let room = work::open_room(&house, registry::MIGRATIONS).await?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let clock = Arc::clone(clock) as Arc<dyn Clock>;
        let accounts = Accounts::new(room.raw().clone(), AccountRules::default(), Hasher::new(2), clock, entropy);
        let running = wire::serve(&house, registry::open(house.clone()).await?).await?;
        let operator = Caller::console("operator", Some(code.parse()?), Purpose::Operation, Id128::from_bytes([1; 16]));
        Ok(City { running, room, accounts, operator })
    }

    pub(super) fn browser(&self, ring: &Ring) -> Result<Browser, Failed> {
        Browser::new(ring, self.running.pages.ok_or("it has no pages")?)
    }

    /// An account with the password [`GOOD`], past its first log-in.
    pub(super) async fn employ(&self, id: &str, role: &str) -> Result<(), Failed> {
        let new = NewAccount {
            id: id.to_owned(),
            personnel: format!("P{id}"),
            name: "Kenshin Hanako".to_owned(),
            privileged: role == "administrator",
            valid_from: None,
            valid_until: None,
            roles: vec![role.to_owned()],
        };
        let once = self.accounts.create(&self.operator, new).await?;
        let desk = Terminal { agent: "desk", id: None };
        let LogIn::Opened(_, session) = self.accounts.log_in(id, once, &desk).await? else { return Err("refused".into()) };
        self.accounts.change_password(&session, None, Password::new(GOOD)).await?.map_err(|refusal| refusal.as_str())?;
        Ok(self.accounts.log_out(&session).await?)
    }

    /// A browser in which an account of this role is logged in.
    pub(super) async fn officer(&self, ring: &Ring, id: &str, role: &str) -> Result<Browser, Failed> {
        self.employ(id, role).await?;
        let mut browser = self.browser(ring)?;
        assert_eq!(browser.log_in(id, GOOD).await?.leads_to(), (303, "/"));
        Ok(browser)
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
