//! From a configuration file to a service that runs, and to its end.

use std::path::Path;
use std::sync::Arc;

use access::Policies;
use anyhow::Context as _;
use line::Peers;
use store::{Data, Rooms};
use tokio::signal::unix::{SignalKind, signal};
use vocabulary::{Entropy, SystemClock, SystemEntropy};
use wire::{House, Means, Setting};

/// Serves until Ctrl-C or SIGTERM; requests that run may end.
pub(crate) fn run(config: &Path) -> anyhow::Result<()> {
    let setting = setting(config)?;
    let means = means(&setting)?;
    let house = House::open(setting, means).context("the certificate of this party")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(house))
}

/// Makes the master key where there is none: once, before the first start.
pub(crate) fn make_master_key(config: &Path) -> anyhow::Result<()> {
    setting(config)?.master_key.make(Arc::new(SystemEntropy)).context("the master key")
}

fn setting(config: &Path) -> anyhow::Result<Setting> {
    let text = std::fs::read_to_string(config).with_context(|| format!("{}: cannot be read", config.display()))?;
    toml::from_str(&text).with_context(|| format!("{}: not a configuration", config.display()))
}

/// Opens data and keys, which blocks.
fn means(setting: &Setting) -> anyhow::Result<Means> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
    let data = Data::parse(&setting.data).with_context(|| "data")?;
    let rooms = Rooms::open(data).context("the data cannot be opened")?;
    let master = setting.master_key.open(Arc::clone(&entropy)).context("the master key")?;
    let policies = Policies::load(&[hub_edge::POLICIES]).context("the policies")?;
    Ok(Means { rooms, master, clock: Arc::new(SystemClock), entropy, policies, peers: Peers::new() })
}

async fn serve(house: House) -> anyhow::Result<()> {
    // Before anything is served: a signal that comes while starting must not be lost.
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let service = hub_edge::open(house.clone()).await.context("the public side cannot be opened")?;
    let running = wire::serve(&house, service).await.context("the public side cannot be served")?;
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
    }
    tracing::info!("stopping: no more is accepted, what runs may end");
    running.stop().await;
    Ok(())
}
