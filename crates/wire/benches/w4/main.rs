//! W4: one resident's results, 2 KB, read over mutual TLS with token, policy and a durable entry in the record of use; beside bare axum that
//! reads the same rows from SQLite, over plain TCP and over the same TLS, in the same process. Everything shares the machine's cores with
//! the clients that ask, so what counts is the ratio.

#![expect(clippy::print_stdout, reason = "what a measurement prints is its result")]

mod ask;
mod bare;
mod system;

use std::time::Duration;

use ask::{Door, Load};
use store::{Data, Rooms};
use wire::testing::Failed;

const PEOPLE: i64 = 20_000;
const TASKS: usize = 64;
const SPAN: Duration = Duration::from_millis(1_500);
const ROUNDS: usize = 3;
const GOAL: f64 = 0.5;
const GOAL_P99: f64 = 2.0;

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let rooms = Rooms::open(Data::Folder(folder.path().join("data")))?;
    let (ring, running) = system::start(rooms).await?;
    let token = system::token(&ring, &running).await?;
    let file = bare::fill(folder.path())?;
    let plain = bare::plain(file.clone()).await?;
    let tls = bare::over_tls(file, &ring.house("atena.991015")?.identity).await?;
    let client = ask::client(&ring.house("registry.991015")?.identity)?;
    let name = running.party.dns_name();

    let doors = [
        ("bare axum + SQLite, plain HTTP", Door::plain(plain, "/results/{id}")),
        ("bare axum + SQLite, mutual TLS", Door::tls(tls, "/results/{id}", client.clone(), &name)?),
        ("wire: TLS, token, policy, ledger", Door::tls(running.addr, "/atena/v1/results/{id}", client, &name)?.with_token(&token)),
    ];
    let mut best = [Load::default(); 3];
    // in turns, so that what else the machine does slows all of them alike
    for _ in 0..ROUNDS {
        for ((_, door), best) in doors.iter().zip(&mut best) {
            let load = ask::flat_out(door, TASKS, SPAN).await?;
            *best = if load.rate > best.rate { load } else { *best };
        }
    }
    println!("{:<36} {:>10} {:>9} {:>9}   half load: {:>8} {:>8}", "W4: 2 KB, SQLite", "reads/s", "p50 ms", "p99 ms", "p50 ms", "p99 ms");
    let mut p99_at_half = 0.0;
    for ((what, door), load) in doors.iter().zip(&best) {
        let half = ask::paced(door, TASKS, SPAN, load.rate / 2.0).await?;
        p99_at_half = half.p99;
        println!("{what:<36} {:>10.0} {:>9.2} {:>9.2}              {:>8.2} {:>8.2}", load.rate, load.p50, load.p99, half.p50, half.p99);
    }
    let [plain, tls, wire] = best;
    println!(
        "goal: {GOAL} of the bare read; here {:.2} of it over plain HTTP, {:.2} over the same TLS. p99 at half load: goal {GOAL_P99} ms, here {p99_at_half:.2} ms",
        wire.rate / plain.rate,
        wire.rate / tls.rate
    );
    running.stop().await;
    Ok(())
}
