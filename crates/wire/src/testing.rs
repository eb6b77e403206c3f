//! What tests of the crates above use: a ring with its own authority, over real TLS on free ports.
//!
//! ```ignore
//! store::testing::both(|rooms| async move {
//!     let ring = wire::testing::Ring::new(rooms, policies, &["registry.991015", "atena.991015"])?;
//!     let atena = ring.house("atena.991015")?;
//!     let running = wire::serve(&atena, atena::open(atena.clone()).await?).await?;
//!     let registry = ring.house("registry.991015")?.client;
//!     let answer: PersonsAnswer = registry.post(&atena.party, PERSONS, key, &request).await?;
//!     running.stop().await;
//!     Ok::<_, wire::testing::Failed>(())
//! }).await
//! ```

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use access::{Action, Policies, PoliciesError, SystemPolicies};
use store::Rooms;
use vault::FileMaster;
use vocabulary::{Clock, Entropy, Party, SystemClock, SystemEntropy};

use crate::house::{House, Means};
use crate::server::Running;
use crate::setting::Setting;
use line::Peers;
use line::pki::Authority;

/// Whatever a test trips over.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Parties that trust one authority and know where the others are. Its folder goes when it is dropped.
#[derive(Debug)]
pub struct Ring {
    dir: PathBuf,
    authority: Authority,
    parties: Vec<Party>,
    means: Means,
}

impl Ring {
    /// A ring of these parties on the machine's clock; every provider enrols those among them that need its tokens.
    pub fn new(rooms: Rooms, policies: Policies, parties: &[&str]) -> Result<Self, Failed> {
        Self::at(rooms, policies, parties, Arc::new(SystemClock))
    }

    /// The same with a clock of the test's own.
    pub fn at(rooms: Rooms, policies: Policies, parties: &[&str], clock: Arc<dyn Clock>) -> Result<Self, Failed> {
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let dir = std::env::temp_dir().join(format!("kenshin-ring-{}", entropy.id128()));
        let authority = Authority::create(&dir, clock.as_ref(), entropy.as_ref())?;
        let master = Arc::new(FileMaster::open_or_create(dir.join("master.key"), Arc::clone(&entropy))?);
        let parties = parties.iter().map(|party| party.parse()).collect::<Result<Vec<Party>, _>>()?;
        let means = Means { rooms, master, clock, entropy, policies, peers: Peers::new() };
        Ok(Self { dir, authority, parties, means })
    }

    /// What is needed to start this party; `house.setting` can still be changed.
    pub fn house(&self, party: &str) -> Result<House, Failed> {
        let party: Party = party.parse()?;
        let identity = self.authority.issue(&party, self.means.clock.as_ref(), self.means.entropy.as_ref())?;
        identity.save(&self.dir)?;
        let mut setting = Setting::local(party, &self.means.rooms.data().to_string(), self.dir.clone());
        setting.consumers.clone_from(&self.parties);
        setting.pages = Some(([127, 0, 0, 1], 0).into());
        // a test asks again because something has changed
        setting.limits.readiness_seconds = 0;
        Ok(House::with_identity(setting, identity, self.means.clone())?)
    }

    /// The same ring with another master key, as when data of an earlier one are opened again.
    pub fn with_master(mut self, file: &std::path::Path) -> Result<Self, Failed> {
        self.means.master = Arc::new(FileMaster::open_or_create(file, Arc::clone(&self.means.entropy))?);
        Ok(self)
    }

    /// A client that shows no certificate, as a phone.
    pub fn phone(&self) -> Result<line::Client, Failed> {
        let means = &self.means;
        Ok(line::Client::anonymous(
            self.authority.certificate(),
            means.peers.clone(),
            Arc::clone(&means.clock),
            Arc::clone(&means.entropy),
        )?)
    }

    /// For what no typed client asks: a client under a party's certificate that finds a running party, and under which address it does.
    pub fn bare_client(&self, party: &str, to: &Running) -> Result<(reqwest::ClientBuilder, String), Failed> {
        let identity = self.house(party)?.identity;
        let pem = format!("{}{}", identity.chain_pem(), identity.key_pem());
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([reqwest::Certificate::from_pem(identity.authority_pem().as_bytes())?])
            .identity(reqwest::Identity::from_pem(pem.as_bytes())?)
            .resolve(&to.party.dns_name(), to.addr);
        Ok((client, format!("https://{}:{}", to.party.dns_name(), to.addr.port())))
    }

    /// The authority, for certificates of other kinds.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Where the parties are.
    pub fn peers(&self) -> &Peers {
        &self.means.peers
    }

    /// The folder of certificates, keys and secrets.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.dir);
    }
}

/// Policies that permit every system everything named, for neighbours that a test stands in for.
pub fn open_policies(systems: &[(&'static str, &[Action])]) -> Result<Policies, PoliciesError> {
    let texts: Vec<String> = systems.iter().map(|(system, actions)| permitting(system, actions)).collect();
    let lists: Vec<[&[Action]; 1]> = systems.iter().map(|(_, actions)| [*actions]).collect();
    let systems = systems.iter().zip(&lists).zip(&texts).map(|(((system, _), actions), text)| SystemPolicies { system, actions, text });
    Policies::load(&systems.collect::<Vec<_>>())
}

/// The text that permits every caller these actions of a system, to be loaded beside real policies.
pub fn permitting(system: &str, actions: &[Action]) -> String {
    let mut text = String::new();
    for (place, action) in actions.iter().enumerate() {
        // writing to a String cannot fail
        let _ = writeln!(text, "@id(\"{system}-test-{place}\")\npermit (principal, action == Action::\"{}\", resource);", action.name());
    }
    text
}

/// Waits for what background work brings about.
pub async fn until(what: &str, happened: impl Fn() -> bool) -> Result<(), Failed> {
    for _ in 0..2_400 {
        if happened() {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    Err(format!("after a minute still not: {what}").into())
}

/// How often damage of this kind was met in this process.
pub fn damage_met(what: &str) -> u64 {
    crate::cause::DAMAGE.get_or_create(&vec![("what".to_owned(), what.to_owned())]).get()
}

/// What stands behind the doors of every server, for bytes that nobody meant.
pub mod doors {
    use axum::extract::{FromRequest as _, Request};
    use vocabulary::ManualClock;

    use crate::idempotency::Once;
    use crate::oauth;
    use protocol::Digest;
    use vocabulary::Party;

    /// Whether this is an `Idempotency-Key`.
    pub fn is_key(key: &str) -> bool {
        Once::of_request("system relay.991015", key, Digest([0; 32]), None).is_some_and(|once| once.key() == key)
    }

    /// The client that an assertion names, when a provider believes it under this secret at this time.
    pub fn believed(assertion: &str, secret: &[u8], provider: &Party, clock: &ManualClock) -> Option<String> {
        oauth::believed(assertion, secret, provider, clock)
    }

    /// Whether a body is the form of a token request.
    pub async fn is_token_request(body: &[u8]) -> bool {
        let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded").body(body.to_vec().into());
        match request {
            Ok(request) => axum::Form::<oauth::TokenRequest>::from_request(request, &()).await.is_ok(),
            Err(_) => false,
        }
    }
}
