//! The setting file that `init` writes for a party.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{self, PathBuf};

use anyhow::Context as _;
use deployment::{Place, SettingFile, systems};
use line::pki::{private_folder, write_private};
use store::Data;
use vocabulary::{Party, Reach};

use crate::arguments::Init;

/// The port at which a city's first system serves the ring; each further one has the next.
const FIRST_PORT: u16 = 8440;
/// The port at which the pages of a city's first system are served to its staff; each further one has the next.
const FIRST_PAGES: u16 = 8450;
/// So many ports after those of a city are the nation's, where one machine serves both.
const OF_THE_NATION: u16 = 20;

/// Who else there is: what a setting file says of others.
pub(super) struct Neighbours {
    /// Parties that may come to ask with a token.
    known: Vec<Party>,
    /// Where those are that have a setting file here, or will have.
    addresses: BTreeMap<Party, String>,
}

impl Neighbours {
    pub(super) fn of(place: &Place, made: &[Party], known: Vec<Party>) -> anyhow::Result<Neighbours> {
        let mut addresses = addresses(&place.setting_files());
        for party in made {
            if !file(place, party).exists() {
                addresses.insert(party.clone(), format!("127.0.0.1:{}", port(party, FIRST_PORT)?));
            }
        }
        Ok(Neighbours { known, addresses })
    }
}

/// Where the parties listen that have one of these setting files; one that listens everywhere is reached at an address that only its operator knows.
pub(super) fn addresses(files: &[SettingFile]) -> BTreeMap<Party, String> {
    let is_said = |listen: &SocketAddr| !listen.ip().is_unspecified() && listen.port() != 0;
    let settings = files.iter().filter_map(|file| file.setting.as_ref().ok()).filter(|setting| is_said(&setting.listen));
    settings.map(|setting| (setting.party.clone(), setting.listen.to_string())).collect()
}

fn file(place: &Place, party: &Party) -> PathBuf {
    place.folder("etc").join(format!("{party}.toml"))
}

/// A party's port, by what kind of party it is.
fn port(party: &Party, first: u16) -> anyhow::Result<u16> {
    let reach = party.kind().reach;
    let place = systems::reaching(reach).position(|one| one.system() == party.system()).context("a system that can be served")?;
    Ok(first + u16::try_from(place)? + if reach == Reach::Nation { OF_THE_NATION } else { 0 })
}

/// Writes `etc/<party>.toml`, unless it is there → where it is.
pub(super) fn write(place: &Place, init: &Init, party: &Party, neighbours: &Neighbours) -> anyhow::Result<String> {
    private_folder(&place.folder("etc"))?;
    let file = file(place, party);
    if !file.exists() {
        // The address of the data may hold a password.
        write_private(&file, &toml_of(place, init, party, neighbours)?)?;
    }
    Ok(file.display().to_string())
}

fn toml_of(place: &Place, init: &Init, party: &Party, neighbours: &Neighbours) -> anyhow::Result<String> {
    let quoted = |path: PathBuf| anyhow::Ok(toml::Value::from(path::absolute(&path)?.display().to_string()));
    // Whoever reads the file may stand in another directory.
    let data = match Data::parse(&init.place.data)? {
        Data::Folder(folder) => quoted(folder)?,
        _ => toml::Value::from(init.place.data.as_str()),
    };
    let mut text = String::new();
    let is_outside = systems::outside().any(|one| one.system() == party.system());
    writeln!(text, "# {party}: `kenshin serve {} --config` this file.", if is_outside { "outside" } else { party.system() })?;
    writeln!(text, "party = \"{party}\"\nlisten = \"127.0.0.1:{}\"\ndata = {data}", port(party, FIRST_PORT)?)?;
    if systems::office(party.system()).is_some() {
        writeln!(text, "# The pages of the staff, over TLS; the name is shown on them (english-name on those in English).")?;
        writeln!(text, "pages = \"127.0.0.1:{}\"\nname = {}", port(party, FIRST_PAGES)?, toml::Value::from(init.name.as_str()))?;
    }
    writeln!(text, "master-key = {}\ntls = {}", quoted(place.master_file(party))?, quoted(place.folder("tls"))?)?;
    if let Some(code) = party.municipality() {
        let media = place.folder("input").join(code.as_str());
        // What serves it refuses to start without the folder.
        private_folder(&media)?;
        writeln!(text, "media = {}", quoted(media)?)?;
    }
    if let ("registry", Some(folder)) = (party.system(), place.catalogue()) {
        writeln!(text, "catalogue = {}", quoted(folder.to_owned())?)?;
    }
    let consumers = systems::consumers_of(party, &neighbours.known)?;
    let consumers: Vec<String> = consumers.iter().map(|party| format!("\"{party}\"")).collect();
    writeln!(
        text,
        "# Who may ask here with a token; a consumer's secret is written to tls/secrets.\nconsumers = [{}]",
        consumers.join(", ")
    )?;
    writeln!(text, "\n[peers]")?;
    for (peer, address) in neighbours.addresses.iter().filter(|(peer, _)| *peer != party) {
        writeln!(text, "\"{peer}\" = \"{address}\"")?;
    }
    for peer in systems::peers_of(party)?.iter().filter(|peer| !neighbours.addresses.contains_key(peer)) {
        writeln!(text, "# \"{peer}\" = \"its address\"")?;
    }
    Ok(text)
}
