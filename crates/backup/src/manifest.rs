//! What a backup says of itself.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Data, RoomName, TableDigest};
use vocabulary::MunicipalityCode;

/// The version of the format that this program writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// The folders of a deployment whose files are in a backup.
pub(crate) const FILES: [&str; 2] = ["etc", "tls"];

/// What is in a backup, and what it was like where it was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    /// When it was begun.
    pub taken: Timestamp,
    /// Which database the rooms are of.
    pub database: DatabaseKind,
    /// The rooms, in the order in which they stand in it.
    pub rooms: Vec<RoomManifest>,
    /// The files after them.
    pub files: Vec<FileManifest>,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoomManifest {
    /// The system as its rooms are named: `hub_core`.
    pub system: String,
    /// The municipality; none for the nation's.
    pub municipality: Option<String>,
    /// Its bytes.
    pub content: Content,
    /// What its tables hold.
    pub tables: Vec<TableDigest>,
    /// A checkpoint of its record of use that it goes on from, as a signed note; none of an empty record.
    pub checkpoint: Option<String>,
    /// Which version of the master key it opens with; none where that was not at hand.
    pub master_key: Option<String>,
    /// Why it was copied as it lies, without a word in its record; none of a sound room.
    pub ill: Option<String>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileManifest {
    /// Where it is in the folder of the deployment's files: `etc/registry.991015.toml`.
    pub path: String,
    /// Its bytes.
    pub content: Content,
}

/// How long a part is, and its SHA-256 in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Content {
    pub bytes: u64,
    pub sha256: String,
}

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl DatabaseKind {
    /// Of the place where rooms are.
    pub fn of(data: &Data) -> Self {
        match data {
            Data::Folder(_) => Self::Sqlite,
            Data::Postgres(_) => Self::Postgres,
        }
    }
}

impl fmt::Display for DatabaseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

impl RoomManifest {
    /// The room's name; none where the manifest names what is no municipality.
    pub fn name(&self) -> Option<RoomName> {
        let municipality = match &self.municipality {
            Some(code) => Some(MunicipalityCode::parse(code).ok()?),
            None => None,
        };
        Some(RoomName::new(&self.system, municipality))
    }

    /// Rows of all its tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}
