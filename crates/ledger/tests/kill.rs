//! T-01: a program that appends is killed at any moment; what it acknowledged is in the log, once, and the log is whole.
//! T-03, T-04: a program that runs out of disk refuses, loses nothing, and nothing it showed is unrecorded.
//!
//! Without a harness, because the test starts itself again as the program that is killed.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ledger::testing::{caller, room};
use ledger::{Act, Entry, LedgerError, Outcome, PersonId, Room, Seen, Subject, Trusted};
use store::testing::both;
use store::{Data, RoomName, Rooms};
use vocabulary::{Entropy as _, Purpose, SeededEntropy};

type Failure = Box<dyn Error + Send + Sync>;

const ACT: Act = Act::new("test:things.do");
const TASKS: usize = 6;

fn name() -> RoomName {
    RoomName::national("payers_hub")
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match (arguments.next().as_deref(), arguments.next(), arguments.next()) {
        // Those who ask for ignored tests alone do not ask for this one.
        _ if std::env::args().any(|argument| argument == "--ignored") => Ok(()),
        (Some("append"), Some(data), Some(tag)) => runtime.block_on(append(&data, &tag)),
        (Some("starve"), Some(data), _) => runtime.block_on(starve(&data)),
        // Whoever lists or filters tests is told that there is one.
        (Some("--list"), ..) => Ok(writeln!(std::io::stdout(), "kill: test")?),
        _ => runtime.block_on(async {
            both(killed).await;
            full_disk().await
        }),
    }
}

/// Appends as fast as it can and says so after each acknowledgement, until somebody kills it.
async fn append(data: &str, tag: &str) -> Result<(), Failure> {
    let room = room(&Rooms::open(Data::parse(data)?)?, &name(), &[]).await?;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (room, tag) = (room.clone(), tag.to_owned());
        tasks.spawn(async move {
            let staff = caller("tanaka", Purpose::Operation);
            for n in 0_u64.. {
                let note = format!("{tag}-{task} {n}");
                if task % 2 == 0 {
                    room.event(&staff, ACT, Outcome::Read, Subject::One(&note), &note).await?;
                } else {
                    let copy = note.clone();
                    room.change(&staff, ACT, move |_, record| {
                        record.note(copy);
                        Ok::<_, LedgerError>(Seen::nobody(()))
                    })
                    .await?;
                }
                writeln!(std::io::stdout(), "{note}")?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    Ok(())
}

/// A program under test and the acknowledgements it gave.
struct Appender {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    listener: std::thread::JoinHandle<()>,
}

impl Appender {
    fn start(data: &str, tag: &str) -> Result<Self, Failure> {
        let mut child = Command::new(std::env::current_exe()?).args(["append", data, tag]).stdout(Stdio::piped()).spawn()?;
        let said = Arc::new(Mutex::new(Vec::new()));
        let (heard, output) = (Arc::clone(&said), child.stdout.take().ok_or("no output")?);
        let listener = std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            let mut line = String::new();
            // A line without its end is no acknowledgement.
            while output.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                if let Ok(mut heard) = heard.lock() {
                    heard.push(line.trim_end().to_owned());
                }
                line.clear();
            }
        });
        Ok(Self { child, said, listener })
    }

    fn has_spoken(&self) -> bool {
        self.said.lock().is_ok_and(|said| !said.is_empty())
    }

    fn kill(mut self) -> Result<Vec<String>, Failure> {
        self.child.kill()?;
        self.child.wait()?;
        self.listener.join().map_err(|_| "the listener failed")?;
        Ok(std::mem::take(&mut *self.said.lock().map_err(|_| "the listener failed")?))
    }
}

