//! `kenshin init`: a new municipality, or the hub — rooms, keys, certificates, configuration, first administrators.

use std::fmt::Write as _;
use std::path::{self, PathBuf};
use std::sync::Arc;

use access::{AccountRules, Hasher};
use anyhow::Context as _;
use catalogue::Catalogue;
use deployment::{Place, systems};
use line::pki::{private_folder, write_private};
use serde::Serialize;
use store::{Data, RoomName};
use vocabulary::{Party, Purpose, Reach};

use crate::arguments::Init;
use crate::{Ending, output};

#[derive(Serialize)]
struct Made {
    /// None for the hub.
    municipality: Option<String>,
    name: String,
    rooms: Vec<String>,
    configurations: Vec<String>,
    /// What each room's record of use is verified with, to be kept elsewhere.
    ledger_keys: Vec<String>,
    /// Of each system that has pages for staff.
    administrators: Vec<Administrator>,
}

/// Who lets the others in at a system's pages.
#[derive(Serialize)]
struct Administrator {
    party: String,
    id: String,
    /// None where the system had accounts already.
    one_time_password: Option<String>,
}

/// The port that the configuration of a city's first system begins with; each further one has the next.
const FIRST_PORT: u16 = 8440;
/// The port at which the pages of a city's first system are served to its staff; each further one has the next.
const FIRST_PAGES: u16 = 8450;
/// So many ports after those of a city are the hub's, where one machine serves both.
const OF_THE_HUB: u16 = 20;

/// Makes what is not there; asked again, it changes nothing and prints no password.
pub(crate) fn run(init: &Init) -> anyhow::Result<Ending> {
    Catalogue::load(init.folder.catalogue.as_deref())?;
    let place = init.place.open()?.with_catalogue(init.folder.catalogue.as_deref())?;
    let authority = place.authority()?;
    let mut made = Made {
        municipality: init.municipality.map(|code| code.to_string()),
        name: init.name.clone(),
        rooms: Vec::new(),
        configurations: Vec::new(),
        ledger_keys: Vec::new(),
        administrators: Vec::new(),
    };
    let parties: Vec<Party> = match init.municipality {
        Some(code) => systems::reaching(Reach::City).map(|one| Party::of(one.system(), code)).collect::<Result<_, _>>()?,
        None => vec![Party::national("hub-core")?],
    };
    let console = init.municipality.map(|code| Party::of("console", code)).transpose()?;
    for party in parties.iter().chain(&console) {
        place.identity(&authority, party)?;
    }
    // Whoever else is certified here has nobody else to renew it.
    for party in place.certified() {
        place.identity(&authority, &party)?;
    }
    let runtime = super::runtime()?;
    for (port, party) in ports(&parties) {
        let name = RoomName::new(&systems::rooms_of(party.system()), party.municipality());
        let room = room(&place, &name, party)?;
        made.rooms.push(name.to_string());
        made.configurations.push(configuration(&place, init, party, port, &parties)?);
        made.ledger_keys.push(ledger_key(&place, party, &room)?);
        if pages_of(party, &parties).is_some() {
            let one_time_password = runtime.block_on(administrator(&place, init, party, &room))?;
            made.administrators.push(Administrator { party: party.to_string(), id: init.administrator.clone(), one_time_password });
        }
    }
    output::result(init.json, &made, text)?;
    Ok(Ending::Done)
}

/// The parties with the ports at which they serve the ring.
fn ports(parties: &[Party]) -> impl Iterator<Item = (u16, &Party)> {
    (0..).zip(parties).map(|(place, party)| (FIRST_PORT + own_ports(party) + place, party))
}

fn own_ports(party: &Party) -> u16 {
    if party.municipality().is_none() { OF_THE_HUB } else { 0 }
}

/// Opens a room with what every room has and its system's own tables; its keys are made with it.
fn room(place: &Place, name: &RoomName, party: &Party) -> anyhow::Result<ledger::Room> {
    let own = systems::named(party.system()).context("a system")?.migrations;
    let migrations = work::migrations(own);
    let (clock, entropy) = (Arc::clone(place.clock()), Arc::clone(place.entropy()));
    ledger::Room::open_blocking(place.rooms(), name, &migrations, place.master(party)?, clock, entropy)
        .with_context(|| format!("the room {name}"))
}

/// The port of a party's pages for staff, where its system has any.
fn pages_of(party: &Party, parties: &[Party]) -> Option<u16> {
    let with_pages = parties.iter().filter(|one| systems::named(one.system()).as_ref().is_some_and(systems::has_office));
    (FIRST_PAGES + own_ports(party)..).zip(with_pages).find(|(_, one)| *one == party).map(|(port, _)| port)
}

