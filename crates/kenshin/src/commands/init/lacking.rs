//! What the setting files of a folder do not say yet: a file that is there is its operator's, and no command writes in it.

use std::path::Path;

use deployment::{SettingFile, systems};
use serde::Serialize;
use vocabulary::Party;

use super::setting::addresses;

/// What one setting file lacks.
#[derive(Serialize)]
pub(in crate::commands) struct Lacking {
    file: String,
    /// Parties that the policies let ask with a token, and the file does not name.
    consumers: Vec<String>,
    /// Parties that it asks, and the file does not say where they are: each as a line of `[peers]`.
    peers: Vec<String>,
    /// How the file itself is made, where it is not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    itself: Option<&'static str>,
}

/// Looks at setting files; of those who may ask, `known` ones that are a city's count at a party of the nation.
pub(in crate::commands) fn find(files: &[SettingFile], known: &[Party]) -> anyhow::Result<Vec<Lacking>> {
    let addresses = addresses(files);
    let mut found = Vec::new();
    for SettingFile { path, setting } in files {
        // One that cannot be read is `doctor`'s to tell.
        let Ok(setting) = setting else { continue };
        let Some(one) = systems::named(setting.party.system()) else { continue };
        let mut consumers = systems::consumers_of(&setting.party, known)?;
        consumers.retain(|consumer| !setting.consumers.contains(consumer));
        let mut peers = systems::peers_of(&setting.party)?;
        if setting.party.municipality().is_none() {
            // What it asks of cities, it asks of those that are here.
            let of_cities = addresses.keys().filter(|peer| peer.municipality().is_some() && one.peers.contains(&peer.system()));
            peers.extend(of_cities.cloned());
        }
        peers.retain(|peer| !setting.peers.contains_key(peer));
        let line = |peer: &Party| format!("\"{peer}\" = \"{}\"", addresses.get(peer).map_or("its address", String::as_str));
        if !consumers.is_empty() || !peers.is_empty() {
            found.push(Lacking {
                file: path.display().to_string(),
                consumers: consumers.iter().map(Party::to_string).collect(),
                peers: peers.iter().map(line).collect(),
                itself: None,
            });
        }
    }
    Ok(found)
}

impl Lacking {
    /// A file that is not there.
    pub(super) fn file_itself(file: &Path, made: &'static str) -> Lacking {
        Lacking { file: file.display().to_string(), consumers: Vec::new(), peers: Vec::new(), itself: Some(made) }
    }

    /// Where it is to be written.
    pub(in crate::commands) fn file(&self) -> &str {
        &self.file
    }

    /// What is to be written, each for itself.
    pub(in crate::commands) fn what(&self) -> impl Iterator<Item = String> {
        let consumers = self.consumers.iter().map(|consumer| format!("consumers: \"{consumer}\""));
        consumers.chain(self.peers.iter().map(|peer| format!("[peers]: {peer}"))).chain(self.itself.map(str::to_owned))
    }

    /// A line for each.
    pub(in crate::commands) fn lines(&self) -> impl Iterator<Item = String> {
        self.what().map(|what| format!("{}: {what}", self.file))
    }
}
