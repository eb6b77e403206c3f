//! W7: entries of the record of use, chained, acknowledged after fsync; beside SQLite with plain rows in the same process.

use std::io::Write as _;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use ledger::testing::{caller, room};
use ledger::{Act, Actor, ActorKind, Entry, LedgerError, Outcome, PersonId, Room, Subject, Subjects, Trusted};
use store::testing::both;
use store::{Data, RoomName};
use vocabulary::{Entropy as _, Id128, Purpose, SeededEntropy};

diesel::table! { plain (id) { id -> BigInt, entry -> Binary, } }

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ACT: Act = Act::new("registry:residents.read");
const SPAN: Duration = Duration::from_millis(600);
const ROUNDS: u32 = 5;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let only = std::env::args().find(|argument| ["append", "proof", "verify"].contains(&argument.as_str()));
    let wanted = |what: &str| only.as_deref().is_none_or(|only| only == what);
    both(|rooms| async move {
        let database = if matches!(rooms.data(), Data::Folder(_)) { "SQLite" } else { "PostgreSQL" };
        let room = room(&rooms, &RoomName::new("registry", Some("991015".parse()?)), &[]).await?;
        if wanted("append") {
            appending(&room, database).await?;
        }
        let size = if database == "SQLite" { 2_000_000 } else { 500_000 };
        while room.ledger_size().await? < size {
            appends(&room, 1024).await?;
        }
        if wanted("proof") {
            proofs(&room, database).await?;
        }
        if wanted("verify") {
            tokio::task::spawn_blocking(move || verify(&room, database)).await??;
        }
        Ok::<_, Failure>(())
    })
    .await;
    Ok(())
}

/// The ledger and the bare operation in turns. Other programs slow both, so what counts is the ratio of a round: the middle one is shown,
/// and the best round of each.
async fn appending(room: &Room, database: &str) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut best_bare = [0.0_f64; 2];
    for tasks in [1, 16, 64, 256, 1024, 4096] {
        let (bare, batch) = if tasks == 1 { (0, 1) } else { (1, 100) };
        let mut ratios = Vec::new();
        let mut best = Round::default();
        for round in 0..ROUNDS {
            let path = folder.path().join(format!("{tasks}-{round}.sqlite"));
            let rows = tokio::task::spawn_blocking(move || baseline(&path, batch)).await??;
            let round = appends(room, tasks).await?;
            ratios.push(round.rate / rows);
            best_bare.iter_mut().skip(bare).take(1).for_each(|best| *best = best.max(rows));
            best = if round.rate > best.rate { round } else { best };
        }
        ratios.sort_by(f64::total_cmp);
        let middle = ratios.get(ratios.len() / 2).copied().unwrap_or_default();
        line(
            &format!("ledger, {database}, {tasks} tasks"),
            best.rate,
            "entries/s",
            &format!("{best}; {middle:.2} × SQLite {batch} rows in one"),
        )?;
    }
    let [single, rows] = best_bare;
    line("SQLite WAL FULL, plain rows, 1 in one transaction", single, "rows/s", "")?;
    line("SQLite WAL FULL, plain rows, 100 in one transaction", rows, "rows/s", "")?;
    let round = reads(room, 256).await?;
    line(&format!("reads with their entry, {database}, 256 tasks"), round.rate, "reads/s", &round.to_string())
}

/// Acts a second, how long one takes in milliseconds (half of them, 99 of 100), and what each costs in microseconds of a core.
#[derive(Clone, Copy, Debug, Default)]
struct Round {
    rate: f64,
    p50: f64,
    p99: f64,
    cpu: f64,
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p50 {:.2} ms, p99 {:.2} ms, {:.1} µs of a core", self.p50, self.p99, self.cpu)
    }
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
fn baseline(path: &std::path::Path, batch: u64) -> Result<f64, Failure> {
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

async fn appends(room: &Room, tasks: u64) -> Result<Round, Failure> {
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

async fn reads(room: &Room, tasks: u64) -> Result<Round, Failure> {
    let room = room.clone();
    load(tasks, move |n| {
        let room = room.clone();
        async move {
            let staff = caller("registry.991015", Purpose::Consultation);
            let sql = "SELECT 1";
            let read = move |tx: &mut store::Tx| Ok::<_, LedgerError>(diesel::sql_query(sql).execute(tx).map(|_| ())?);
            room.see_person(&staff, ACT, PersonId::new(n.to_string()), read).await
        }
    })
    .await
}

/// Runs so many tasks for a while.
async fn load<A, F>(tasks: u64, act: A) -> Result<Round, Failure>
where
    A: Fn(u64) -> F + Clone + Send + 'static,
    F: Future<Output = Result<(), LedgerError>> + Send,
{
    let (begun, cpu) = (Instant::now(), cpu_seconds()?);
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
    let count = waits.len() as f64;
    let (rate, cpu) = (count / begun.elapsed().as_secs_f64(), (cpu_seconds()? - cpu) * 1e6 / count);
    waits.sort_unstable();
    let at = |share: usize| waits.get(waits.len() * share / 100).map_or(0.0, |wait| f64::from(*wait) / 1000.0);
    Ok(Round { rate, p50: at(50), p99: at(99), cpu })
}

async fn proofs(room: &Room, database: &str) -> Result<(), Failure> {
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
    line(&format!("inclusion proof, {database}, in {size}"), begun.elapsed().as_secs_f64() * 1e6 / f64::from(COUNT), "µs", "goal 100")?;
    let begun = Instant::now();
    for _ in 0..COUNT {
        room.consistency(at().max(1), size).await?;
    }
    line(&format!("consistency proof, {database}, to {size}"), begun.elapsed().as_secs_f64() * 1e6 / f64::from(COUNT), "µs", "")
}

fn verify(room: &Room, database: &str) -> Result<(), Failure> {
    let (mut best, mut best_of_cpu) = (0.0_f64, 0.0_f64);
    let mut size = 0;
    for _ in 0..ROUNDS {
        let (begun, cpu) = (Instant::now(), cpu_seconds()?);
        let report = ledger::verify_room(room.raw(), &Trusted::default(), |_| ())?.ok_or("no log")?;
        if !report.is_whole() {
            return Err(format!("{:?}", report.findings).into());
        }
        size = report.size;
        best = best.max(size as f64 / begun.elapsed().as_secs_f64());
        best_of_cpu = best_of_cpu.max(size as f64 / (cpu_seconds()? - cpu));
    }
    line(
        &format!("verify, {database}, {size} entries, one thread"),
        best,
        "entries/s",
        &format!("{best_of_cpu:.0} a second of its core; goal 3,000,000"),
    )
}

/// What this process has used of all cores, to the hundredth of a second.
fn cpu_seconds() -> Result<f64, Failure> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(") ").ok_or("stat")?.1;
    let ticks: Vec<f64> = after_name.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

fn line(what: &str, figure: f64, unit: &str, note: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout(), "{what:<58} {figure:>12.0} {unit:<10} {note}")?)
}
