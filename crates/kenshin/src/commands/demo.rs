//! `kenshin demo`: the ring once, and then its pages until Ctrl-C.

use anyhow::Context as _;
use line::Peers;
use tracing_subscriber::EnvFilter;

use crate::arguments::Demo;
use crate::demo::report::Live;
use crate::demo::ring::Ring;
use crate::demo::{cities, officers, page, wiring};
use crate::place::Place;
use crate::{Ending, output};

/// Prepares the cities, starts the parties, runs the ring, serves the pages.
pub(crate) fn run(demo: &Demo) -> anyhow::Result<Ending> {
    let log = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_env_filter(log).init();
    let place = Place::open(&demo.place)?.with_catalogue(demo.folder.catalogue.as_deref())?;
    let cities = cities::prepare(&place, demo.residents, demo.seed)?;
    super::runtime()?.block_on(ring(demo, &place, cities))
}

async fn ring(demo: &Demo, place: &Place, cities: cities::Cities) -> anyhow::Result<Ending> {
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
    let outcome = ring.run(&live).await;
    let (report, _) = live.now();
    if let Some(path) = &demo.report {
        report.write(path)?;
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