async fn killed(rooms: Rooms) -> Result<(), Failure> {
    let (data, kills) = match rooms.data() {
        Data::Folder(path) => (path.to_str().ok_or("a path")?.to_owned(), 40),
        Data::Postgres(url) => (url.clone(), 15),
    };
    let dice = SeededEntropy::new(1);
    let mut said = BTreeSet::new();
    let room = room(&rooms, &name(), &[]).await?;
    for round in 0..kills {
        // Two programs at once now and then: one goes on while the other dies.
        let mut appenders = vec![Appender::start(&data, &format!("{round}a"))?];
        if round % 4 == 0 {
            appenders.push(Appender::start(&data, &format!("{round}b"))?);
        }
        while !appenders.iter().all(Appender::has_spoken) {
            for appender in &mut appenders {
                check(appender.child.try_wait()?.is_none(), "a program ended by itself".to_owned())?;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let [random, ..] = dice.key();
        for appender in appenders {
            tokio::time::sleep(Duration::from_micros(u64::from(random) * 150)).await;
            said.extend(appender.kill()?);
        }
        if round % 5 == 4 {
            whole(&room).await?;
        }
    }
    let size = whole(&room).await?;
    let mut found: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for note in notes(&room, size).await? {
        let (task, n) = note.split_once(' ').ok_or("a note")?;
        found.entry(task.to_owned()).or_default().push(n.parse()?);
        said.remove(&note);
    }
    check(said.is_empty(), format!("acknowledged and lost: {said:?}"))?;
    for (task, numbers) in found {
        let last = numbers.len() as u64;
        check(numbers.iter().copied().eq(0..last), format!("task {task} left a gap, a duplicate or another order: {numbers:?}"))?;
    }
    writeln!(std::io::stdout(), "t_01 {kills} kills, {size} entries: nothing acknowledged was lost, nothing stands twice ... ok")?;
    Ok(())
}

/// Reads until the disk is full, and on.
async fn starve(data: &str) -> Result<(), Failure> {
    let room = room(&Rooms::open(Data::parse(data)?)?, &name(), &[]).await?;
    let staff = caller("tanaka", Purpose::Operation);
    let mut refused = 0;
    for n in 0..20_000 {
        let note = n.to_string();
        let value: Result<&str, LedgerError> = room.see_person(&staff, ACT, PersonId::new(note), |_| Ok("secret")).await;
        match value {
            Ok(value) => writeln!(std::io::stdout(), "{value} {n}")?,
            Err(error) => {
                refused += 1;
                check(matches!(error, LedgerError::Store(_)), error.to_string())?;
                if refused == 1 {
                    writeln!(std::io::stdout(), "refused: {error}")?;
                    check(room.ledger_healthy().await.is_err(), "it says it is well".to_owned())?;
                }
            }
        }
        if refused == 500 {
            break;
        }
    }
    writeln!(std::io::stdout(), "end {refused}")?;
    Ok(())
}

async fn full_disk() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().to_str().ok_or("a path")?;
    let rooms = Rooms::open(Data::parse(data)?)?;
    let room = room(&rooms, &name(), &[]).await?;
    // No file may grow beyond half a megabyte: to the program that is a full disk. The signal would end it otherwise.
    let script = "trap '' XFSZ; ulimit -f 1024; exec \"$0\" starve \"$1\"";
    let output = Command::new("sh").args(["-c", script]).arg(std::env::current_exe()?).arg(data).output()?;
    let text = String::from_utf8(output.stdout)?;
    check(output.status.success(), format!("{text} {}", String::from_utf8_lossy(&output.stderr)))?;
    let shown = text.lines().filter(|line| line.starts_with("secret ")).count() as u64;
    let refused = text.lines().any(|line| line.starts_with("refused: "));
    check(refused && shown > 0 && text.contains("end 500"), format!("the disk was never full: {shown} shown"))?;
    // An entry may stand whose value was refused; never the other way round.
    let size = whole(&room).await?;
    check(size >= shown, format!("{shown} were shown and {size} are recorded"))?;
    let staff = caller("tanaka", Purpose::Operation);
    room.event(&staff, ACT, Outcome::Read, Subject::None, "after").await?;
    check(whole(&room).await? == size + 1, "it does not go on".to_owned())?;
    check(Path::new(data).exists(), "the folder is gone".to_owned())?;
    writeln!(std::io::stdout(), "t_04 full disk: {shown} shown, {size} recorded, then nothing but refusals ... ok")?;
    Ok(())
}

async fn whole(room: &Room) -> Result<u64, Failure> {
    let raw = room.raw().clone();
    let report = tokio::task::spawn_blocking(move || ledger::verify_room(&raw, &Trusted::default(), |_| ())).await??.ok_or("no log")?;
    check(report.is_whole(), format!("{:?}", report.findings))?;
    Ok(report.size)
}

async fn notes(room: &Room, size: u64) -> Result<Vec<String>, Failure> {
    let mut newest = ledger::newest(room.raw(), size).await?;
    newest.reverse();
    newest.iter().map(|found| Ok(found.entry().map(|entry: Entry<'_>| entry.detail.to_owned())?)).collect()
}

fn check(holds: bool, or: String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(or.into()) }
}
