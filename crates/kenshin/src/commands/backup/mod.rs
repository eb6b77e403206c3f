//! `kenshin backup`: every room of a place and the files that make it, in one sealed file. `kenshin restore` puts it back, `kenshin drill` shows that it can be.

mod aging;
mod drill;
mod restore;

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ::backup::{CopiedRoom, Deployment, Made, Manifest, read_private, read_public};
use anyhow::{Context as _, bail};
use deployment::{Place, systems};
use ledger::{Act, Outcome, Room, Subject};
use line::pki::read_private as read_file;
use seal::hpke::Receiver;
use serde::Serialize;
use store::RoomName;
use vault::MasterKey as _;
use vocabulary::{Party, Purpose};

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
    fn of(file: &Path, manifest: &Manifest, content: &::backup::Content, notes: Vec<String>) -> Told {
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

/// Writes a backup, on record beforehand in each room and with its digest afterwards.
pub(crate) fn run(options: &Backup) -> anyhow::Result<Ending> {
    let place = options.place.look()?;
    let key = place.folder("etc").join("backup-key");
    let text = fs::read_to_string(&key).with_context(|| format!("{}: `kenshin init` makes it", key.display()))?;
    let key = read_public(&text).with_context(|| key.display().to_string())?;
    let out = match (&options.out, &options.into) {
        (Some(out), _) => out.clone(),
        (None, Some(folder)) => folder.join(aging::name(place.clock().now())),
        (None, None) => return Err(Usage("name a file (--out) or a folder (--into)".to_owned()).into()),
    };
    if fs::symlink_metadata(&out).is_ok() {
        return Err(Usage(format!("{} is there already: name a file that is not", out.display())).into());
    }
    let rooms = open_all(&place)?;
    let mut copied = Vec::new();
    record(&place, &options.operator, &rooms, COPY, Outcome::Read, "backup begun")?;
    for (party, room) in &rooms {
        let checkpoint = runtime()?.block_on(room.checkpoint())?.map(|note| note.text().to_owned());
        copied.push(CopiedRoom { room: room.clone(), checkpoint, master_key: place.master(party)?.id()? });
    }
    let deployment = Deployment {
        rooms: place.rooms(),
        copied: &copied,
        folder: &place.folder(""),
        program: env!("CARGO_PKG_VERSION"),
        now: place.clock().now(),
    };
    let mut file = Making::of(&out, &[])?;
    let spinner = output::spinner("copying");
    let Made { manifest, content } =
        ::backup::make(&deployment, &key, place.entropy().as_ref(), &mut file, |room| spinner.set_message(format!("copying {room}")))?;
    file.flush()?;
    file.finish()?;
    spinner.finish_and_clear();
    record(&place, &options.operator, &rooms, COPY, Outcome::Written, &format!("backup made: SHA-256 {}", content.sha256))?;
    let mut notes = Vec::new();
    if let (Some(folder), Some(keep)) = (&options.into, options.keep) {
        let gone = aging::age(folder, keep, &place.folder(drill::DRILLS))?;
        notes.extend(gone.iter().map(|gone| format!("gone, as it was the oldest: {}", gone.display())));
    }
    notes.push("keep the SHA-256 elsewhere: whoever can write the folder could put another file in its place".to_owned());
    output::result(options.json, &Told::of(&out, &manifest, &content, notes), |told| told.text("a backup of"))?;
    Ok(Ending::Done)
}

/// Every room of a place, opened, with whose it is. A room whose master key is not in a file here cannot have its copy on record, and so has none.
fn open_all(place: &Place) -> anyhow::Result<Vec<(Party, Room)>> {
    let mut rooms = Vec::new();
    for name in names(place)? {
        let party = keeper(&name)?;
        if !place.master_file(&party).exists() {
            bail!("{name}: its master key {} is missing, without which its copy cannot be on record", place.master_file(&party).display());
        }
        rooms.push((party.clone(), init::room(place, &name, &party)?));
    }
    if rooms.is_empty() {
        bail!("there are no rooms in {place}: are --data and --files right?");
    }
    Ok(rooms)
}

fn names(place: &Place) -> anyhow::Result<Vec<RoomName>> {
    let mut names = Vec::new();
    for system in systems::rooms() {
        names.extend(place.rooms().list(&system)?);
    }
    Ok(names)
}

/// Says in the record of each room what was done with it as a whole.
fn record(place: &Place, operator: &Operator, rooms: &[(Party, Room)], act: Act, outcome: Outcome, note: &str) -> anyhow::Result<()> {
    let request = place.entropy().id128();
    runtime()?.block_on(async {
        for (_, room) in rooms {
            let caller = operator.caller(room.name().municipality(), Purpose::Operation, request)?;
            room.event(&caller, act, outcome, Subject::None, note).await?;
        }
        Ok(())
    })
}

/// The private half of the key of backups.
fn receiver(file: &Path) -> anyhow::Result<Receiver> {
    let text = read_file(file)?;
    read_private(&text).with_context(|| file.display().to_string())
}

fn open_file(file: &PathBuf) -> anyhow::Result<File> {
    File::open(file).with_context(|| file.display().to_string())
}
