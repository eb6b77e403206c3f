//! Proving a backup whole, putting it back, and comparing what was put back with what was copied.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufReader, Read};
use std::path::Path;
use std::sync::Arc;

use ledger::{Report, SignedCheckpoint, Trusted, verify_room};
use seal::hpke::{OpeningReader, Receiver};
use store::{Data, RoomName, Rooms};
use vault::MasterKey;

use crate::archive::{PartReader, next_part};
use crate::digested::Passing;
use crate::files::MadeFiles;
use crate::{BackupError, Content, DatabaseKind, FILES, FORMAT, MAGIC, Manifest, RoomManifest, files};

/// A manifest is a few kilobytes for each room.
const LONGEST_MANIFEST: u64 = 64 << 20;
/// So is a setting file, at most.
const LONGEST_SETTING: u64 = 1 << 20;

/// A backup that is whole.
#[derive(Clone, Debug)]
pub struct Verified {
    pub manifest: Manifest,
    /// Of the whole file.
    pub content: Content,
    /// The setting files in it, by their paths.
    pub settings: BTreeMap<String, String>,
}

/// Where a backup is put back.
#[derive(Debug)]
pub struct Target<'a> {
    pub rooms: &'a Rooms,
    /// The folder of its files.
    pub folder: &'a Path,
    /// Master keys that are at hand: where one opens a room, the head of its record must bear the room's own stamp.
    pub masters: &'a [Arc<dyn MasterKey>],
}

/// Opens the stream of a backup.
fn opened(from: impl Read, key: &Receiver) -> Result<OpeningReader<impl Read>, BackupError> {
    let mut from = BufReader::with_capacity(1 << 17, from);
    let mut begins = vec![0; MAGIC.len() + 1];
    from.read_exact(&mut begins).map_err(|_| BackupError::NoBackup("it is too short"))?;
    if begins.strip_suffix(b"\n") != Some(MAGIC.as_bytes()) {
        return Err(BackupError::NoBackup("it does not begin as one"));
    }
    Ok(OpeningReader::begin(from, key, MAGIC.as_bytes())?)
}

/// Reads the whole of a backup and proves that it is as it was made → what it holds. Nothing is written.
pub fn verify(from: impl Read, key: &Receiver) -> Result<Verified, BackupError> {
    let mut passing = Passing::new(from);
    let (manifest, settings) = read_whole(&mut passing, key)?;
    Ok(Verified { manifest, settings, content: passing.seen.content() })
}

fn read_whole(from: impl Read, key: &Receiver) -> Result<(Manifest, BTreeMap<String, String>), BackupError> {
    let mut from = opened(from, key)?;
    let (mut seen, mut settings, mut manifest) = (BTreeMap::new(), BTreeMap::new(), None);
    while let Some((name, mut part)) = next_part(&mut from)? {
        if manifest.is_some() {
            return Err(BackupError::NotWhole);
        }
        if name == "manifest" {
            let mut text = Vec::new();
            part.by_ref().take(LONGEST_MANIFEST).read_to_end(&mut text)?;
            part.end()?;
            manifest = Some(parse(&text)?);
            continue;
        }
        if name.starts_with("etc/") && name.ends_with(".toml") {
            let mut text = Vec::new();
            part.by_ref().take(LONGEST_SETTING).read_to_end(&mut text)?;
            settings.extend(String::from_utf8(text).ok().map(|text| (name.clone(), text)));
        }
        if seen.insert(name, part.end()?).is_some() {
            return Err(BackupError::NotWhole);
        }
    }
    let manifest = manifest.ok_or(BackupError::NotWhole)?;
    let mut said: BTreeMap<String, Content> = BTreeMap::new();
    for room in &manifest.rooms {
        said.insert(name_of(room)?.to_string(), room.content.clone());
    }
    for file in manifest.files.iter().filter(|file| files::is_ours(&file.path)) {
        said.insert(file.path.clone(), file.content.clone());
    }
    if said == seen && said.len() == manifest.rooms.len() + manifest.files.len() {
        Ok((manifest, settings))
    } else {
        Err(BackupError::NotWhole)
    }
}

fn parse(text: &[u8]) -> Result<Manifest, BackupError> {
    #[derive(serde::Deserialize)]
    struct Begins {
        format: u32,
    }
    let Begins { format } = serde_json::from_slice(text).map_err(|_| BackupError::NotWhole)?;
    if format != FORMAT {
        return Err(BackupError::NoBackup("it is of another format: use the version of the program that made it"));
    }
    serde_json::from_slice(text).map_err(|_| BackupError::NotWhole)
}

fn name_of(room: &RoomManifest) -> Result<RoomName, BackupError> {
    room.name().ok_or(BackupError::NotWhole)
}

