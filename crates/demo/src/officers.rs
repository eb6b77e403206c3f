//! A synthetic officer of each city, so that whoever looks at the demonstration can open the pages of its staff. Their passwords are made anew at
//! every start, shown on the demonstration's page and kept nowhere.

use std::net::SocketAddr;
use std::sync::Arc;

use access::{AccountError, AccountRules, Caller, Hasher, LogIn, NewAccount, Origin, Password, Terminal};
use anyhow::{Context as _, bail};
use deployment::Place;
use ledger::{Act, Outcome, Subject};
use store::RoomName;
use vocabulary::{Entropy, MunicipalityCode, Party, Purpose};
use wire::Running;

/// The officer of a city, and where their pages are.
#[derive(Clone)]
pub struct Officer {
    /// Whose registry.
    pub registry: Party,
    /// Where its pages are, over TLS.
    pub pages: SocketAddr,
    /// What the officer logs in with.
    pub id: &'static str,
    /// Their password for as long as this demonstration runs.
    pub password: String,
}

impl std::fmt::Debug for Officer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Officer({} of {})", self.id, self.registry)
    }
}

const ID: &str = "hoken-hanako";
const ACT: Act = Act::new("registry:accounts.manage");

/// Sees to it that each city whose registry shows pages has its officer.
pub async fn employ(place: &Place, running: &[Running]) -> anyhow::Result<Vec<Officer>> {
    let mut officers = Vec::new();
    for one in running {
        if let (Some(pages), Some(code), "registry") = (one.pages, one.party.municipality(), one.party.system()) {
            let password = officer(place, &one.party, code).await.with_context(|| format!("the officer of {}", one.party))?;
            officers.push(Officer { registry: one.party.clone(), pages, id: ID, password });
        }
    }
    Ok(officers)
}

async fn officer(place: &Place, party: &Party, code: MunicipalityCode) -> anyhow::Result<String> {
    let name = RoomName::new("registry", Some(code));
    let migrations = work::migrations(registry::MIGRATIONS);
    let (clock, entropy) = (Arc::clone(place.clock()), Arc::clone(place.entropy()));
    let room = ledger::Room::open(place.rooms(), &name, &migrations, place.master(party)?, clock, Arc::clone(&entropy)).await?;
    let caller = Caller::console("demo", Some(code), Purpose::Operation, entropy.id128());
    room.event(&caller, ACT, Outcome::Written, Subject::None, &format!("the demonstration's officer: {ID}")).await?;
    let accounts = room.accounts(AccountRules::default(), Hasher::new(1), Arc::clone(&entropy));
    let once = match accounts.reissue_password(&caller, ID).await {
        Err(AccountError::NoSuchAccount(_)) => accounts.create(&caller, hanako()).await?,
        issued => issued?,
    };
    let terminal = Terminal { agent: "kenshin demo", id: None };
    let LogIn::Opened(_, session) = accounts.log_in(ID, once, &terminal, &Origin::default()).await? else {
        bail!("the one-time password was refused")
    };
    let password = password(entropy.as_ref());
    if let Err(refusal) = accounts.change_password(&session, None, Password::new(password.as_str())).await? {
        bail!("the password was refused: {}", refusal.as_str());
    }
    accounts.log_out(&session).await?;
    Ok(password)
}

fn hanako() -> NewAccount {
    NewAccount {
        id: ID.to_owned(),
        personnel: "demo-1".to_owned(),
        name: "保健 花子".to_owned(),
        privileged: false,
        valid_from: None,
        valid_until: None,
        roles: vec!["health_officer".to_owned()],
    }
}

/// 64 random bits in four groups of four digits.
fn password(entropy: &dyn Entropy) -> String {
    let digits: Vec<char> = entropy.id128().to_string().chars().take(16).collect();
    digits.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}
