//! `kenshin serve`: one system until it is told to stop.

use std::fs;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use deployment::systems;
use line::Peers;
use store::{Data, Rooms};
use tokio::signal::unix::{SignalKind, signal};
use vocabulary::{Clock, Entropy, SystemClock, SystemEntropy};
use wire::{House, Means, Setting};

use crate::arguments::{Serve, System};
use crate::{Ending, output};

/// Serves until Ctrl-C or SIGTERM.
pub(crate) fn run(serve: &Serve) -> anyhow::Result<Ending> {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).json().init();
    let text = fs::read_to_string(&serve.config).with_context(|| format!("the configuration {}", serve.config.display()))?;
    let setting: Setting = toml::from_str(&text).with_context(|| format!("the configuration {}", serve.config.display()))?;
    if !fits(serve.system, setting.party.system()) {
        bail!("{} configures {}, not what was asked for", serve.config.display(), setting.party);
    }
    if serve.make_master_key {
        setting.master_key.make(Arc::new(SystemEntropy)).context("the master key")?;
        output::say(&format!("the master key of {} is made: keep a copy in a safe", setting.party));
        return Ok(Ending::Done);
    }
    super::runtime()?.block_on(until_stopped(setting))?;
    Ok(Ending::Done)
}

fn fits(asked: System, configured: &str) -> bool {
    match asked {
        System::Registry => configured == "registry",
        System::Atena => configured == "atena",
        System::Relay => configured == "relay",
        System::HubCore => configured == "hub-core",
        System::HubEdge => configured == "hub-edge",
        System::Outside => systems::outside().any(|one| one.system() == configured),
    }
}

async fn until_stopped(setting: Setting) -> anyhow::Result<()> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let master = setting.master_key.open(Arc::clone(&entropy)).context("the master key")?;
    let means = Means {
        rooms: Rooms::open(Data::parse(&setting.data)?)?,
        master,
        clock,
        entropy,
        policies: systems::policies()?,
        peers: Peers::new(),
    };
    let house = House::open(setting, means)?;
    for peer in systems::peers_of(&house.party)?.iter().filter(|peer| house.client.peers().address(peer).is_none()) {
        tracing::warn!(%peer, "no address: what is for this party will wait; name it under [peers]");
    }
    let service = systems::open(house.clone()).await?;
    let asked = asked_to_stop()?;
    let running = wire::serve(&house, service).await?;
    output::say(&format!("{} listens on {}", running.party, running.addr));
    if let Some(pages) = running.pages {
        output::say(&format!("its pages are at https://{pages}"));
    }
    asked.await;
    running.stop().await;
    Ok(())
}

/// Ends with Ctrl-C or SIGTERM; from when this returns, also with one that comes before anybody waits.
pub(crate) fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}