/// The first administrator of a system, unless it has accounts: a password to be changed at the first log-in.
async fn administrator(place: &Place, init: &Init, party: &Party, room: &ledger::Room) -> anyhow::Result<Option<String>> {
    let accounts = room.accounts(AccountRules::default(), Hasher::new(1), Arc::clone(place.entropy()));
    if !accounts.list().await?.is_empty() {
        return Ok(None);
    }
    let caller = init.operator.caller(init.municipality, Purpose::Operation, place.entropy().id128())?;
    let password = accounts.create_first_administrator(&caller, &init.administrator, "1", &init.administrator).await?;
    let manage = systems::named(party.system()).as_ref().and_then(systems::accounts_action).context("an office")?;
    room.event(&caller, manage, ledger::Outcome::Written, ledger::Subject::None, "first administrator").await?;
    Ok(Some(password.expose().to_owned()))
}

/// Writes `etc/<party>.toml`, unless it is there.
fn configuration(place: &Place, init: &Init, party: &Party, port: u16, parties: &[Party]) -> anyhow::Result<String> {
    let folder = place.folder("etc");
    private_folder(&folder)?;
    let file = folder.join(format!("{party}.toml"));
    if !file.exists() {
        // The address of the data may hold a password.
        write_private(&file, &toml_of(place, init, party, port, parties)?)?;
    }
    Ok(file.display().to_string())
}

/// Writes `etc/<party>.ledger-key`, unless it is there: a key that was kept is not replaced by what a room says today.
fn ledger_key(place: &Place, party: &Party, room: &ledger::Room) -> anyhow::Result<String> {
    let key = room.verifier_key().to_string();
    let file = place.folder("etc").join(format!("{party}.ledger-key"));
    if !file.exists() {
        write_private(&file, &format!("{key}\n"))?;
    }
    Ok(key)
}

fn toml_of(place: &Place, init: &Init, party: &Party, port: u16, parties: &[Party]) -> anyhow::Result<String> {
    let quoted = |path: PathBuf| anyhow::Ok(toml::Value::from(path::absolute(&path)?.display().to_string()));
    // Whoever reads the file may stand in another directory.
    let data = match Data::parse(&init.place.data)? {
        Data::Folder(folder) => quoted(folder)?,
        _ => toml::Value::from(init.place.data.as_str()),
    };
    let mut text = String::new();
    writeln!(text, "# {party}: `kenshin serve {} --config` this file.", party.system())?;
    writeln!(text, "party = \"{party}\"\nlisten = \"127.0.0.1:{port}\"\ndata = {data}")?;
    if let Some(pages) = pages_of(party, parties) {
        writeln!(text, "# The pages of the staff, over TLS; the name is shown on them (english-name on those in English).")?;
        writeln!(text, "pages = \"127.0.0.1:{pages}\"\nname = {}", toml::Value::from(init.name.as_str()))?;
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
    let names: Vec<String> = parties.iter().map(|party| format!("\"{party}\"")).collect();
    writeln!(text, "# Who may ask here with a token; a consumer's secret is written to tls/secrets.\nconsumers = [{}]", names.join(", "))?;
    writeln!(text, "\n[peers]")?;
    for (port, peer) in ports(parties) {
        writeln!(text, "\"{peer}\" = \"127.0.0.1:{port}\"")?;
    }
    for peer in systems::peers_of(party)?.iter().filter(|peer| !parties.contains(peer)) {
        writeln!(text, "# \"{peer}\" = \"its address\"")?;
    }
    Ok(text)
}

fn text(made: &Made) -> String {
    let code = made.municipality.as_ref().map(|code| format!(" ({code})")).unwrap_or_default();
    let mut text = format!("{}{code}\n  rooms: {}\n  configurations:", made.name, made.rooms.join(", "));
    for configuration in &made.configurations {
        text.push_str(&format!("\n    {configuration}"));
    }
    text.push_str("\n  keys of the records of use, for `kenshin ledger verify --key`; keep them elsewhere:");
    for key in &made.ledger_keys {
        text.push_str(&format!("\n    {key}"));
    }
    text.push_str(
        "\n  administrators, who log in at the pages once with this password and set another (kenshin accounts reissue makes a new one):",
    );
    for Administrator { party, id, one_time_password } in &made.administrators {
        match one_time_password {
            Some(password) => text.push_str(&format!("\n    {party}: {id}, one-time password {password}")),
            None => text.push_str(&format!("\n    {party}: there are accounts already; none was made")),
        }
    }
    text
}
