//! Making a backup.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::Timestamp;
use seal::hpke::{ReceivingKey, SealingWriter};
use store::{RoomName, Rooms, StoreError};
use vault::MasterKeyId;
use vocabulary::Entropy;

use crate::archive::{begin_part, end};
use crate::digested::Passing;
use crate::{BackupError, Content, DatabaseKind, FORMAT, FileManifest, MAGIC, Manifest, RoomManifest, files};

/// What is copied.
#[derive(Debug)]
pub struct Deployment<'a> {
    /// All rooms.
    pub rooms: &'a Rooms,
    /// Those that are copied.
    pub copied: &'a [CopiedRoom],
    /// The folder of its files.
    pub folder: &'a Path,
    /// The version of the program.
    pub program: &'a str,
    /// The instant.
    pub now: Timestamp,
}

/// A room that is copied.
#[derive(Debug)]
pub struct CopiedRoom {
    pub name: RoomName,
    /// The text of a checkpoint that its record goes on from.
    pub checkpoint: Option<String>,
    /// The master key that wraps its keys now, where it is at hand.
    pub master_key: Option<MasterKeyId>,
    /// Why nothing could be said in its record: an alarm, or a master key that is missing.
    pub ill: Option<String>,
}

/// A backup that was made.
#[derive(Clone, Debug)]
pub struct Made {
    pub manifest: Manifest,
    /// Of the whole file.
    pub content: Content,
}

/// Writes a backup. The rooms go on meanwhile; each is copied as of one moment of its own. `progress` hears the name of each.
pub fn make(
    of: &Deployment<'_>,
    key: &ReceivingKey,
    entropy: &dyn Entropy,
    to: impl Write,
    mut progress: impl FnMut(&str),
) -> Result<Made, BackupError> {
    let mut to = Passing::new(BufWriter::new(to));
    writeln!(to, "{MAGIC}")?;
    let mut to = SealingWriter::begin(to, key, MAGIC.as_bytes(), entropy)?;
    let mut manifest = Manifest {
        format: FORMAT,
        program: of.program.to_owned(),
        taken: of.now,
        database: DatabaseKind::of(of.rooms.data()),
        rooms: Vec::new(),
        files: Vec::new(),
    };
    for copied in of.copied {
        progress(&copied.name.to_string());
        manifest.rooms.push(room(of.rooms, copied, &mut to)?);
    }
    for path in files::list(of.folder).map_err(|error| BackupError::File(of.folder.display().to_string(), error))? {
        let mut part = begin_part(&mut to, &path)?;
        let failed = |error| BackupError::File(path.clone(), error);
        io::copy(&mut files::open(of.folder, &path).map_err(failed)?, &mut part).map_err(failed)?;
        let content = part.end()?;
        manifest.files.push(FileManifest { path, content });
    }
    let mut part = begin_part(&mut to, "manifest")?;
    serde_json::to_writer(&mut part, &manifest).map_err(io::Error::from)?;
    part.end()?;
    end(&mut to)?;
    Ok(Made { manifest, content: to.finish()?.seen.content() })
}

fn room(rooms: &Rooms, copied: &CopiedRoom, to: &mut impl Write) -> Result<RoomManifest, BackupError> {
    let name = &copied.name;
    let room = rooms.existing(name)?.ok_or(StoreError::NotFound)?;
    let mut part = begin_part(to, &name.to_string())?;
    let mut buffer = BufWriter::with_capacity(65_536, &mut part);
    let tables = rooms.copy_out(&room, &mut buffer).map_err(|error| BackupError::of_room(&name.to_string(), error))?;
    buffer.flush()?;
    drop(buffer);
    Ok(RoomManifest {
        system: name.system().to_owned(),
        municipality: name.municipality().map(|code| code.to_string()),
        content: part.end()?,
        tables,
        checkpoint: copied.checkpoint.clone(),
        master_key: copied.master_key.map(|id| id.to_string()),
        ill: copied.ill.clone(),
    })
}