/// Puts back what [`verify`] has proved whole: rooms where there are none, and the files of a folder that has none → what is in
/// place. The rooms are compared with what was copied, and their records verified, before the files are there; where something is not as it was, nothing
/// is left. `progress` hears the name of each room.
pub fn restore(
    from: impl Read,
    key: &Receiver,
    manifest: &Manifest,
    target: &Target<'_>,
    progress: impl FnMut(&str),
) -> Result<Put, BackupError> {
    if manifest.database != DatabaseKind::of(target.rooms.data()) {
        return Err(BackupError::OtherDatabase(manifest.database));
    }
    if let Some(there) = FILES.iter().map(|name| target.folder.join(name)).find(|folder| has_entries(folder)) {
        return Err(BackupError::NotEmpty(there.display().to_string()));
    }
    let mut put = Put::default();
    match put_back(from, key, manifest, target, &mut put, progress) {
        Ok(()) => Ok(put),
        Err(error) => {
            put.undo(target);
            Err(error)
        }
    }
}

fn has_entries(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

/// What is in place.
#[derive(Debug, Default)]
pub struct Put {
    rooms: Vec<RoomName>,
    files: MadeFiles,
    /// The records of use.
    pub records: Vec<Report>,
    /// What is wrong in them, as it was when they were copied: what holds the same as then is put back all the same.
    pub findings: Vec<String>,
}

impl Put {
    /// Takes it away again, as far as that goes: what went wrong before is what is told.
    pub fn undo(&self, target: &Target<'_>) {
        for name in &self.rooms {
            let _ = target.rooms.remove(name);
            if let Data::Folder(folder) = target.rooms.data() {
                let _ = fs::remove_dir(folder.join(name.system()));
            }
        }
        self.files.undo();
    }
}

fn put_back(
    from: impl Read,
    key: &Receiver,
    manifest: &Manifest,
    target: &Target<'_>,
    put: &mut Put,
    mut progress: impl FnMut(&str),
) -> Result<(), BackupError> {
    let mut from = opened(from, key)?;
    for room in &manifest.rooms {
        let name = name_of(room)?;
        let shown = name.to_string();
        progress(&shown);
        let mut part = part_of(&mut from, &shown)?;
        let back = target.rooms.copy_in(&name, &mut part).map_err(|error| BackupError::of_room(&shown, error))?;
        put.rooms.push(name);
        if part.end()? != room.content {
            return Err(BackupError::NotWhole);
        }
        let record = compare(room, &back, target.masters)?;
        put.findings.extend(record.iter().flat_map(|record| &record.findings).map(|finding| format!("{shown}: {finding}")));
        put.records.extend(record);
    }
    for file in manifest.files.iter().filter(|file| files::is_ours(&file.path)) {
        let mut part = part_of(&mut from, &file.path)?;
        put.files.write(target.folder, &file.path, &mut part).map_err(|error| of_file(&file.path, error))?;
        if part.end()? != file.content {
            return Err(BackupError::NotWhole);
        }
    }
    Ok(())
}

fn of_file(path: &str, error: io::Error) -> BackupError {
    match BackupError::from(error) {
        BackupError::Bytes(error) => BackupError::File(path.to_owned(), error),
        other => other,
    }
}

/// The next part, which is this one.
fn part_of<'a, R: Read>(from: &'a mut R, name: &str) -> Result<PartReader<'a, R>, BackupError> {
    match next_part(from)? {
        Some((found, part)) if found == name => Ok(part),
        _ => Err(BackupError::NotWhole),
    }
}

/// Whether a room holds what was copied, and its record of use has its own stamp and goes on from the checkpoint that was signed before the copy → what
/// is to be said of the record. Of a room that was ill when it was copied only what it holds is compared.
fn compare(said: &RoomManifest, room: &store::Room, masters: &[Arc<dyn MasterKey>]) -> Result<Option<Report>, BackupError> {
    let name = room.name();
    let now = room.digest_tables()?;
    let mut wrong: Vec<String> =
        said.tables.iter().filter(|table| !now.contains(table)).map(|table| format!("{name}: the table {}", table.table)).collect();
    wrong.extend(
        now.iter().filter(|table| !said.tables.contains(table)).map(|table| format!("{name}: {} rows of {}", table.rows, table.table)),
    );
    if said.ill.is_some() {
        return if wrong.is_empty() { Ok(None) } else { Err(BackupError::NotTheSame(wrong)) };
    }
    wrong.extend(room.check_structure()?.into_iter().map(|found| format!("{name}: {found}")));
    let checkpoint = said.checkpoint.as_deref().map(SignedCheckpoint::parse).transpose();
    let checkpoint = checkpoint.map_err(|_| BackupError::NotWhole)?;
    let trusted = Trusted { checkpoints: checkpoint.into_iter().collect(), masters: masters.to_vec(), ..Trusted::default() };
    let report = verify_room(room, &trusted, |_| ())?;
    if let Some(report) = &report {
        if !report.stamp_read {
            wrong.push(format!("{name}: none of the master keys opens the stamp of its record of use"));
        }
        if report.outside < trusted.checkpoints.len() as u64 {
            wrong.push(format!("{name}: the record of use does not go on from the backup's checkpoint"));
        }
    } else {
        wrong.push(format!("{name}: there is no record of use"));
    }
    if wrong.is_empty() { Ok(report) } else { Err(BackupError::NotTheSame(wrong)) }
}
