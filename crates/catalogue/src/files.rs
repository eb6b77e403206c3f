//! The texts of the catalogue: the built-in ones, and those of a city's folder.

use std::borrow::Cow;
use std::ops::Deref;

use sha2::{Digest as _, Sha256};

use crate::CityFolder;
use crate::findings::{Findings, Mistake, mistake};

include!(concat!(env!("OUT_DIR"), "/built_in.rs"));

/// The parts of a catalogue: folders of TOML files, one TOML file, and sheets that a city alone has.
pub(crate) const FOLDERS: [&str; 6] = ["records", "codes", "national", "programmes", "templates", "texts"];
pub(crate) const PERMISSIONS: &str = "permission_list.toml";
pub(crate) const SHEETS: [&str; 4] = ["institutions.csv", "prices.csv", "offices.csv", "gaiji.csv"];

/// Where something of the catalogue comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The program.
    BuiltIn,
    /// The city's folder.
    City,
}

/// A file: how findings name it, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FileName {
    /// Relative to the catalogue; of a built-in file, with a word about that.
    name: String,
    pub(crate) origin: Origin,
}

impl FileName {
    pub(crate) fn city(name: &str) -> FileName {
        FileName { name: name.to_owned(), origin: Origin::City }
    }

    fn built_in(name: &str) -> FileName {
        FileName { name: format!("{name} (built in)"), origin: Origin::BuiltIn }
    }

    pub(crate) fn is_city(&self) -> bool {
        self.origin == Origin::City
    }

    /// Relative to the catalogue.
    pub(crate) fn path(&self) -> &str {
        self.name.strip_suffix(" (built in)").unwrap_or(&self.name)
    }
}

impl Deref for FileName {
    type Target = str;

    fn deref(&self) -> &str {
        &self.name
    }
}

/// The files of a catalogue.
#[derive(Debug, Default)]
pub(crate) struct Files {
    texts: Vec<(FileName, Cow<'static, str>)>,
    /// Sheets of the city, by name.
    pub(crate) sheets: Vec<(FileName, Vec<u8>)>,
}

/// SHA-256 over names and contents, each with its length before it.
pub(crate) fn digest_of<'f>(files: impl Iterator<Item = (&'f str, &'f [u8])>) -> [u8; 32] {
    let mut digest = Sha256::new();
    for (name, content) in files {
        for part in [name.as_bytes(), content] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
    }
    digest.finalize().into()
}

impl Files {
    pub(crate) fn built_in() -> Files {
        let texts = BUILT_IN.iter().map(|&(name, text)| (FileName::built_in(name), Cow::Borrowed(text)));
        Files { texts: texts.collect(), sheets: Vec::new() }
    }

    /// The built-in files and those of a city's folder. What is in the folder and is no part of a catalogue is a finding.
    pub(crate) fn with(folder: &CityFolder, findings: &mut Findings) -> Files {
        let mut files = Files::built_in();
        folder.files().for_each(|(name, bytes)| files.add(name, bytes.to_vec(), findings));
        files
    }

    /// What tells a catalogue from every other.
    pub(crate) fn digest(&self) -> [u8; 32] {
        let texts = self.texts.iter().map(|(name, text)| (&**name, text.as_bytes()));
        digest_of(texts.chain(self.sheets.iter().map(|(name, content)| (&**name, content.as_slice()))))
    }

    /// The TOML files, the built-in ones first.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&FileName, &str)> {
        self.texts.iter().map(|(name, text)| (name, text.as_ref()))
    }

    fn add(&mut self, name: &str, bytes: Vec<u8>, findings: &mut Findings) {
        let in_folder = name.split_once('/').is_some_and(|(folder, file)| FOLDERS.contains(&folder) && file.ends_with(".toml"));
        if in_folder || name == PERMISSIONS {
            match String::from_utf8(bytes) {
                Ok(text) => self.texts.push((FileName::city(name), Cow::Owned(text))),
                Err(_) => {
                    findings.add(name, "", mistake!("UTF-8 ではありません。UTF-8 で保存し直してください", "is not UTF-8: save it as UTF-8"))
                }
            }
        } else if SHEETS.contains(&name) {
            self.sheets.push((FileName::city(name), bytes));
        } else {
            findings.add(name, "", no_part());
        }
    }

    /// The TOML files of one folder (`records`), or the one of that name.
    pub(crate) fn under<'s>(&'s self, folder: &'s str) -> impl Iterator<Item = (&'s FileName, &'s str)> {
        self.texts
            .iter()
            .filter(move |(name, _)| name.path() == folder || name.path().strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
            .map(|(name, text)| (name, text.as_ref()))
    }

    /// The text of a file, as findings name it.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts.iter().find(|(file, _)| **file == *name).map(|(_, text)| text.as_ref())
    }
}

fn no_part() -> Mistake {
    let (folders, sheets) = (FOLDERS.join("、"), SHEETS.join("、"));
    let japanese =
        format!("設定フォルダーに置けるものではありません。置けるのは、フォルダー {folders}（中に .toml）、{PERMISSIONS}、{sheets} です");
    Mistake { japanese, english: format!("is no part of a catalogue: the parts are {}", parts()) }
}

/// What a city's folder may hold, in words.
pub fn parts() -> String {
    format!("{}, each a folder of .toml files, {PERMISSIONS}, {}", FOLDERS.join(", "), SHEETS.join(", "))
}
