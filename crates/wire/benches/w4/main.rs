//! W4: one resident's results, 2 KB, read with a session of staff or a token of a system, policy and a durable entry in the record of use;
//! beside bare axum that reads the same rows from the same database, over plain TCP and over the same TLS, in the same process. Everything
//! shares the machine's cores with the clients that ask, so what counts is the ratio.

#![expect(clippy::print_stdout, reason = "what a measurement prints is its result")]

mod ask;
mod bare;
mod system;

use std::time::Duration;

use ask::{Door, Load};
use bare::Rows;
use store::{Data, Rooms};
use system::AGENT;
use wire::testing::Failed;

const PEOPLE: i64 = 20_000;
/// Who ask at once: many, because an answer waits for the disk and the disk serves all of them at once.
const TASKS: usize = 256;
const SPAN: Duration = Duration::from_millis(1_500);
const ROUNDS: usize = 3;
const GOAL: f64 = 0.5;
const GOAL_P99: f64 = 2.0;

fn main() -> Result<(), Failed> {
    let quick = !std::env::args().any(|argument| argument == "--bench");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    println!(
        "{:<52} {:>9} {:>7} {:>7}   half load: {:>6} {:>7} {:>8}",
        "W4: 2 KB", "reads/s", "p50 ms", "p99 ms", "p50 ms", "p99 ms", "ratio"
    );
    store::testing::both_blocking(|rooms| runtime.block_on(measure(rooms, quick)));
    println!("goal: {GOAL} of the bare read that comes the same way; p99 at half load {GOAL_P99} ms. Clients and servers share the cores.");
    Ok(())
}

async fn measure(rooms: Rooms, quick: bool) -> Result<(), Failed> {
    let (rounds, span) = if quick { (1, Duration::from_millis(200)) } else { (ROUNDS, SPAN) };
    let folder = tempfile::tempdir()?;
    let data = rooms.data().clone();
    let database = if matches!(data, Data::Folder(_)) { "SQLite" } else { "PostgreSQL" };
    let system = system::start(rooms).await?;
    let (token, session) = (system::token(&system.ring, &system.peers).await?, system.log_in().await?);
    let rows = Rows::fill(&data, folder.path())?;
    let plain = bare::plain(rows.clone()).await?;
    let tls = bare::over_tls(rows, &system.ring.house("atena.991015")?.identity).await?;
    let client = ask::client(&system.ring.house("registry.991015")?.identity)?;
    let name = system.peers.party.dns_name();
    let path = "/atena/v1/results/{id}";

    let doors = [
        ("bare axum, plain HTTP", Door::plain(plain, "/results/{id}")),
        ("staff session, policy, ledger, plain HTTP", Door::plain(system.pages.addr, path).with_session(AGENT, session.expose())),
        ("bare axum, mutual TLS", Door::tls(tls, "/results/{id}", client.clone(), &name)?),
        ("system's token, policy, ledger, mutual TLS", Door::tls(system.peers.addr, path, client, &name)?.with_token(&token)),
    ];
    let mut best = [Load::default(); 4];
    // in turns, so that what else the machine does slows all of them alike
    for _ in 0..rounds {
        for ((_, door), best) in doors.iter().zip(&mut best) {
            let load = ask::flat_out(door, TASKS, span).await?;
            *best = if load.rate > best.rate { load } else { *best };
        }
    }
    let mut bare = 0.0;
    for (at, ((what, door), load)) in doors.iter().zip(&best).enumerate() {
        let mut half: Option<Load> = None;
        for _ in 0..rounds {
            let load = ask::paced(door, TASKS, span, load.rate / 2.0).await?;
            half = half.filter(|best| best.p99 <= load.p99).or(Some(load));
        }
        let half = half.unwrap_or_default();
        let ratio = if at % 2 == 0 {
            bare = load.rate;
            String::new()
        } else {
            format!("{:.2}", load.rate / bare)
        };
        println!(
            "{:<52} {:>9.0} {:>7.2} {:>7.2}              {:>6.2} {:>7.2} {ratio:>8}",
            format!("{database}: {what}"),
            load.rate,
            load.p50,
            load.p99,
            half.p50,
            half.p99
        );
    }
    system.stop().await;
    Ok(())
}
