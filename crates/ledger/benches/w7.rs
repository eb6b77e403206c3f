//! W7: entries of the record of use, chained, acknowledged after fsync; beside SQLite with plain rows in the same process.

use std::io::Write as _;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use ledger::testing::{caller, room};
use ledger::{Act, Actor, ActorKind, Entry, LedgerError, Outcome, Room, Subject, Subjects, Trusted};
use store::testing::both;
use store::{Data, RoomName};
use vocabulary::{Entropy as _, Id128, Purpose, SeededEntropy};

diesel::table! { plain (id) { id -> BigInt, entry -> Binary, } }

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ACT: Act = Act::new("registry:residents.read");
const SPAN: Duration = Duration::from_secs(3);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().to_owned();
    let (rows, single) = tokio::task::spawn_blocking(move || Ok::<_, Failure>((baseline(&path, 100)?, baseline(&path, 1)?))).await??;
    line("SQLite WAL FULL, plain rows, 100 in one transaction", rows, "rows/s", "")?;
    line("SQLite WAL FULL, plain rows, 1 in one transaction", single, "rows/s", "")?;
    both(|rooms| async move {
        let embedded = matches!(rooms.data(), Data::Folder(_));
        let room = room(&rooms, &RoomName::new("registry", Some("991015".parse()?)), &[]).await?;
        let database = if embedded { "SQLite" } else { "PostgreSQL" };
        for tasks in [1, 16, 64, 256, 1024, 4096] {
            let (rate, p50, p99) = appends(&room, tasks).await?;
            let against =
                if tasks == 1 { format!("{:.2} × 1 in one", rate / single) } else { format!("{:.2} × 100 in one", rate / rows) };
            line(
                &format!("ledger, {database}, {tasks} tasks"),
                rate,
                "entries/s",
                &format!("p50 {p50:.2} ms, p99 {p99:.2} ms, {against}"),
            )?;
        }
        let (rate, p50, p99) = reads(&room, 256).await?;
        line(&format!("reads with their entry, {database}, 256 tasks"), rate, "reads/s", &format!("p50 {p50:.2} ms, p99 {p99:.2} ms"))?;
        if embedded {
            while room.ledger_size().await? < 2_000_000 {
                appends(&room, 1024).await?;
            }
        }
        proofs(&room).await?;
        tokio::task::spawn_blocking(move || verify(&room)).await?
    })
    .await;
    Ok(())
}

/// A typical entry's bytes.
fn typical(n: u64) -> Result<Vec<u8>, Failure> {
    let mut token = [7; 16];
    token.iter_mut().zip(n.to_be_bytes()).for_each(|(to, from)| *to = from);
    let entry = Entry {
        instant: 1_790_000_000_000,
        outcome: Outcome::Read,
        actor: Actor::Named(ActorKind::System, "registry.991015"),
        municipality: "991015".parse().ok(),
        action: ACT.name(),
        purpose: Purpose::Consultation.as_str(),
        subjects: Subjects::Tokens(&[token]),
        request: Id128::from_bytes(token),
        detail: "",
    };
    Ok(entry.to_bytes()?)
}

/// The bare operation: the same bytes as rows, by one prepared insert, so many in a transaction.
fn baseline(folder: &std::path::Path, batch: u64) -> Result<f64, Failure> {
    let path = folder.join(format!("plain-{batch}.sqlite"));
    let mut connection = SqliteConnection::establish(path.to_str().ok_or("a path")?)?;
    connection.batch_execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE plain (id INTEGER PRIMARY KEY, entry BLOB NOT NULL)",
    )?;
    let bytes = typical(1)?;
    let begun = Instant::now();
    let mut rows = 0;
    while begun.elapsed() < SPAN {
        connection.immediate_transaction(|connection| {
            for _ in 0..batch {
                rows += 1;
                diesel::insert_into(plain::table).values((plain::id.eq(rows), plain::entry.eq(bytes.as_slice()))).execute(connection)?;
            }
            Ok::<_, diesel::result::Error>(())
        })?;
    }
    Ok(rows as f64 / begun.elapsed().as_secs_f64())
}

async fn appends(room: &Room, tasks: u64) -> Result<(f64, f64, f64), Failure> {
    let room = room.clone();
    load(tasks, move |n| {
        let room = room.clone();
        async move {
            let staff = caller("registry.991015", Purpose::Consultation);
            room.event(&staff, ACT, Outcome::Read, Subject::One(&n.to_string()), "").await
        }
    })
    .await
}

async fn reads(room: &Room, tasks: u64) -> Result<(f64, f64, f64), Failure> {
    let room = room.clone();
    load(tasks, move |n| {
        let room = room.clone();
        async move {
            let staff = caller("registry.991015", Purpose::Consultation);
            let sql = "SELECT 1";
            let subject = n.to_string();
            room.read(&staff, ACT, Subject::One(&subject), move |tx| Ok::<_, LedgerError>(diesel::sql_query(sql).execute(tx).map(|_| ())?))
                .await
        }
    })
    .await
}

/// Runs so many tasks for a while: how many acts a second, and how long one takes in milliseconds (half of them, 99 of 100).
async fn load<A, F>(tasks: u64, act: A) -> Result<(f64, f64, f64), Failure>
where
    A: Fn(u64) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), LedgerError>> + Send,
{
    let begun = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    for task in 0..tasks {
        let act = act.clone();
        running.spawn(async move {
            let mut waits: Vec<u32> = Vec::new();
            let mut before = begun.elapsed();
            for n in 0.. {
                act(n * tasks + task).await?;
                let after = begun.elapsed();
                waits.push(u32::try_from((after - before).as_micros())?);
                before = after;
                if after >= SPAN {
                    break;
                }
            }
            Ok::<_, Failure>(waits)
        });
    }
    let mut waits = Vec::new();
    while let Some(ended) = running.join_next().await {
        waits.extend(ended??);
    }
    let rate = waits.len() as f64 / begun.elapsed().as_secs_f64();
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0.0, |wait| f64::from(*wait) / 1000.0);
    Ok((rate, at(50), at(99)))
}

async fn proofs(room: &Room) -> Result<(), Failure> {
    const COUNT: u32 = 2000;
    let size = room.ledger_size().await?;
    let dice = SeededEntropy::new(3);
    let at = || {
        let mut bytes = [0; 8];
        dice.fill(&mut bytes);
        u64::from_le_bytes(bytes) % size
    };
    let begun = Instant::now();
    for _ in 0..COUNT {
        room.inclusion(at(), size).await?;
    }
    line(&format!("inclusion proof in {size}"), begun.elapsed().as_secs_f64() * 1e6 / f64::from(COUNT), "µs", "goal 100")?;
    let begun = Instant::now();
    for _ in 0..COUNT {
        room.consistency(at().max(1), size).await?;
    }
    line(&format!("consistency proof to {size}"), begun.elapsed().as_secs_f64() * 1e6 / f64::from(COUNT), "µs", "")
}

fn verify(room: &Room) -> Result<(), Failure> {
    let begun = Instant::now();
    let report = ledger::verify_room(room.raw(), &Trusted::default(), |_| ())?.ok_or("no log")?;
    let seconds = begun.elapsed().as_secs_f64();
    if !report.is_whole() {
        return Err(format!("{:?}", report.findings).into());
    }
    line(&format!("verify {} entries on one core", report.size), report.size as f64 / seconds, "entries/s", "goal 3,000,000")
}

fn line(what: &str, figure: f64, unit: &str, note: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{what:<58} {figure:>12.0} {unit:<10} {note}")?)
}
