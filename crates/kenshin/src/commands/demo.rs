//! `kenshin demo`: the ring once, and then its pages until Ctrl-C.

use anyhow::Context as _;
use demo::report::Live;
use demo::ring::Ring;
use demo::{cities, officers, page, wiring};
use deployment::Place;
use line::Peers;
use tracing_subscriber::EnvFilter;

use crate::arguments;
use crate::{Ending, making, output};

/// Prepares the cities, starts the parties, runs the ring, serves the pages.
pub(crate) fn run(demo: &arguments::Demo) -> anyhow::Result<Ending> {
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(log).init();
    let place = demo.place.open()?.with_catalogue(demo.folder.catalogue.as_deref())?;
    let bar = output::bar(u64::from(demo.residents), "making the cities");
    let cities = cities::prepare(&place, demo.residents, demo.seed, &mut |residents| bar.set_position(u64::from(residents)))?;
    bar.finish_and_clear();
    super::runtime()?.block_on(ring(demo, &place, cities))
}

async fn ring(demo: &arguments::Demo, place: &Place, cities: cities::Cities) -> anyhow::Result<Ending> {
    let peers = Peers::new();
    let running = wiring::start(place, &peers).await?;
    let ring = Ring::open(place, &peers, cities)?;
    let live = Live::default();
    let pages = if demo.once {
        None
    } else {
        let officers = officers::employ(place, &running).await?;
        Some(page::serve(place, &peers, &live, &officers, demo.port).await?)
    };
    if let Some(pages) = &pages {
        output::say(&format!("the ring is shown at http://localhost:{}", pages.addr.port()));
    }
    let outcome = ring.run(&live, &mut |step| output::say(&step.to_string())).await;
    let (report, _) = live.now();
    if let Some(path) = &demo.report {
        making::write(path, report.json()?.as_bytes())?;
    }
    output::say(&format!("the ring took {:.1} s", report.seconds));
    if let (Ok(()), Some(pages)) = (&outcome, pages) {
        let asked = super::serve::asked_to_stop()?;
        output::say("press Ctrl-C to end");
        asked.await;
        pages.stop().await;
    }
    for party in running {
        party.stop().await;
    }
    outcome.context("the ring is not closed; running the same command again goes on where it stopped")?;
    Ok(Ending::Done)
}
