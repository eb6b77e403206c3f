//! `kenshin backup`: every room of a place and the files that make it, in one sealed file. `kenshin restore` puts it back, `kenshin drill` shows that it can be.

mod drill;
mod restore;
mod settings;

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use ::backup::{Content, CopiedRoom, Deployment, Made, Manifest, read_private, read_public};
use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use ledger::{Act, Outcome, Room, Subject};
use line::pki::read_private as read_file;
use seal::hpke::Receiver;
use serde::Serialize;
use store::RoomName;
use vault::{MasterKey, MasterKeyId};
use vocabulary::Purpose;

pub(crate) use self::drill::run as drill;
pub(crate) use self::restore::run as restore;
use super::{init, keeper, runtime};
use crate::arguments::{Backup, Operator};
use crate::making::Making;
use crate::output::{Usage, in_japan};
use crate::{Ending, output};

const COPY: Act = Act::new("backup:rooms.copy");

/// What was copied or put back, for whoever asked.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    file: String,
    /// When the backup was taken.
    taken: String,
    sha256: String,
    bytes: u64,
    rooms: Vec<ToldRoom>,
    files: usize,
    /// What a person has to do now, or should know.
    notes: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToldRoom {
    room: String,
    rows: u64,
}

impl Told {
    fn of(file: &Path, manifest: &Manifest, content: &Content, notes: Vec<String>) -> Told {
        let room = |room: &::backup::RoomManifest| ToldRoom {
            room: room.name().map_or_else(|| room.system.clone(), |name| name.to_string()),
            rows: room.rows(),
        };
        Told {
            file: file.display().to_string(),
            taken: in_japan(manifest.taken),
            sha256: content.sha256.clone(),
            bytes: content.bytes,
            rooms: manifest.rooms.iter().map(room).collect(),
            files: manifest.files.len(),
            notes,
        }
    }

    fn text(&self, heading: &str) -> String {
        let rooms = self.rooms.iter().map(|room| format!("  {:32} {:>12} rows", room.room, room.rows));
        let notes = self.notes.iter().map(|note| format!("  {note}"));
        let about = [format!("  taken {}, {} bytes, {} files, SHA-256 {}", self.taken, self.bytes, self.files, self.sha256)];
        output::under(&format!("{}: {heading}", self.file), about.into_iter().chain(rooms).chain(notes))
    }
}

/// Writes a backup, on record beforehand in each room and with its digest afterwards. A room in whose record nothing can be said is copied as it lies.
pub(crate) fn run(options: &Backup) -> anyhow::Result<Ending> {
    let place = options.place.look()?;
    let key = place.folder("etc").join("backup-key");
    let text = fs::read_to_string(&key).with_context(|| format!("{}: `kenshin init --backup-key FILE` makes it", key.display()))?;
    let key = read_public(&text).with_context(|| key.display().to_string())?;
    if fs::symlink_metadata(&options.out).is_ok() {
        return Err(Usage(format!("{} is there already: name a file that is not", options.out.display())).into());
    }
    let mut file = Making::of(&options.out, &[])?;
    let (mut rooms, mut copied) = (Vec::new(), Vec::new());
    for name in names(&place)? {
        match begun(&place, options, &name) {
            Ok((room, checkpoint, master_key)) => {
                copied.push(CopiedRoom { name, checkpoint, master_key: Some(master_key), ill: None });
                rooms.push(room);
            }
            Err(error) => copied.push(CopiedRoom { name, checkpoint: None, master_key: None, ill: Some(format!("{error:#}")) }),
        }
    }
    if copied.is_empty() {
        bail!("there are no rooms in {place}: are --data and --files right?");
    }
    let deployment = Deployment {
        rooms: place.rooms(),
        copied: &copied,
        folder: &place.folder(""),
        program: env!("CARGO_PKG_VERSION"),
        now: place.clock().now(),
    };
    let spinner = output::spinner("copying");
    let Made { manifest, content } =
        ::backup::make(&deployment, &key, place.entropy().as_ref(), &mut file, |room| spinner.set_message(format!("copying {room}")))?;
    file.finish_new()?;
    spinner.finish_and_clear();
    let mut ill = ill(&manifest);
    for room in &rooms {
        let note = format!("backup made: SHA-256 {}", content.sha256);
        if let Err(error) = record(&place, &options.operator, room, COPY, Outcome::Written, &note) {
            ill.push(format!("{}: the end of the backup is not on record: {error:#}", room.name()));
        }
    }
    let ending = if ill.is_empty() { Ending::Done } else { Ending::Refused };
    ill.push(
        "record the SHA-256 apart from this machine: whoever can write the folder could seal another file (restore --sha256)".to_owned(),
    );
    output::result(options.json, &Told::of(&options.out, &manifest, &content, ill), |told| told.text("a backup of"))?;
    Ok(ending)
}

/// Says in the record of a room that its copy begins → the room, a checkpoint that the copy goes on from, and the version of its master key.
fn begun(place: &Place, options: &Backup, name: &RoomName) -> anyhow::Result<(Room, Option<String>, MasterKeyId)> {
    let (room, master) = open(place, name)?;
    record(place, &options.operator, &room, COPY, Outcome::Read, "backup begun")?;
    let checkpoint = runtime()?.block_on(room.checkpoint())?.map(|note| note.text().to_owned());
    Ok((room, checkpoint, master.id()?))
}

/// What a backup says of rooms that were ill.
fn ill(manifest: &Manifest) -> Vec<String> {
    let ill = manifest.rooms.iter().filter_map(|room| Some((room.name()?, room.ill.as_ref()?)));
    ill.map(|(name, ill)| format!("{name} was copied as it lies, with no word in its record: {ill}")).collect()
}

/// Opens a room that is there with the master key of the party that keeps it.
fn open(place: &Place, name: &RoomName) -> anyhow::Result<(Room, Arc<dyn MasterKey>)> {
    let party = keeper(name)?;
    let master = place.master(&party)?;
    Ok((init::room_with(place, name, &party, Arc::clone(&master))?, master))
}

fn names(place: &Place) -> anyhow::Result<Vec<RoomName>> {
    let mut names = Vec::new();
    for system in systems::rooms() {
        names.extend(place.rooms().list(&system)?);
    }
    Ok(names)
}

/// Says in the record of a room what was done with it as a whole.
fn record(place: &Place, operator: &Operator, room: &Room, act: Act, outcome: Outcome, note: &str) -> anyhow::Result<()> {
    let caller = operator.caller(room.name().municipality(), Purpose::Operation, place.entropy().id128())?;
    runtime()?.block_on(room.event(&caller, act, outcome, Subject::None, note))?;
    Ok(())
}

/// Whether a file is the one whose SHA-256 was kept elsewhere, where one was.
fn is_expected(expected: Option<&str>, content: &Content) -> bool {
    expected.is_none_or(|expected| expected.trim().eq_ignore_ascii_case(&content.sha256))
}

/// The private half of the key of backups.
fn receiver(file: &Path) -> anyhow::Result<Receiver> {
    let text = read_file(file)?;
    read_private(&text).with_context(|| file.display().to_string())
}

fn open_file(file: &Path) -> anyhow::Result<File> {
    File::open(file).with_context(|| file.display().to_string())
}
