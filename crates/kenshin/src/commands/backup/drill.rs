//! `kenshin drill`: a backup put back in a place that is thrown away, verified, and the result dated.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use ::backup::{Content, DatabaseKind, Manifest, Target, Verified, verify};
use anyhow::{Context as _, bail};
use deployment::Place;
use ledger::{Act, Outcome};
use seal::hpke::Receiver;
use serde::Serialize;
use store::{Data, Rooms};

use super::restore::{masters, parties};
use super::{open_all, open_file, receiver, record};
use crate::arguments::Drill;
use crate::output::{Usage, in_japan};
use crate::{Ending, output};

const DRILL: Act = Act::new("backup:rooms.drill");

/// The dated results, among the files of the place.
pub(super) const DRILLS: &str = "drills.csv";

/// A drill that was held.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held {
    at: String,
    backup: String,
    taken: String,
    sha256: String,
    rooms: usize,
    rows: u64,
    /// In the records of use.
    entries: u64,
    seconds: f64,
    whole: bool,
    /// What was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

/// Puts a backup back, compares and verifies, dates the result, and leaves nothing of it.
pub(crate) fn run(options: &Drill) -> anyhow::Result<Ending> {
    let receiver = receiver(&options.key)?;
    let place = options.place.look()?;
    let rooms = open_all(&place)?;
    let began = Instant::now();
    let mut held = Held {
        at: in_japan(place.clock().now()),
        backup: options.backup.display().to_string(),
        taken: String::new(),
        sha256: String::new(),
        rooms: 0,
        rows: 0,
        entries: 0,
        seconds: 0.0,
        whole: false,
        wrong: None,
    };
    match verified(options, &place, &receiver, &mut held) {
        Ok(()) => held.whole = true,
        Err(error) if error.is::<Usage>() => return Err(error),
        Err(error) => held.wrong = Some(format!("{error:#}")),
    }
    held.seconds = (began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    append(&place.folder(DRILLS), &held)?;
    let note = match held.whole {
        true => format!("drill of the backup of {}: whole", held.taken),
        false => "drill of a backup: not whole".to_owned(),
    };
    record(&place, &options.operator, &rooms, DRILL, Outcome::Written, &note)?;
    output::result(options.json, &held, |held| match &held.wrong {
        None => format!(
            "{}: whole, put back and compared in {} s: {} rooms, {} rows, {} entries of the records of use",
            held.backup, held.seconds, held.rooms, held.rows, held.entries
        ),
        Some(wrong) => format!("{}: NOT WHOLE: {wrong}", held.backup),
    })?;
    Ok(if held.whole { Ending::Done } else { Ending::Refused })
}

fn verified(options: &Drill, place: &Place, receiver: &Receiver, held: &mut Held) -> anyhow::Result<()> {
    let Verified { manifest, content: Content { sha256, .. } } = verify(open_file(&options.backup)?, receiver)?;
    held.taken = in_japan(manifest.taken);
    held.sha256 = sha256;
    held.rooms = manifest.rooms.len();
    held.rows = manifest.rooms.iter().map(::backup::RoomManifest::rows).sum();
    let masters = masters(place, &manifest, &parties(&manifest)?)?;
    let scratch = Scratch::make(options, place, &manifest)?;
    let rooms = Rooms::open(scratch.data.clone()).context("--scratch")?;
    let target = Target { rooms: &rooms, folder: &scratch.folder, masters: &masters };
    let records = ::backup::restore(open_file(&options.backup)?, receiver, &manifest, &target, |_| ())?;
    held.entries = records.iter().map(|report| report.size).sum();
    for (name, _) in parties(&manifest)? {
        rooms.remove(&name)?;
    }
    Ok(())
}

/// Where a backup is put back for a while: a folder among the files, which nobody else enters, and whatever database is named.
struct Scratch {
    data: Data,
    folder: PathBuf,
    /// Held as long as the folder is used.
    _lock: File,
}

impl Scratch {
    fn make(options: &Drill, place: &Place, manifest: &Manifest) -> anyhow::Result<Scratch> {
        let data = options.scratch.as_deref().map(Data::parse).transpose().context("--scratch")?;
        if data.is_none() && manifest.database == DatabaseKind::Postgres {
            return Err(Usage(
                "a backup of PostgreSQL is put back in a database that is made for it: name one that is empty by --scratch URL".to_owned(),
            )
            .into());
        }
        let within = match &data {
            Some(Data::Folder(folder)) => folder.clone(),
            _ => place.folder(""),
        };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&within)?;
        let (folder, lock) = (within.join("drill"), within.join("drill.lock"));
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&lock)
            .with_context(|| lock.display().to_string())?;
        if lock.try_lock().is_err() {
            bail!("another drill is held in {}", folder.display());
        }
        // What one that was killed left.
        remove(&folder)?;
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| folder.display().to_string())?;
        let data = data.filter(|data| matches!(data, Data::Postgres(_))).unwrap_or_else(|| Data::Folder(folder.clone()));
        Ok(Scratch { data, folder, _lock: lock })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.folder) {
            output::say(&format!("{error:#}: remove it by hand, people's data are in it"));
        }
    }
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).with_context(|| folder.display().to_string()),
        _ => Ok(()),
    }
}

/// One line more, of a file for its owner alone.
fn append(file: &Path, held: &Held) -> anyhow::Result<()> {
    if fs::symlink_metadata(file).is_ok_and(|there| !there.is_file()) {
        bail!("{} is no plain file: the result is not dated", file.display());
    }
    let is_new = !file.exists();
    let mut out = OpenOptions::new().append(true).create(true).mode(0o600).open(file).with_context(|| file.display().to_string())?;
    let mut line = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if is_new {
        line.write_record(["at", "backup", "taken", "sha256", "rooms", "rows", "entries", "seconds", "whole"])?;
    }
    let Held { at, backup, taken, sha256, rooms, rows, entries, seconds, whole, .. } = held;
    line.serialize((at, backup, taken, sha256, rooms, rows, entries, seconds, whole))?;
    out.write_all(&line.into_inner().map_err(|_| anyhow::anyhow!("the line of {}", file.display()))?)?;
    Ok(out.sync_all()?)
}
