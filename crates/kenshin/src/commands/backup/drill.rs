//! `kenshin drill`: a backup put back in a place that is thrown away, verified, and the result dated.

use std::fs::{self, File};
use std::io::{Seek as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use ::backup::{BackupError, DatabaseKind, Manifest, Target, Verified, verify};
use anyhow::{Context as _, bail};
use deployment::Place;
use ledger::{Act, Outcome};
use line::pki::private_folder;
use seal::hpke::Receiver;
use serde::Serialize;
use store::{Data, Rooms};
use vault::MasterKey;

use super::{is_expected, names, open, open_file, receiver, record};
use crate::arguments::{Drill, refuse_password};
use crate::commands::keeper;
use crate::output::{Usage, in_japan};
use crate::{Ending, making, output};

const DRILL: Act = Act::new("backup:rooms.drill");

/// The dated results, among the files of the place.
const DRILLS: &str = "drills.csv";

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

/// Puts a backup back, compares and verifies, dates the result, and leaves nothing of it. What is no fault of the backup (a full disk, a tool or key that is
/// missing) is an error, and no result.
pub(crate) fn run(options: &Drill) -> anyhow::Result<Ending> {
    let receiver = receiver(&options.key)?;
    let place = options.place.look()?;
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
        Err(error) if error.downcast_ref().is_some_and(BackupError::is_of_backup) => held.wrong = Some(format!("{error:#}")),
        Err(error) => return Err(error),
    }
    held.seconds = (began.elapsed().as_secs_f64() * 10.0).round() / 10.0;
    append(&place.folder(DRILLS), &held)?;
    let note = match held.whole {
        true => format!("drill of the backup of {}: whole", held.taken),
        false => "drill of a backup: not whole".to_owned(),
    };
    for name in names(&place)? {
        let said = open(&place, &name).and_then(|(room, _)| record(&place, &options.operator, &room, DRILL, Outcome::Written, &note));
        if let Err(error) = said {
            output::say(&format!("{name}: the drill is not on record: {error:#}"));
        }
    }
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
    let mut file = open_file(&options.backup)?;
    let Verified { manifest, content, .. } = verify(&file, receiver)?;
    held.taken = in_japan(manifest.taken);
    held.sha256.clone_from(&content.sha256);
    held.rooms = manifest.rooms.len();
    held.rows = manifest.rooms.iter().map(::backup::RoomManifest::rows).sum();
    if !is_expected(options.sha256.as_deref(), &content) {
        return Err(BackupError::NotTheSame(vec![format!("its SHA-256 is {}, not the one that was kept", content.sha256)]).into());
    }
    let masters = masters(place, &manifest)?;
    let scratch = Scratch::make(options, place, &manifest)?;
    let rooms = Rooms::open(scratch.data.clone()).context("--scratch")?;
    let target = Target { rooms: &rooms, folder: &scratch.folder, masters: &masters };
    file.rewind()?;
    let put = ::backup::restore(&file, receiver, &manifest, &target, |_| ())?;
    held.entries = put.records.iter().map(|report| report.size).sum();
    put.undo(&target);
    if !put.findings.is_empty() {
        return Err(BackupError::Findings(put.findings).into());
    }
    Ok(())
}

/// The master keys of the rooms that are here, which must open those of the backup.
fn masters(place: &Place, manifest: &Manifest) -> anyhow::Result<Vec<Arc<dyn MasterKey>>> {
    let mut masters = Vec::new();
    for room in &manifest.rooms {
        let (Some(version), Some(name)) = (&room.master_key, room.name()) else { continue };
        if !place.rooms().has(&name)? {
            bail!("the backup holds {name}, of which there is no room here: name the place that it is of (--data)");
        }
        let master = place.master(&keeper(&name)?)?;
        if !master.holds(version)? {
            bail!("the master key of {name} is not the key of the time of the backup ({version})");
        }
        masters.push(master);
    }
    Ok(masters)
}

/// How the folder of a drill is named, and the file in it by which it is known as one.
const FOLDER: &str = "drill-";
const MARKER: &str = "kenshin-drill.lock";

/// Where a backup is put back for a while: a new folder, which nobody else enters, and whatever database is named.
struct Scratch {
    data: Data,
    folder: PathBuf,
    /// Held as long as the folder is used.
    _lock: File,
}

impl Scratch {
    fn make(options: &Drill, place: &Place, manifest: &Manifest) -> anyhow::Result<Scratch> {
        let data = options.scratch.as_deref().map(Data::parse).transpose().context("--scratch")?;
        if let Some(data) = &data {
            refuse_password("--scratch", data)?;
        }
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
        private_folder(&within)?;
        remove_left(&within)?;
        let folder = within.join(format!("{FOLDER}{}", place.entropy().id128()));
        fs::DirBuilder::new().mode(0o700).create(&folder).with_context(|| folder.display().to_string())?;
        let lock = making::append(&folder.join(MARKER))?;
        lock.try_lock()?;
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

/// Removes what drills that were killed left: folders with our marker, which nobody holds.
fn remove_left(within: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(within).with_context(|| within.display().to_string())? {
        let entry = entry?;
        let is_named = entry.file_name().to_str().is_some_and(|name| name.starts_with(FOLDER));
        let marker = entry.path().join(MARKER);
        let is_ours = is_named && entry.file_type()?.is_dir() && fs::symlink_metadata(&marker).is_ok_and(|marker| marker.is_file());
        if is_ours && making::append(&marker)?.try_lock().is_ok() {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    fs::remove_dir_all(folder).with_context(|| folder.display().to_string())
}

/// One line more, of a file for its owner alone; on a new line where a kill tore the last one.
fn append(file: &Path, held: &Held) -> anyhow::Result<()> {
    let mut out = making::append(file)?;
    let there = out.metadata()?;
    if !there.is_file() {
        bail!("{} is no plain file: the result is not dated", file.display());
    }
    let mut line = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    if there.len() == 0 {
        line.write_record(["at", "backup", "taken", "sha256", "rooms", "rows", "entries", "seconds", "whole"])?;
    } else {
        let mut last = [0];
        out.read_exact_at(&mut last, there.len() - 1)?;
        if last != *b"\n" {
            out.write_all(b"\n")?;
        }
    }
    let Held { at, backup, taken, sha256, rooms, rows, entries, seconds, whole, .. } = held;
    line.serialize((at, backup, taken, sha256, rooms, rows, entries, seconds, whole))?;
    out.write_all(&line.into_inner().map_err(|_| anyhow::anyhow!("the line of {}", file.display()))?)?;
    Ok(out.sync_all()?)
}
